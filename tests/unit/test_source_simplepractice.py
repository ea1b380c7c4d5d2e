"""SimplePractice's three reports from the inbox to staging: every trap of their format, with what becomes of each line."""

import datetime
from pathlib import Path

import duckdb
import pytest

from pipelines.privacy import pseudonym
from tests.fixtures.staging_build import CLINIC, KEY, StagedSystem, deliver, ingest_text, observed_header, read_inbox, stage

DELIVERY = "2026-05-20"
ATTENDANCE, APPOINTMENTS, DETAILS = "client_attendance_report.csv", "appointment-status-report.csv", "client_details_report.csv"


@pytest.fixture(scope="module")
def simplepractice(tmp_path_factory: pytest.TempPathFactory) -> StagedSystem:
    folder = tmp_path_factory.mktemp("simplepractice")
    return stage(folder, "simplepractice", deliver(folder, "simplepractice", [DELIVERY]), datetime.date(2026, 5, 20), "America/New_York")


def session(simplepractice: StagedSystem, line: int, columns: str, table: str = "client_attendance") -> tuple:
    """The columns of the session row on one line of a report."""
    [row] = [row[2:] for row in simplepractice.rows("sessions", columns, f"source_line = {line} and raw_table = '{table}'")]
    return row


def test_lines_are_admitted_and_the_line_of_totals_is_not(simplepractice):
    assert simplepractice.counts(DELIVERY, ATTENDANCE) == ("admitted", 16, 1)
    assert [(reject.line, reject.reason) for reject in simplepractice.rejects(DELIVERY, ATTENDANCE)] == [(2, "a line of totals, not a record")]
    assert simplepractice.counts(DELIVERY, APPOINTMENTS) == ("admitted", 7, 0)
    assert simplepractice.counts(DELIVERY, DETAILS) == ("admitted", 7, 0)
    assert simplepractice.file(DELIVERY, "PaymentExport_04252026.csv").decision == "ignored"


def test_columns_that_stand_twice_are_money_and_not_worth_a_warning(simplepractice):
    assert simplepractice.file(DELIVERY, APPOINTMENTS).read.facts.warnings == ()


def test_every_row_is_accounted_for(simplepractice):
    assert simplepractice.states("sessions") == {"current": 12, "quarantined": 5, "superseded": 6}
    reasons = [row[2:] for row in simplepractice.rows("sessions", "row_reason, row_column", "row_state = 'quarantined'")]
    assert reasons == [
        ("several clients have this name, and nothing in the export tells whose appointment it is", "client"),
        ("not a time in the declared format", "date_of_service"),
        ("the key stands more than once with different content", "session_pseudonym"),
        ("the key stands more than once with different content", "session_pseudonym"),
        ("a required value is missing", "status"),
    ]
    assert simplepractice.states("clients") == {"current": 5, "quarantined": 2, "superseded": 1}


@pytest.mark.parametrize(
    ("line", "attendance", "evidence"),
    [
        (3, "attended", "default"),
        (4, "did_not_attend", "explicit"),
        (5, "cancelled_by_client", "explicit"),
        (7, "cancelled_late_by_client", "explicit"),
        (8, "cancelled_by_provider", "explicit"),
        (9, "scheduled", None),  # Show, in two weeks
        (12, "unknown", "explicit"),  # Arrived is no status of SimplePractice
    ],
)
def test_attendance_and_how_it_is_known(simplepractice, line, attendance, evidence):
    assert session(simplepractice, line, "attendance, attendance_evidence") == (attendance, evidence)


def test_without_the_attendance_report_only_a_finished_note_tells_of_a_session(simplepractice):
    columns = "row_state, attendance, attendance_evidence"
    assert session(simplepractice, 6, columns, "appointment_status") == ("current", "attended", "inferred")
    assert session(simplepractice, 7, columns, "appointment_status") == ("current", "not_recorded", None)
    assert session(simplepractice, 2, "row_state, row_reason", "appointment_status") == (
        "superseded",
        "the attendance report tells what became of this appointment",
    )


@pytest.mark.parametrize(
    ("line", "utc", "local"),
    [
        (3, "2026-04-27 16:00:00", "2026-04-27 12:00:00"),
        (4, "2026-05-02 18:30:00", "2026-05-02 14:30:00"),  # 5/2/2026 is the second of May
        (6, "2026-05-04 13:00:00", "2026-05-04 09:00:00"),  # a day only; the other report has the time
        (8, "2026-05-07 01:05:00", "2026-05-06 21:05:00"),  # 9:05 PM
    ],
)
def test_times_are_month_first_in_the_clinics_zone(simplepractice, line, utc, local):
    assert session(simplepractice, line, "cast(starts_at as varchar), cast(starts_at_local as varchar)") == (utc, local)


def test_a_cancelled_and_a_kept_appointment_of_one_day_are_two(simplepractice):
    cancelled, kept = session(simplepractice, 5, "session_pseudonym, row_state"), session(simplepractice, 6, "session_pseudonym, row_state")
    assert cancelled[1] == kept[1] == "current"
    assert cancelled[0] != kept[0]


