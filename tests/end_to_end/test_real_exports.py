"""Third-party files through the whole pipeline: what the release holds, counted against the files' own contents."""

import csv
import datetime
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
REAL_EXPORTS = Path(os.environ.get("CLINIC_OUTCOMES_REAL_EXPORTS", ROOT.parent / "shared" / "real_exports"))
PMHC = Path("pmhc_mds_v4/example-files")
# clinic: system, time zone, and the third-party files of each delivery
CLINICS = {
    "pmhc-csv": ("pmhc_mds", "Australia/Sydney", {"2023-07-03": PMHC / "combined"}),
    "pmhc-zip": ("pmhc_mds", "Australia/Sydney", {"2023-07-03": PMHC / "PMHC-4-0-combined.zip"}),
    "pmhc-xlsx": ("pmhc_mds", "Australia/Sydney", {"2023-07-03": PMHC / "PMHC-4-0-combined.xlsx"}),
    "pmhc-deleted": ("pmhc_mds", "Australia/Sydney", {"2023-07-03": PMHC / "combined", "2023-08-03": PMHC / "combined-delete"}),
    "synthea": ("fhir_r4", "America/New_York", {"2024-08-06": Path("synthea_bulk_fhir_10")}),
    "us-core": ("fhir_r4", "America/New_York", {"2026-01-01": Path("us_core_phq9")}),
    "hl7": ("fhir_r4", "America/New_York", {"2026-01-01": Path("hl7_fhir_r4_examples")}),
    "pco": ("fhir_r4", "America/New_York", {"2026-02-11": Path("pco_ig_goals")}),
}
PMHC_COPIES = ("pmhc-csv", "pmhc-zip", "pmhc-xlsx")
# the seed rule_parameters: sessions of one client with at most so many days between them are one episode
EPISODE_GAP = datetime.timedelta(days=90)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """What one run over all of the third-party files published."""
    if not REAL_EXPORTS.is_dir():
        pytest.skip(f"{REAL_EXPORTS} is not there; CLINIC_OUTCOMES_REAL_EXPORTS names the folder of third-party files")
    folder = tmp_path_factory.mktemp("real")
    for clinic, (system, _, deliveries) in CLINICS.items():
        for delivery, source in deliveries.items():
            _deliver(REAL_EXPORTS / source, folder / "inbox" / clinic / system / delivery)
    entries = [
        {"id": clinic, "name": clinic, "time_zone": zone, "systems": [system], "roll_up": "nhs_talking_therapies"}
        for clinic, (system, zone, _) in CLINICS.items()
    ]
    (folder / "network.yaml").write_text(json.dumps({"network": {"name": "Examples", "time_zone": "UTC"}, "clinics": entries}), encoding="utf-8")
    command = [Path(sys.executable).with_name("clinic-outcomes"), "run", "--network", folder / "network.yaml", "--inbox", folder / "inbox"]
    finished = subprocess.run([*command, "--data", folder / "data", "--demo-key"], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    with duckdb.connect(str(folder / "data" / "published" / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def _deliver(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        target.mkdir(parents=True)
        shutil.copy(source, target)


def count(release: duckdb.DuckDBPyConnection, table: str, clinic: str) -> int:
    return int(release.execute(f"select count(*) from core.{table} where clinic_id = ?", [clinic]).fetchall()[0][0])


def pmhc_rows(name: str) -> list[dict[str, str]]:
    with (REAL_EXPORTS / PMHC / "combined" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def resources(folder: str, resource_type: str) -> list[dict[str, Any]]:
    """All resources of a type in a folder, one per id."""
    found = {}
    for path in sorted((REAL_EXPORTS / folder).rglob("*.*json")):
        text = path.read_text(encoding="utf-8")
        for document in map(json.loads, text.splitlines()) if path.suffix == ".ndjson" else [json.loads(text)]:
            if document.get("resourceType") == resource_type:
                found[document["id"]] = document
    return list(found.values())


def derived_episodes(encounters: list[dict[str, Any]], zone: str) -> int:
    """How many courses the sessions of each client fall into."""
    days = defaultdict(set)
    for encounter in encounters:
        start = datetime.datetime.fromisoformat(encounter["period"]["start"])
        days[encounter["subject"]["reference"]].add(start.astimezone(ZoneInfo(zone)).date())
    return sum(1 + sum(later - earlier > EPISODE_GAP for earlier, later in itertools.pairwise(dates)) for dates in map(sorted, days.values()))


@pytest.mark.parametrize("clinic", PMHC_COPIES)
@pytest.mark.parametrize(("table", "file"), [("clients", "clients.csv"), ("episodes", "episodes.csv"), ("sessions", "service-contacts.csv")])
def test_pmhc_rows_are_all_there_in_every_form_of_the_upload(release, clinic, table, file):
    assert count(release, table, clinic) == len(pmhc_rows(file))


@pytest.mark.parametrize("clinic", PMHC_COPIES)
def test_pmhc_scores_are_the_totals_of_the_files(release, clinic):
    dates = {row["collection_occasion_key"]: row["collection_occasion_date"] for row in pmhc_rows("collection-occasions.csv")}
    expected = {
        "k10": [(dates[row["collection_occasion_key"]], int(row["k10p_score"])) for row in pmhc_rows("k10p.csv")],
        "k5": [(dates[row["collection_occasion_key"]], int(row["k5_score"])) for row in pmhc_rows("k5.csv") if row["k5_score"] != "99"],
        "sdq_conduct": [(dates[row["collection_occasion_key"]], int(row["sdq_conduct_problem"])) for row in pmhc_rows("sdq.csv")],
    }
    for measure, scores in expected.items():
        query = "select strftime(measured_on, '%d%m%Y'), cast(total_reported as integer) from core.measure_scores where clinic_id = ? and measure_id = ?"
        found = release.execute(f"{query} and total_reported is not null", [clinic, measure]).fetchall()
        assert sorted(found) == sorted(scores)


def test_pmhc_endings_are_those_of_the_completion_status(release):
    statuses = {"0": None, "1": "completed", "4": "moved"}
    expected = Counter(statuses[row["episode_completion_status"]] for row in pmhc_rows("episodes.csv"))
    assert Counter(ending for (ending,) in release.execute("select ending from core.episodes where clinic_id = 'pmhc-csv'").fetchall()) == expected


@pytest.mark.parametrize("table", ["clients", "episodes", "sessions", "measure_scores"])
def test_a_pmhc_delivery_of_deletions_leaves_nothing(release, table):
    assert count(release, table, "pmhc-deleted") == 0


def test_synthea_has_every_patient_practitioner_and_encounter(release):
    encounters = resources("synthea_bulk_fhir_10", "Encounter")
    assert count(release, "clients", "synthea") == len(resources("synthea_bulk_fhir_10", "Patient"))
    assert count(release, "practitioners", "synthea") == len(resources("synthea_bulk_fhir_10", "Practitioner"))
    assert count(release, "sessions", "synthea") == len(encounters)
    assert count(release, "episodes", "synthea") == derived_episodes(encounters, "America/New_York")


def test_hl7_examples_with_a_start_are_sessions(release):
    appointments = [appointment for appointment in resources("hl7_fhir_r4_examples", "Appointment") if "start" in appointment]
    encounters = [encounter for encounter in resources("hl7_fhir_r4_examples", "Encounter") if "start" in encounter.get("period", {})]
    assert count(release, "sessions", "hl7") == len(appointments) + len(encounters)
    explicit = release.execute("select count(*) from core.episodes where clinic_id = 'hl7' and episode_source = 'explicit'").fetchall()[0][0]
    assert explicit == len(resources("hl7_fhir_r4_examples", "EpisodeOfCare"))


@pytest.mark.parametrize(("clinic", "folder"), [("us-core", "us_core_phq9"), ("pco", "pco_ig_goals"), ("hl7", "hl7_fhir_r4_examples")])
def test_example_patients_are_counted_once_each(release, clinic, folder):
    assert count(release, "clients", clinic) == len(resources(folder, "Patient"))


def test_the_phq9_of_us_core_is_one_score_of_a_day_without_therapy(release):
    """Its panel, ten items, total and QuestionnaireResponse are one administration, seven years after the only encounter of the patient."""
    reconciled = release.execute(
        "select sum(rows_current), sum(rows_superseded) from ops.reconciliation where clinic_id = 'us-core' and table_name in (?, ?)",
        ["score_observations", "phq9_responses"],
    )
    assert reconciled.fetchall() == [(0, 11)]
    reasons = release.execute("select reason from ops.quarantined_rows where clinic_id = 'us-core' and table_name = 'score_observations'").fetchall()
    assert reasons == [("no episode of the client covers the date",)]


def test_goal_attainment_of_the_examples_is_read_and_waits_for_an_episode(release):
    goals = release.execute("select count(*) from ops.quarantined_rows where clinic_id = 'pco' and table_name = 'goals'").fetchall()[0][0]
    assert goals == len(resources("pco_ig_goals", "Goal"))


def test_every_line_of_every_file_is_admitted_or_rejected_with_a_reason(release):
    ledger = release.execute("select clinic_id, file, rows_read, rows_admitted, rows_rejected, decision, reason from ops.deliveries").fetchall()
    assert {row[5] for row in ledger} == {"admitted", "ignored", "unrecognised"}
    assert [row for row in ledger if row[5] == "admitted" and row[2] != row[3] + row[4]] == []
    assert [row for row in ledger if row[5] != "admitted" and not row[6]] == []
    rejected = dict(release.execute("select (clinic_id, file), count(*) from ops.rejected_rows where reason is not null group by all").fetchall())
    assert [row for row in ledger if row[4] and rejected.get((row[0], row[1])) != row[4]] == []
    conditions = len(resources("synthea_bulk_fhir_10", "Condition"))
    assert rejected["synthea", "Condition.000.ndjson"] == conditions


def test_every_raw_row_is_used_superseded_or_quarantined_with_a_reason(release):
    assert release.execute("select clinic_id, table_name, difference from ops.reconciliation where difference <> 0").fetchall() == []
    assert release.execute("select count(*) from ops.quarantined_rows where reason is null").fetchall() == [(0,)]
