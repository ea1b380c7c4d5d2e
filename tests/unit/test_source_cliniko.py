"""Cliniko's pages from the inbox to staging: every trap of the format, with what becomes of each record."""

import datetime
import json
from pathlib import Path

import pytest

from tests.fixtures.staging_build import REAL_EXPORTS, StagedSystem, deliver, ingest_text, read_inbox, stage

OCTOBER, NOVEMBER = "2026-10-01", "2026-11-03"
AMELIA, CHRIS = "372481449527346255", "372481449527346999"
# Counted by hand in the 44 examples that are JSON and in the one that has a comma too many at its end, which does no harm.
# The two forms among them are an intake, no measure.
VENDOR_COUNTS = {
    "appointment_types": 3,
    "attendees": 3,
    "case_attendees": 8,
    "group_appointments": 3,
    "individual_appointments": 4,
    "patient_cases": 2,
    "patients": 4,
    "practitioners": 3,
}
VENDOR_EXAMPLES = REAL_EXPORTS / "cliniko_api_doc_examples"


@pytest.fixture(scope="module")
def cliniko(tmp_path_factory: pytest.TempPathFactory) -> StagedSystem:
    folder = tmp_path_factory.mktemp("cliniko")
    return stage(folder, "cliniko", deliver(folder, "cliniko", [OCTOBER, NOVEMBER]), datetime.date(2026, 11, 20), "Australia/Melbourne")


def session(cliniko: StagedSystem, identifier: str, columns: str) -> tuple:
    """The columns of the session that holds now."""
    [row] = cliniko.rows("sessions", columns, f"session_pseudonym = '{cliniko.pseudonym(identifier)}' and row_state = 'current'")
    return row[2:]


def test_records_are_admitted_or_rejected(cliniko):
    assert cliniko.counts(OCTOBER, "individual_appointments.json") == ("admitted", 9, 0)
    assert cliniko.counts(OCTOBER, "patient_cases.json") == ("admitted", 5, 0)  # three cases, two attendees in them
    assert cliniko.counts(OCTOBER, "patient_forms.json") == ("admitted", 11, 1)  # the form of an intake is no measure
    assert cliniko.counts(OCTOBER, "bookings.json") == ("admitted", 0, 2)
    assert [reject.reason for reject in cliniko.rejects(OCTOBER, "treatment_notes.json")] == ["treatment_notes is not read from cliniko"]
    assert [reject.reason for reject in cliniko.rejects(OCTOBER, "settings.json")] == ["neither on a page of records nor a record with a link to itself"]


@pytest.mark.parametrize(
    ("entity", "states"),
    [
        ("clients", {"current": 4, "superseded": 3}),
        ("practitioners", {"current": 2}),
        ("appointment_types", {"current": 4}),
        ("group_appointments", {"current": 2}),
        ("case_attendees", {"current": 1, "superseded": 2}),
        ("sessions", {"current": 16, "quarantined": 3, "superseded": 7}),
        ("episodes", {"current": 2, "quarantined": 1, "superseded": 1}),
        ("scores", {"current": 5, "quarantined": 5, "superseded": 1}),
    ],
)
def test_every_record_is_accounted_for(cliniko, entity, states):
    assert cliniko.states(entity) == states


@pytest.mark.parametrize(
    ("identifier", "attendance", "evidence"),
    [
        ("900000000000000001", "attended", "explicit"),
        ("102", "attended", "explicit"),  # marked after the first dump
        ("103", "did_not_attend", "explicit"),  # was in the future in the first dump
        ("105", "attended", "explicit"),  # the appointment was not marked, its attendee was
        ("106", "scheduled", None),
        ("107", "cancelled_by_client", "explicit"),
        ("108", "cancelled_by_provider", "explicit"),  # the note says so, the reason nothing
        ("109", "cancelled_late_by_client", "explicit"),  # two hours before
        ("110", "cancelled_by_client", "inferred"),  # no reason, no note
        ("115", "did_not_attend", "explicit"),  # a page of one record
        ("116", "cancelled_by_client", "explicit"),  # entered a day after: when the client called is not known
        ("320", "attended", "explicit"),
        ("321", "did_not_attend", "explicit"),
        ("322", "not_recorded", None),  # an arrival that nobody recorded is not an absence
        ("325", "cancelled_by_client", "explicit"),
    ],
)
def test_attendance(cliniko, identifier, attendance, evidence):
    assert session(cliniko, identifier, "attendance, attendance_evidence") == (attendance, evidence)


