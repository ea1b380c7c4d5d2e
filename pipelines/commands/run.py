"""`clinic-outcomes run`: the whole job for a network, with its progress, and at the end what came of it."""

import argparse
import datetime
import sys
from collections.abc import Iterator

from pipelines.data_folder import DataFolder, check_writable
from pipelines.errors import ConfigurationError
from pipelines.inbox import scan
from pipelines.job_run import STEPS, JobOutcome, run_job
from pipelines.key_choice import provide_key
from pipelines.locations import Locations
from pipelines.network import load_network
from pipelines.progress import shown_progress
from pipelines.publication import failed_checks, failure_page
from pipelines.releases import private_copy, published
from pipelines.report_folder import MonthOfReports
from pipelines.run_dates import checked_month, parse_day, parse_month, run_dates
from pipelines.run_summary import summary
from pipelines.source_contracts import load_contracts

PUBLISHED, STOPPED, MISCONFIGURED = 0, 1, 2


def execute(options: argparse.Namespace) -> int:
    """Check what can be checked at once, run the job, say what came of it."""
    locations = Locations.of(options.network, options.inbox, options.data)
    month = _month(locations, options.month, options.as_of)
    check_writable(locations.data)
    provide_key(locations.data, options.demo_key)
    with shown_progress() as say:
        outcome = run_job(locations, f"{month:%Y-%m}", options.as_of or "", options.accept_fewer_rows, options.engine, say)
    if outcome.is_misconfigured:
        print(f"clinic-outcomes: {outcome.error}", file=sys.stderr)
        return MISCONFIGURED
    for line in _failure(locations.data, outcome) if outcome.failed_step else _success(locations.data, month):
        print(line)
    return STOPPED if outcome.failed_step else PUBLISHED


def _month(locations: Locations, month: str | None, as_of: str | None) -> datetime.date:
    """The month to report, after a look at the network file and the inbox."""
    contracts = load_contracts()
    network = load_network(locations.network_file, list(contracts))
    if not locations.inbox.is_dir():
        raise ConfigurationError(locations.inbox, "", "is not a folder; --inbox names the folder with the clinics' exports")
    dates = run_dates(scan(locations.inbox, network, contracts), parse_day(as_of) if as_of else None)
    return checked_month(parse_month(month) if month else None, dates)


def _success(data: DataFolder, month: datetime.date) -> Iterator[str]:
    release = published(data)
    assert release is not None
    with private_copy(release, data.work) as copy:
        yield from summary(copy, month)
    yield f"Published  release {release.id}: {data.published / 'warehouse.duckdb'}"
    if release.diff.exists():
        yield f"Changed    {release.diff}"
    reports = MonthOfReports.of(data, month)
    yield f"Reports    {reports.network}"
    for page in reports.clinics().values():
        yield f"           {page}"


def _failure(data: DataFolder, outcome: JobOutcome) -> Iterator[str]:
    checks, release = failed_checks(data, outcome.failed_step), published(data)
    yield f"Nothing was published: {STEPS.get(outcome.failed_step, outcome.failed_step)} failed."
    for check in checks:
        yield f"Check      {check.sentence}: {check.violated if check.violated is not None else 'unknown number'} violated ({check.check_name})"
    if not checks:
        yield f"Error      {outcome.error}"
    yield f"Readers    {f'still find release {release.id}' if release else 'find no release yet'}"
    yield f"Details    {failure_page(data)}"
