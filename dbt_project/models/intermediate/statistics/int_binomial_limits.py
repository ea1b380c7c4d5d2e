# The one step of the statistics that SQL cannot take exactly: quantiles of the binomial distribution.
from pipelines.funnel_limits import funnel_limits


def model(dbt, session):
    dbt.config(materialized="table")
    points = dbt.ref("int_funnel_points").to_arrow_table()
    parameters = dbt.ref("int_benchmark_parameters").to_arrow_table().to_pylist()[0]
    return funnel_limits(points, ("clinic_id", "month", "indicator_id", "target_id"), "target", parameters)
