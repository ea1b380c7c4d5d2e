# The one step of the statistics that SQL cannot take exactly: quantiles of the binomial distribution.
import pyarrow

from pipelines.binomial import funnel_limit, two_sided_p_value

LIMITS = {
    "funnel_lower_95": "alert_lower_level",
    "funnel_upper_95": "alert_upper_level",
    "funnel_lower_998": "alarm_lower_level",
    "funnel_upper_998": "alarm_upper_level",
}


def model(dbt, session):
    dbt.config(materialized="table")
    points = dbt.ref("int_funnel_points").to_arrow_table()
    parameters = dbt.ref("int_benchmark_parameters").to_arrow_table().to_pylist()[0]
    numerator, denominator, target = (points[name].to_numpy() for name in ("numerator", "denominator", "target"))
    limits = pyarrow.table({key: points[key] for key in ("clinic_id", "month", "indicator_id", "target_id")})
    for column, level in LIMITS.items():
        limits = limits.append_column(column, pyarrow.array(funnel_limit(parameters[level], denominator, target)))
    return limits.append_column("p_value", pyarrow.array(two_sided_p_value(numerator, denominator, target)))
