# Exact binomial limits around a clinic's own rate, as int_binomial_limits has them around the network's.
from pipelines.funnel_limits import funnel_limits


def model(dbt, session):
    dbt.config(materialized="table")
    points = dbt.ref("int_practitioner_counts").to_arrow_table()
    parameters = dbt.ref("int_benchmark_parameters").to_arrow_table().to_pylist()[0]
    return funnel_limits(points, ("clinic_id", "practitioner_key", "indicator_id"), "clinic_rate", parameters)
