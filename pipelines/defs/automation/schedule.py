"""The monthly run: on the day and in the time zone that the network file sets, for the month before."""

import datetime

import dagster as dg

from pipelines.defs import months
from pipelines.defs.automation.jobs import monthly_benchmarks
from pipelines.locations import Locations
from pipelines.network import Network, load_network
from pipelines.source_contracts import load_contracts

HOUR = 6


@dg.definitions
def defs() -> dg.Definitions:
    return dg.Definitions(schedules=[monthly_schedule(load_network(Locations.from_environment().network_file, list(load_contracts())))])


def monthly_schedule(network: Network) -> dg.ScheduleDefinition:
    """Runs unattended from the day that the daemon is started: that is what the product is for."""

    @dg.schedule(
        name="monthly_benchmarks_schedule",
        job=monthly_benchmarks,
        cron_schedule=f"0 {HOUR} {network.report_on_day} * *",
        execution_timezone=network.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"On day {network.report_on_day} of each month at 06:00 ({network.time_zone}), for the month before.",
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        month = month_before(context.scheduled_execution_time.date())
        context.instance.add_dynamic_partitions(months.NAME, [month])
        return dg.RunRequest(run_key=month, partition_key=month)

    return schedule


def month_before(day: datetime.date) -> str:
    """`2026-10` for any day of November 2026."""
    return f"{day.replace(day=1) - datetime.timedelta(days=1):%Y-%m}"
