"""Exact binomial limits and p-values beside a table of counts, as the dbt models of clinics and of therapists need them."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from pipelines.binomial import funnel_limit, two_sided_p_value

LEVELS = {
    "funnel_lower_95": "alert_lower_level",
    "funnel_upper_95": "alert_upper_level",
    "funnel_lower_998": "alarm_lower_level",
    "funnel_upper_998": "alarm_upper_level",
}
"""Which rule parameter holds the level of each limit."""


def funnel_limits(points: pa.Table, keys: Sequence[str], target: str, parameters: Mapping[str, float]) -> pa.Table:
    """The `keys` of each point with its limits around the column `target`, and the two-sided p-value of numerator out of denominator.

    Limits and p-value are between 0 and 1.
    """
    numerator, denominator, expected = (points[name].to_numpy() for name in ("numerator", "denominator", target))
    limits = points.select(list(keys))
    for column, level in LEVELS.items():
        limits = limits.append_column(column, pa.array(funnel_limit(parameters[level], denominator, expected)))
    return limits.append_column("p_value", pa.array(two_sided_p_value(numerator, denominator, expected)))