def test_sessions_left_out_say_why(cliniko):
    reasons = [row[2:] for row in cliniko.rows("sessions", "row_state, row_reason", "row_state <> 'current'")]
    assert sorted(reasons) == sorted(
        [
            *[("superseded", "counted once, as the appointment that it belongs to")] * 2,
            *[("superseded", "replaced by a later delivery")] * 2,
            *[("superseded", "deleted in the practice system")] * 2,
            ("superseded", "archived in the practice system"),
            ("quarantined", "its appointment is in no delivery"),
            ("quarantined", "not a time in the declared format"),
            ("quarantined", "a required value is missing"),
        ]
    )


@pytest.mark.parametrize(
    ("identifier", "local"),
    [("102", "2026-09-15 18:00:00"), ("103", "2026-10-20 18:00:00")],  # ten hours ahead, and eleven once the clocks have changed
)
def test_universal_times_are_shown_on_the_clinics_clock(cliniko, identifier, local):
    assert session(cliniko, identifier, "cast(starts_at_local as varchar)") == (local,)


def test_types_and_calls_tell_kind_participants_and_medium(cliniko):
    columns = "kind, participants, medium"
    assert session(cliniko, "900000000000000001", columns) == ("assessment", "individual", None)
    assert session(cliniko, "102", columns) == ("treatment", "individual", "video")
    assert session(cliniko, "104", columns) == ("treatment", "couple", None)
    assert session(cliniko, "105", columns) == ("treatment", "individual", "video")  # its type is unknown, it has the address of a call
    assert session(cliniko, "320", columns) == ("treatment", "group", None)


def test_merged_patients_name_the_one_that_holds_and_deleted_ones_are_left_out(cliniko):
    [merged] = cliniko.rows("clients", "merged_into_pseudonym", f"client_pseudonym = '{cliniko.pseudonym('372481449527340004')}' and row_state = 'current'")
    assert merged[2] == cliniko.pseudonym(AMELIA)
    states = [row[2:] for row in cliniko.rows("clients", "row_state, row_reason", f"client_pseudonym = '{cliniko.pseudonym(CHRIS)}'")]
    assert states == [("superseded", "replaced by a later delivery"), ("superseded", "deleted in the practice system")]


def test_identifiers_of_eighteen_digits_keep_them_all(cliniko):
    known = {row[2] for row in cliniko.rows("clients", "client_pseudonym")}
    assert {cliniko.pseudonym(AMELIA), cliniko.pseudonym("82")} <= known


def test_a_closed_case_ends_with_its_last_appointment_in_an_unknown_way(cliniko):
    columns = "cast(referred_on as varchar), cast(ended_on as varchar), ending"
    rows = [row[2:] for row in cliniko.rows("episodes", columns, "row_state = 'current'")]
    # the second has no appointment: closed on 21 September in Melbourne, which was 20 September in UTC
    assert sorted(rows) == [("2026-05-01", "2026-09-21", "unknown"), ("2026-06-30", "2026-07-01", "unknown")]
    assert session(cliniko, "900000000000000001", "episode_pseudonym") == (cliniko.pseudonym("566562806174843905"),)
    # the newest version of the case no longer lists this attendee
    assert session(cliniko, "320", "episode_pseudonym") == (None,)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("564393784322819470", ("phq9", None, "1;1;1;1;1;1;1;1;0;2", False)),  # by position; the question of difficulty is the tenth
        ("502", ("gad7", None, "3;2;;1;0;0;0", True)),  # by the numbers in the options; one question was left out
        ("503", ("ors", None, "3.5;4.5;6;5", True)),  # typed, once with a comma
        ("504", ("phq9", "12.000", None, True)),
        ("510", ("core10", None, "0;4;4;0;0;0;0;0;0;0", False)),  # as printed: items 2 and 3 are still to be turned round
    ],
)
def test_forms_that_name_a_measure_are_scores(cliniko, form, expected):
    columns = "measure_id, cast(total_reported as varchar), items, is_keyed"
    [row] = cliniko.rows("scores", columns, f"score_pseudonym = '{cliniko.pseudonym(form)}' and row_state = 'current'")
    assert row[2:] == expected


