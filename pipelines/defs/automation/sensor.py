"""The watch on the inbox: new or changed deliveries start a run for the newest month that they complete."""

import hashlib

import dagster as dg

from pipelines.defs.automation.jobs import monthly_benchmarks
from pipelines.defs.months import MONTHS
from pipelines.defs.workplace import Workplace
from pipelines.inbox import DeliveredFile, scan
from pipelines.run_dates import run_dates
from pipelines.source_contracts import load_contracts


@dg.sensor(
    name="inbox_sensor",
    job=monthly_benchmarks,
    minimum_interval_seconds=60,
    description="Starts monthly_benchmarks when the inbox has changed and has then been still for a minute. Off until switched on: "
    "with it, figures are restated whenever a clinic delivers, not only on the day of the month.",
)
def inbox_sensor(context: dg.SensorEvaluationContext, workplace: Workplace) -> dg.SensorResult | dg.SkipReason:
    """The cursor holds two digests of the inbox: the one that a run was last asked for, and the one last seen."""
    files = scan(workplace.locations.inbox, workplace.network(), load_contracts())
    listing = inbox_digest(files)
    asked, _, seen = (context.cursor or "").partition(" ")
    if listing == asked:
        return dg.SkipReason("nothing new in the inbox")
    if listing != seen:
        context.update_cursor(f"{asked} {listing}")
        return dg.SkipReason("the inbox has changed; waiting until it is still")
    month = f"{run_dates(files, None).newest_month:%Y-%m}"
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=f"{asked}-{listing}", partition_key=month)],
        dynamic_partitions_requests=[MONTHS.build_add_request([month])],
        cursor=f"{listing} {listing}",
    )


def inbox_digest(files: list[DeliveredFile]) -> str:
    """Changes when a file arrives, goes, or is written again."""
    digest = hashlib.sha256()
    for file in files:
        status = file.path.lstat()
        digest.update(f"{file.path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
