"""Files by a clinic's own mapping: TherapyNotes, OpenEMR, REDCap and Mirah shapes from the inbox to staging, and mappings that are wrong."""

import datetime
import shutil
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import ConfigurationError
from pipelines.mapping import Field, load_mapping, value_of
from tests.fixtures.staging_build import CLINIC, FIXTURES, StagedSystem, deliver, read_inbox, stage

NOVEMBER = "2026-11-03"
THERAPYNOTES, OPENEMR, REDCAP, MIRAH = "therapynotes_billing.csv", "openemr_postcalendar_events.csv", "redcap_export.csv", "mirah_outcomes_20261101.csv"


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> StagedSystem:
    folder = tmp_path_factory.mktemp("mapped")
    return stage(folder, "mapped", deliver(folder, "mapped", [NOVEMBER]), datetime.date(2026, 11, 20), "America/New_York")


def rows(mapped: StagedSystem, entity: str, file: str, columns: str) -> dict[int, tuple]:
    """The staged rows of one file by line."""
    read = mapped.file(NOVEMBER, file).read
    assert read is not None
    found = mapped.rows(entity, columns, f"file_sha256 = '{read.facts.sha256}'")
    return {row[1]: row[2:] for row in found}


def test_lines_are_admitted_rejected_or_left_alone(mapped):
    assert mapped.file(NOVEMBER, THERAPYNOTES).read.facts.admitted == {"clients": 3, "sessions": 6}
    # line 12, a series in one row, tells of a client and of no session
    assert mapped.file(NOVEMBER, OPENEMR).read.facts.admitted == {"clients": 1, "sessions": 7}
    assert mapped.file(NOVEMBER, REDCAP).read.facts.admitted == {"clients": 2, "scores": 5}
    assert mapped.file(NOVEMBER, MIRAH).read.facts.admitted == {"clients": 1, "scores": 4}
    assert [(reject.line, reject.reason) for reject in mapped.rejects(NOVEMBER, OPENEMR)] == [
        (8, "left out by mapped.yaml: pc_catid has a value that is not read"),
        (11, "fewer values than the header has columns"),
    ]
    other = mapped.file(NOVEMBER, "readme.csv")
    assert (other.decision, other.reason) == ("ignored", "the clinic's mapped.yaml names no file like this")


def test_billing_transactions_become_sessions(mapped):
    """Serial days and their fractions. Line 4 bills line 3 once more, 7 has a status without a meaning, 8 and 9 lack a date and a birth date."""
    assert rows(mapped, "sessions", THERAPYNOTES, "cast(starts_at_local as varchar), kind, attendance, row_state") == {
        2: ("2026-09-01 18:00:00", "assessment", "attended", "current"),
        3: ("2026-09-08 10:00:00", "treatment", "attended", "current"),
        5: ("2026-09-15 18:00:00", "treatment", "did_not_attend", "current"),
        7: ("2026-09-22 18:00:00", "treatment", "unknown", "current"),
        8: (None, "treatment", "cancelled_by_client", "quarantined"),
        9: ("2026-09-25 12:00:00", "treatment", "cancelled_by_client", "quarantined"),
    }
    people = rows(mapped, "clients", THERAPYNOTES, "birth_year, identity_name_birth is not null, row_state")
    assert people == {2: (1990, True, "current"), 7: (1984, True, "current"), 9: (None, False, "quarantined")}


def test_a_site_s_own_status_list_is_read(mapped):
    assert rows(mapped, "sessions", OPENEMR, "attendance, row_state, row_reason") == {
        2: ("attended", "current", None),
        4: ("did_not_attend", "current", None),
        5: ("cancelled_late_by_client", "current", None),
        6: ("unknown", "current", None),
        7: ("not_recorded", "current", None),
        9: ("attended", "quarantined", "not a time in the declared format"),  # 128:00:00, as in a real dump
        10: ("attended", "quarantined", "neither an episode nor a client"),
    }


def test_a_wide_table_gives_a_row_for_each_measure_that_was_filled_in(mapped):
    columns = "measure_id, cast(measured_on as varchar), cast(total_reported as varchar), items, row_state"
    found = mapped.rows("scores", columns, f"file_sha256 = '{mapped.file(NOVEMBER, REDCAP).read.facts.sha256}'")
    assert sorted((row[1:] for row in found), key=str) == [
        (2, "gad7", "2026-04-04", "11.000", None, "current"),
        (2, "phq9", "2026-04-03", "7.000", "1;1;1;1;1;1;1;;0", "current"),  # day first; 999 is not recorded
        (3, "gad7", "2026-05-06", "9.000", None, "current"),
        (5, "phq9", None, "0.000", "0;0;0;0;0;0;0;0;0", "quarantined"),  # 31 February
        (6, "phq9", None, "0.000", "0;0;0;0;0;0;0;0;0", "quarantined"),  # a year of two digits
    ]


def test_only_raw_totals_of_valid_administrations_are_read(mapped):
    assert rows(mapped, "scores", MIRAH, "measure_id, cast(total_reported as varchar), rater, row_state") == {
        2: ("phq9", "14.000", "self", "current"),
        5: ("gad7", "8.000", "clinician", "current"),
        6: ("invalid", "12.000", "self", "current"),  # not a measure of the mapping; its long name stays outside
        7: ("phq9", None, "self", "quarantined"),
    }


def test_nothing_that_the_mapping_does_not_name_comes_in(mapped):
    stored = mapped.stored()
    words = ["Okafor", "Wren", "sister", "papers", "cried", "see chart", "Brief Symptom", "F41", "1111111111"]
    assert [word for word in words if word in stored] == []