def test_kind_participants_and_medium(simplepractice):
    columns = "kind, participants, medium"
    assert session(simplepractice, 3, columns) == ("assessment", "individual", "in_person")
    assert session(simplepractice, 4, columns) == ("treatment", "individual", "video")
    assert session(simplepractice, 7, columns) == ("treatment", "couple", "in_person")
    assert session(simplepractice, 18, columns) == ("treatment", "group", "in_person")


def test_clients_are_weak_keys_of_the_name_however_it_is_written(simplepractice):
    rows = simplepractice.rows("clients", "raw_table, client_pseudonym, key_strength", "row_state = 'current'")
    expected = {simplepractice.pseudonym(name) for name in ("janeroe", "samalexpoe", "patlee", "kimnoh", "anacruz")}
    assert {row[3] for row in rows} == expected
    assert {row[4] for row in rows} == {"weak"}
    assert [row[2] for row in rows if row[3] == simplepractice.pseudonym("anacruz")] == ["client_attendance#clients"]
    assert session(simplepractice, 3, "client_pseudonym") == session(simplepractice, 4, "client_pseudonym")


def test_two_clients_of_one_name_are_never_one(simplepractice):
    name = simplepractice.pseudonym("johnjones")
    assert {row[2] for row in simplepractice.rows("clients", "row_state", f"client_pseudonym = '{name}'")} == {"quarantined"}
    assert {row[2] for row in simplepractice.rows("sessions", "row_state", f"client_pseudonym = '{name}'")} == {"quarantined"}


def test_a_full_name_and_its_two_parts_are_one_identity_with_the_birth_date(tmp_path: Path):
    details = "Client,Client type,Date of birth\nJane O'Roe,Adult,02/29/1980\n"
    ingest_text(tmp_path / "a", "simplepractice", DETAILS, details)
    ingest_text(tmp_path / "b", "canonical", "clients.csv", "client_id,first_name,last_name,birth_date\nC1,Jané,ORoe,1980-02-29\n")
    expected = pseudonym(KEY, CLINIC, "identity", "janeoroe\x1f1980-02-29")
    for folder in ("a", "b"):
        [raw] = (tmp_path / folder / "data" / "raw").glob("*/*/*/*.parquet")
        assert duckdb.read_parquet(str(raw)).select("identity_name_birth").fetchall() == [(expected,)]


def test_no_name_and_no_address_comes_in(simplepractice):
    stored = simplepractice.stored()
    assert all(word not in stored for word in ("Jane", "Roe", "Demo", "example.test", "555-0100", "High Street", "97201"))


def test_the_newest_export_holds_and_what_it_lacks_is_withdrawn(tmp_path: Path):
    folder = deliver(tmp_path, "simplepractice", [DELIVERY, "2026-06-03"])
    _, verdicts = read_inbox(tmp_path, "simplepractice", folder, datetime.date(2026, 6, 10), "America/New_York")
    assert {verdict.delivered.delivery for verdict in verdicts if verdict.is_current} == {"2026-06-03"}
    # the cash-only variant of the header
    assert {verdict.delivered.file: verdict.read.facts.admitted for verdict in verdicts if verdict.is_current} == {
        APPOINTMENTS: {"appointment_status": 1},
        ATTENDANCE: {"client_attendance": 1},
        DETAILS: {"client_details": 1},
    }


@pytest.mark.parametrize(
    ("header", "name", "row"),
    [
        (
            "simplepractice_appointment-status-report__insurance.header.csv",
            APPOINTMENTS,
            "04/27/2026 12:00,A B,C D,90837,P,,130.0,1,130.0,LOCKED,PAID,30.0,0,30.0,0,PENDING,100.0,0,0,100.0",
        ),
        (
            "simplepractice_appointment-status-report__insurance_no_notes.header.csv",
            APPOINTMENTS,
            "04/27/2026 12:00,A B,C D,90837,130.0,1,130.0,PAID,30.0,0,30.0,0,PENDING,100.0,0,0,100.0",
        ),
        ("simplepractice_appointment-status-report__cash_only.header.csv", APPOINTMENTS, "04/27/2026 12:00,A B,C D,90837,130.0,1,130.0,PAID,30.0,0,30.0,0"),
        ("simplepractice_client_attendance_report.header.csv", ATTENDANCE, "A B,C D,2026-05-01,Telehealth Video,Show"),
        ("simplepractice_client_details_report.header.csv", DETAILS, "A B,Adult,01/05/2026,C D,,,,,,,,,,,,,,Active"),
    ],
)
def test_the_headers_seen_in_the_wild_are_read(tmp_path: Path, header: str, name: str, row: str):
    verdict = ingest_text(tmp_path, "simplepractice", name, f"{observed_header(header)}\n{row}\n")
    assert verdict.decision == "admitted"
    assert sum(verdict.read.facts.admitted.values()) == 1
    assert verdict.read.facts.warnings == ()
