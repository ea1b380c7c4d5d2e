"""From the inbox to what dbt reads: the steps of reading and judging deliveries, in order."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines import admission, forgotten, inbox, ingestion, profile_expectations
from pipelines.build_state import BuildState
from pipelines.data_folder import UNIT_OF_SEVERAL_TABLES, DataFolder, remove_leftovers
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
    """Read what is new in the inbox into raw, leave out who was forgotten, and judge every delivery."""
    remove_leftovers(data)
    forgotten.check_key(data, key)
    files = inbox.scan(inbox_folder, network, contracts)
    dates = run_dates(files, as_of)
    read_files = ingestion.ingest(files, dict(contracts), data, key, progress)
    read_files = _without_forgotten(read_files, contracts, data, key)
    profiles = admission.profile_rows(read_files, contracts)
    outcomes = profile_expectations.validate(profiles, contracts)
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    failures += admission.missing_tables(read_files, contracts)
    failures += admission.missing_pages(read_files)
    failures += admission.repeated_deliveries(read_files)
    verdicts = admission.judge(files, read_files, contracts, failures, dates.as_of)
    return Intake(dates, read_files, verdicts, profiles, outcomes)


def _without_forgotten(read_files: list[ingestion.ReadFile], contracts: Mapping[str, SourceContract], data: DataFolder, key: bytes) -> list[ingestion.ReadFile]:
    """The files with what is left of them. Only all files together tell whose a row is, so nobody can be left out while one is read."""
    changed = forgotten.leave_out(data, contracts, key).facts

    def left(read: ingestion.ReadFile) -> ingestion.ReadFile:
        file = read.delivered
        path = data.facts_file(file.source_system, file.table or UNIT_OF_SEVERAL_TABLES, file.clinic_id, read.facts.sha256)
        return replace(read, facts=changed.get(path, read.facts))

    return [left(read) for read in read_files]


def hand_over(intake: Intake, network: Network, contracts: Mapping[str, SourceContract], data: DataFolder, key: bytes) -> None:
    """Tell dbt what holds now. A build file that was made from exactly this stays as it is."""
    write_inputs(data, network, intake.verdicts, intake.profiles, intake.dates.as_of, intake.dates.newest_month)
    if not BuildState.of(data, key).is_current():
        prepare(data, contracts, intake.verdicts)
