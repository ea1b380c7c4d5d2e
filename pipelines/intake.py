"""From the inbox to what dbt reads: the steps of reading and judging deliveries, in order."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines import admission, inbox, ingestion, profile_expectations
from pipelines.build_state import BuildState
from pipelines.data_folder import DataFolder
from pipelines.network import Network
from pipelines.run_dates import RunDates, run_dates
from pipelines.run_inputs import write_inputs
from pipelines.source_contracts import SourceContract
from pipelines.warehouse import prepare


@dataclass(frozen=True)
class Intake:
    """What a run took in: every file with the verdict on it, how the expectations fared, and the dates that follow."""

    dates: RunDates
    read_files: list[ingestion.ReadFile]
    verdicts: list[admission.FileVerdict]
    profiles: list[admission.ProfileRow]
    outcomes: list[profile_expectations.ExpectationOutcome]


def take_in(
    inbox_folder: Path,
    network: Network,
    contracts: Mapping[str, SourceContract],
    data: DataFolder,
    key: bytes,
    as_of: datetime.date | None,
    progress: Callable[[int, int], None] | None = None,
) -> Intake:
    """Read what is new in the inbox into raw and judge every delivery."""
    files = inbox.scan(inbox_folder, network, contracts)
    dates = run_dates(files, as_of)
    read_files = ingestion.ingest(files, dict(contracts), data, key, progress)
    profiles = admission.profile_rows(read_files, contracts)
    outcomes = profile_expectations.validate(profiles, contracts)
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    failures += admission.missing_tables(read_files, contracts)
    failures += admission.missing_pages(read_files)
    verdicts = admission.judge(files, read_files, contracts, failures, dates.as_of)
    return Intake(dates, read_files, verdicts, profiles, outcomes)


def hand_over(intake: Intake, network: Network, contracts: Mapping[str, SourceContract], data: DataFolder, key: bytes) -> None:
    """Tell dbt what holds now. A build file that was made from exactly this stays as it is."""
    write_inputs(data, network, intake.verdicts, intake.profiles, intake.dates.as_of, intake.dates.newest_month)
    if not BuildState.of(data, key).is_current():
        prepare(data, contracts, intake.verdicts)
