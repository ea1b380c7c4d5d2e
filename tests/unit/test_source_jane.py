"""Jane's appointments report from the inbox to staging: every trap of its format, with what becomes of each line."""

import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.fixtures.staging_build import StagedSystem, deliver, ingest_text, observed_header, stage

SEPTEMBER = ("2026-10-01", "Harbour_Appointments_20260901_20260930.csv")
OCTOBER = ("2026-11-03", "Harbour_Appointments_20261001_20261031.csv")


@pytest.fixture(scope="module")
def jane(tmp_path_factory: pytest.TempPathFactory) -> StagedSystem:
    folder = tmp_path_factory.mktemp("jane")
    return stage(folder, "jane", deliver(folder, "jane", ["2026-10-01", "2026-11-03"]), datetime.date(2026, 11, 20), "America/Vancouver")


def outcome(jane: StagedSystem, line: int, columns: str, delivery: str = "2026-11-03") -> tuple:
    """The columns of the row on one line of a delivery."""
    [row] = [row[2:] for row in jane.rows("sessions", columns) if row[:2] == (delivery, line)]
    return row


def test_lines_are_admitted_rejected_or_left_to_other_reports(jane):
    assert jane.counts(*SEPTEMBER) == ("admitted", 8, 0)
    assert jane.counts(*OCTOBER) == ("admitted", 20, 2)
    assert [(reject.line, reject.column_name) for reject in jane.rejects(*OCTOBER)] == [(11, None), (24, "id")]
    sales = jane.file("2026-11-03", "Sales_20261001_20261031.csv")
    assert (sales.decision, sales.reason) == ("ignored", "money is not read")


def test_every_row_is_accounted_for(jane):
    assert jane.states("sessions") == {"current": 15, "quarantined": 5, "superseded": 8}
    reasons = [row[2:] for row in jane.rows("sessions", "row_state, row_reason, row_column", "row_state <> 'current'")]
    assert sorted(reasons, key=str) == sorted(
        [
            *[("superseded", "replaced by a later delivery", None)] * 4,
            ("superseded", "a break of the staff member, not a session", None),
            ("superseded", "archived in the practice system", None),
            ("superseded", "never booked", None),
            ("superseded", "repeats an earlier line of the same delivery", None),
            ("quarantined", "not a time in the declared format", "start_at"),
            ("quarantined", "the values stand in the wrong columns: a text before them has a comma and no quotation marks", "booked_online"),
            ("quarantined", "a required value is missing", "patient_guid"),
            *[("quarantined", "the key stands more than once with different content", "session_pseudonym")] * 2,
        ],
        key=str,
    )


@pytest.mark.parametrize(
    ("line", "attendance", "evidence"),
    [
        (3, "did_not_attend", "explicit"),
        (4, "not_recorded", None),  # its arrival was taken back after the first delivery
        (7, "cancelled_by_provider", "explicit"),
        (9, "attended", "explicit"),  # one empty value too many at the end
        (12, "rescheduled", "explicit"),
        (13, "scheduled", None),
        (14, "attended", "explicit"),  # checked in, no time of arrival
        (15, "unknown", "explicit"),  # a state without a meaning
        (25, "did_not_attend", "explicit"),  # arrived and no show: no show stands first
    ],
)
def test_attendance_by_precedence(jane, line, attendance, evidence):
    assert outcome(jane, line, "attendance, attendance_evidence") == (attendance, evidence)


def test_a_reason_that_names_the_therapist_without_blaming_them_is_the_clients(jane):
    cancelled = outcome(jane, 9, "attendance, cast(cancelled_at as varchar)", delivery="2026-10-01")
    # and late, since it was said the evening before
    assert cancelled == ("cancelled_late_by_client", "2026-09-23 01:05:00")


@pytest.mark.parametrize(
    ("line", "utc", "local"),
    [
        (3, "2026-10-05 17:00:00", "2026-10-05 10:00:00"),  # daylight saving, 7 hours behind
        (13, "2026-12-02 01:00:00", "2026-12-01 17:00:00"),  # standard time, 8 hours behind
        (16, "2026-11-01 09:30:00", "2026-11-01 01:30:00"),  # half past one came twice: the second
        (17, "2026-03-08 10:30:00", "2026-03-08 02:30:00"),  # half past two did not come
    ],
)
def test_wall_clock_times_are_read_in_the_clinics_zone(jane, line, utc, local):
    assert outcome(jane, line, "cast(starts_at as varchar), cast(starts_at_local as varchar)") == (utc, local)


def test_services_tell_kind_participants_and_medium(jane):
    columns = "kind, participants, medium"
    assert outcome(jane, 2, columns, delivery="2026-10-01") == ("assessment", "individual", None)
    assert outcome(jane, 13, columns) == ("treatment", "couple", "video")
    assert outcome(jane, 14, columns) == ("treatment", "family", "video")
    assert outcome(jane, 25, columns) == ("assessment", None, "phone")


def test_clients_and_practitioners_are_those_of_the_sessions_that_hold(jane):
    clients = {row[2] for row in jane.rows("clients", "client_pseudonym", "key_strength = 'strong' and row_state = 'current'")}
    # A-2 was merged into A-1 by the second delivery
    assert clients == {jane.pseudonym(guid) for guid in ("A-1", "A-3", "A-4")}
    practitioners = {row[2] for row in jane.rows("practitioners", "practitioner_pseudonym")}
    assert practitioners == {jane.pseudonym(name) for name in ("gilmarsh", "zoehart")}


def test_no_name_and_no_word_of_the_notes_comes_in(jane):
    stored = jane.stored()
    assert all(word not in stored for word in ("Okafor", "Wren", "Gil Marsh", "see you", "one comma", "too many", "by phone", "20111"))


def test_the_header_seen_in_the_wild_is_read(tmp_path: Path):
    header = observed_header("janeapp_Clinic_Appointments_YYYYMMDD_YYYYMMDD.header.csv")
    row = "1,Main Street,2026-07-02 10:00,2026-07-02 10:50,G-1,1,,,,,Individual,Gil Marsh,false,,arrived,false,signed,,2026-07-01,2026-07-02,false,,,,,,"
    verdict = ingest_text(tmp_path, "jane", "Clinic_Appointments_20260701_20260722.csv", f"{header}\n{row}\n")
    assert verdict.decision == "admitted"
    assert verdict.read.facts.admitted == {"appointments": 1}
    assert verdict.read.facts.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_that_a_spreadsheet_wrote_back_gives_the_same_rows(tmp_path: Path, encoding: str, delimiter: str):
    header = observed_header("janeapp_Clinic_Appointments_YYYYMMDD_YYYYMMDD.header.csv")
    row = (
        "1,Rue Principale,2026-07-02 10:00,2026-07-02 10:50,G-1,1,,Zoë,,Müller,Individual,Gil Marsh,false,,arrived,false,signed,,2026-07-01,"
        "2026-07-02,false,,,,,,"
    )
    rows = {}
    for name, text, written_as in (("plain", f"{header}\n{row}\n", "utf-8"), ("again", f"{header}\n{row}\n".replace(",", delimiter), encoding)):
        verdict = ingest_text(tmp_path / name, "jane", "Clinic_Appointments.csv", text, written_as)
        assert verdict.decision == "admitted", verdict.reason
        raw = (tmp_path / name / "data").rglob("raw/jane/appointments/**/*.parquet")
        rows[name] = [{key: value for key, value in row.items() if key != "file_sha256"} for path in raw for row in pq.read_table(path).to_pylist()]
    assert len(rows["plain"]) == 1
    assert rows["again"] == rows["plain"]
