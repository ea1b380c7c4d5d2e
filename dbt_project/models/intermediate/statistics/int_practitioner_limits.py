# Exact binomial limits around a clinic's own rate, as int_binomial_limits has them around the network's.
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
    points = dbt.ref("int_practitioner_counts").to_arrow_table()
    parameters = dbt.ref("int_benchmark_parameters").to_arrow_table().to_pylist()[0]
    numerator, denominator, target = (points[name].to_numpy() for name in ("numerator", "denominator", "clinic_rate"))
    limits = pyarrow.table({key: points[key] for key in ("clinic_id", "practitioner_key", "indicator_id")})
    for column, level in LIMITS.items():
        limits = limits.append_column(column, pyarrow.array(funnel_limit(parameters[level], denominator, target)))
    return limits.append_column("p_value", pyarrow.array(two_sided_p_value(numerator, denominator, target)))
