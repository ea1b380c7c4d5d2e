"""The one job: everything from the inbox to the reports of a month."""

import dagster as dg

from pipelines.defs.months import MONTHS
from pipelines.defs.publish.failure import explain_failure

monthly_benchmarks = dg.define_asset_job(
    "monthly_benchmarks",
    selection=dg.AssetSelection.all(),
    description="Reads what is new in the inbox, builds and checks the warehouse, publishes a release and renders the reports of one month.",
    partitions_def=MONTHS,
    hooks={explain_failure},
)