def test_a_workbook_is_read_by_the_title_of_its_sheet(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.title = "Billing Transactions"
    book.active.append(["Type", "Appointment Type", "Date", "Clinician NPI", "Last Name", "First Name", "DOB", "Service Code"])
    book.active.append(
        ["Appointment", "Therapy Session", datetime.datetime.fromisoformat("2026-09-01 18:00"), 1111111111, "Okafor", "Wren", datetime.date(1990, 1, 1), 90791]
    )
    target = tmp_path / "inbox" / CLINIC / "mapped" / NOVEMBER
    target.mkdir(parents=True)
    book.save(target / "export.xlsx")
    (tmp_path / CLINIC).mkdir()
    shutil.copy(FIXTURES / "mapped" / "mapped.yaml", tmp_path / CLINIC)
    _, [verdict] = read_inbox(tmp_path, "mapped", tmp_path / "inbox", datetime.date(2026, 11, 20), "UTC")
    assert (verdict.decision, verdict.read.facts.admitted) == ("admitted", {"clients": 1, "sessions": 1})


def test_a_changed_mapping_reads_the_file_again(tmp_path: Path):
    inbox = deliver(tmp_path, "mapped", [NOVEMBER])
    before = read_inbox(tmp_path, "mapped", inbox, datetime.date(2026, 11, 20), "UTC")[1]
    mapping = tmp_path / CLINIC / "mapped.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("score_domain: [raw], ", ""), encoding="utf-8")
    after = read_inbox(tmp_path, "mapped", inbox, datetime.date(2026, 11, 20), "UTC")[1]
    counts = [{verdict.delivered.file: verdict.read.facts.admitted for verdict in verdicts if verdict.read}[MIRAH]["scores"] for verdicts in (before, after)]
    assert counts == [4, 5]


@pytest.mark.parametrize(
    ("last", "refused"),
    [
        ("2,2,4,NULL,2026-10-27,09:00:00,-,0", None),  # whole, and left out by the mapping
        ("2,9,4,77,2026-10", "line 3: the file ends in the middle of a row; it was cut off, please send it again"),
    ],
)
def test_a_file_without_an_end_is_refused_only_where_its_last_record_is_broken(tmp_path: Path, last: str, refused: str | None):
    deliver(tmp_path, "mapped", [NOVEMBER])
    header = "pc_eid,pc_catid,pc_aid,pc_pid,pc_eventDate,pc_startTime,pc_apptstatus,pc_recurrtype"
    text = f"{header}\n1,9,4,77,2026-10-26,10:00:00,@,0\n{last}"
    (tmp_path / "inbox" / CLINIC / "mapped" / NOVEMBER / OPENEMR).write_text(text, encoding="utf-8")
    verdicts = read_inbox(tmp_path, "mapped", tmp_path / "inbox", datetime.date(2026, 11, 20), "UTC")[1]
    assert next(verdict.read.facts.refused for verdict in verdicts if verdict.delivered.file == OPENEMR) == refused


def test_a_file_without_a_mapped_column_is_refused(tmp_path: Path):
    deliver(tmp_path, "mapped", [NOVEMBER])
    (tmp_path / "inbox" / CLINIC / "mapped" / NOVEMBER / MIRAH).write_text("id,patient_id\n1,2\n", encoding="utf-8")
    verdicts = read_inbox(tmp_path, "mapped", tmp_path / "inbox", datetime.date(2026, 11, 20), "UTC")[1]
    reason = next(verdict.reason for verdict in verdicts if verdict.delivered.file == MIRAH)
    assert reason.startswith("line 1: mapped.yaml names columns that the file does not have: diagnostic_report_id, effective_date")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{table: scores, columns: {score_id: a, measured_on: b}}", "files[0].columns: measure is required for scores"),
        (
            "{table: practitioners, columns: {practitioner_id: a, name: b}}",
            "files[0].columns.name: not a column of practitioners; known are practitioner_id, role",
        ),
        ("{table: clients, columns: {client_id: {}}}", "files[0].columns.client_id: give either a column or a constant"),
        ("{table: clients, columns: {client_id: a}, measures: {phq9: {total: b}}}", "files[0].measures: only the table scores has measures"),
        ("{table: clients, dates: ymd, columns: {client_id: a}}", "files[0].dates: 'ymd' is no way to write dates; known are iso, dmy, mdy, excel"),
    ],
)
def test_a_wrong_mapping_names_the_key(tmp_path: Path, entry: str, message: str):
    path = tmp_path / "mapped.yaml"
    path.write_text("files: [" + entry.replace("{", "{files: ['*'], ", 1) + "]\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load_mapping(path)
    assert message in str(raised.value)


@given(day=st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 1, 1)), clock=st.times().map(lambda time: time.replace(microsecond=0)))
def test_times_are_the_same_however_they_are_written(day: datetime.date, clock: datetime.time):
    iso = f"{day} {clock}"
    written = {"iso": iso, "dmy": f"{day:%d/%m/%Y} {clock}", "mdy": f"{day:%m/%d/%Y} {clock:%I:%M:%S %p}"}
    texts = [value_of(Field(("at",), dates=dates), "time", {"at": text}) for dates, text in written.items()]
    assert texts == [iso] * 3
    serial = (day - datetime.date(1899, 12, 30)).days + (clock.hour * 3600 + clock.minute * 60 + clock.second) / 86400
    at_midnight = str(day) if clock == datetime.time() else iso
    assert value_of(Field(("at",), dates="excel"), "time", {"at": f"{serial:.9f}"}) == at_midnight