def test_forms_that_cannot_be_scored_say_why(cliniko):
    reasons = [row[2:] for row in cliniko.rows("scores", "row_state, row_reason", "row_state <> 'current'")]
    assert sorted(reasons) == sorted(
        [
            ("superseded", "a form that was not completed"),
            ("quarantined", "not as many options as the measure has answers"),
            ("quarantined", "the form holds several measures; one form for each can be read"),
            ("quarantined", "not as many questions as the measure has"),
            ("quarantined", "some options carry their points and others do not"),
            ("quarantined", "no questions with a choice or a number"),
        ]
    )


def test_a_score_belongs_to_the_appointment_or_to_the_attendee_of_a_group(cliniko):
    sessions = {row[2]: row[3] for row in cliniko.rows("scores", "score_pseudonym, session_pseudonym", "row_state = 'current'")}
    assert sessions[cliniko.pseudonym("502")] == cliniko.pseudonym("900000000000000001")
    assert sessions[cliniko.pseudonym("503")] == cliniko.pseudonym("320")
    assert sessions[cliniko.pseudonym("504")] is None


def test_no_name_and_no_word_of_notes_and_answers_comes_in(cliniko):
    stored = cliniko.stored()
    words = [
        "Stone",
        "Amelia",
        "Bruno",
        "Finch",
        "sister",
        "quiet",
        "rather not",
        "mobile",
        "sleep",
        "asthma",
        "Cough",
        "secret",
        "2123",
        "1990-02",
        AMELIA,
        "card <2>",
    ]
    assert [word for word in words if word in stored] == []


def test_a_missing_page_refuses_the_delivery(tmp_path: Path):
    page = {
        "attendees": [],
        "total_entries": 120,
        "links": {"self": "https://api.au1.cliniko.com/v1/attendees?page=1", "next": "https://api.au1.cliniko.com/v1/attendees?page=2"},
    }
    verdict = ingest_text(tmp_path, "cliniko", "attendees.json", json.dumps(page))
    assert verdict.decision == "refused"
    assert verdict.reason == "attendees.json says that attendees page 2 follows, and it is not in the delivery; send all pages"


def test_the_vendors_examples_are_read_or_refused_for_the_right_reason(tmp_path: Path):
    if not VENDOR_EXAMPLES.exists():
        pytest.skip(f"{VENDOR_EXAMPLES} is not there; CLINIC_OUTCOMES_REAL_EXPORTS names the folder of third-party files")
    delivery = tmp_path / "inbox" / "harbour" / "cliniko" / "2026-10-01"
    delivery.mkdir(parents=True)
    for path in VENDOR_EXAMPLES.glob("*.json*"):
        (delivery / path.name.replace(".invalid.txt", "")).write_bytes(path.read_bytes())
    _, verdicts = read_inbox(tmp_path, "cliniko", tmp_path / "inbox", datetime.date(2026, 11, 20), "UTC")
    facts = {verdict.delivered.file: verdict.read.facts for verdict in verdicts if verdict.read}
    refused = {name for name, fact in facts.items() if fact.refused}
    assert refused == {"attendees__get_cancelled_attendees_3.json"}
    assert {facts[name].refused for name in refused} == {"not valid JSON; the file was changed or cut off on its way, please send it again"}
    admitted: dict[str, int] = {}
    for fact in facts.values():
        for table, count in fact.admitted.items():
            admitted[table] = admitted.get(table, 0) + count
    assert admitted == VENDOR_COUNTS
    assert all(verdict.decision == "refused" for verdict in verdicts)
