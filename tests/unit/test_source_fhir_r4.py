"""FHIR R4 from the inbox to staging: statuses, carriers, administrations that arrive in parts, versions, with what becomes of each resource."""

import datetime

import pytest

from tests.fixtures.staging_build import StagedSystem, deliver, stage

DELIVERY = "2026-11-03"


@pytest.fixture(scope="module")
def fhir(tmp_path_factory: pytest.TempPathFactory) -> StagedSystem:
    folder = tmp_path_factory.mktemp("fhir_r4")
    return stage(folder, "fhir_r4", deliver(folder, "fhir_r4", [DELIVERY]), datetime.date(2026, 11, 20), "America/New_York")


def staged(fhir: StagedSystem, entity: str, columns: str, line: int, raw_table: str = "%") -> tuple:
    """The columns of the one staged row of a line."""
    [row] = [row[2:] for row in fhir.rows(entity, columns, f"source_line = {line} and raw_table like '{raw_table}'")]
    return row


def test_every_resource_is_accounted_for(fhir):
    assert fhir.counts(DELIVERY, "Observation.000.ndjson") == ("admitted", 35, 1)
    assert fhir.counts(DELIVERY, "QuestionnaireResponse.000.ndjson") == ("admitted", 4, 1)
    assert fhir.counts(DELIVERY, "Appointment.000.ndjson") == ("admitted", 12, 0)
    assert fhir.counts(DELIVERY, "Condition.000.ndjson") == ("admitted", 0, 1)
    assert fhir.file(DELIVERY, "log.ndjson").decision == "ignored"
    assert fhir.states("clients") == {"current": 4, "quarantined": 2, "superseded": 1}
    assert fhir.states("episodes") == {"current": 3, "quarantined": 1, "superseded": 1}
    assert fhir.states("sessions") == {"current": 11, "quarantined": 2, "superseded": 4}
    assert fhir.states("scores") == {"current": 13, "quarantined": 6, "superseded": 13}
    assert fhir.states("goals") == {"current": 3, "quarantined": 1, "superseded": 1}
    assert fhir.states("goal_ratings") == {"current": 3, "quarantined": 2, "superseded": 2}


@pytest.mark.parametrize(
    ("line", "state", "gender", "birth_year"),
    [
        (1, "current", "female", 1980),
        (3, "current", None, 1975),  # the year is all that is known
        (4, "superseded", "male", None),
        (5, "current", "other", None),  # meta.lastUpdated is later
        (6, "quarantined", "male", None),
        (7, "quarantined", "female", None),
    ],
)
def test_patients(fhir, line, state, gender, birth_year):
    assert staged(fhir, "clients", "row_state, gender, birth_year", line) == (state, gender, birth_year)


def test_a_replaced_patient_names_the_record_that_holds(fhir):
    assert staged(fhir, "clients", "merged_into_pseudonym", 2) == (fhir.pseudonym("p1"),)


@pytest.mark.parametrize(
    ("line", "state", "reason", "referred_on", "ended_on", "ending"),
    [
        (1, "current", None, "2026-01-20", "2026-08-31", "unknown"),  # R4 has no reason of an ending
        (2, "current", None, "2026-02-01", "2026-09-01", "deceased"),
        (3, "current", None, "2026-05-02", None, None),  # half past eleven in Chicago is the next day in New York
        (4, "quarantined", "over, but without the date of its end", "2026-01-01", None, "unknown"),
        (5, "superseded", "entered in error", "2026-01-01", None, None),
    ],
)
def test_episodes(fhir, line, state, reason, referred_on, ended_on, ending):
    columns = "row_state, row_reason, cast(referred_on as varchar), cast(ended_on as varchar), ending"
    assert staged(fhir, "episodes", columns, line) == (state, reason, referred_on, ended_on, ending)


def test_a_practitioner_named_by_an_identifier_is_the_one_of_the_id(fhir):
    assert staged(fhir, "episodes", "practitioner_pseudonym", 1) == (fhir.pseudonym("t1"),)


@pytest.mark.parametrize(
    ("line", "attendance", "evidence", "kind", "medium", "starts_at"),
    [
        (1, "attended", "explicit", "assessment", "video", "2026-02-03 14:00:00"),
        (2, "did_not_attend", "explicit", "treatment", None, "2026-02-10 14:00:00"),
        (3, "cancelled_by_client", "explicit", "treatment", None, "2026-02-17 14:00:00"),
        (4, "cancelled_by_provider", "explicit", "treatment", None, "2026-02-24 14:00:00"),
        (5, "unknown", "explicit", "treatment", None, "2026-03-03 14:00:00"),  # nobody says who cancelled
        (6, "attended", "inferred", "treatment", "in_person", "2026-03-10 14:00:00"),  # still booked, but it has an Encounter
        (7, "scheduled", "explicit", "treatment", None, "2026-12-10 14:00:00"),
    ],
)
def test_appointments(fhir, line, attendance, evidence, kind, medium, starts_at):
    columns = "row_state, attendance, attendance_evidence, kind, medium, cast(starts_at as varchar)"
    assert staged(fhir, "sessions", columns, line, "appointments") == ("current", attendance, evidence, kind, medium, starts_at)


@pytest.mark.parametrize(
    ("table", "line", "state", "reason"),
    [
        ("appointments", 8, "superseded", "an appointment that was asked for, not made"),
        ("appointments", 9, "superseded", "entered in error"),
        ("appointments", 11, "quarantined", "a required value is missing"),
        ("encounters", 1, "superseded", "counted once, as the appointment that it belongs to"),
        ("encounters", 2, "superseded", "counted once, as the appointment that it belongs to"),
        ("encounters", 5, "quarantined", "a required value is missing"),
    ],
)
def test_what_is_no_session_says_why(fhir, table, line, state, reason):
    assert staged(fhir, "sessions", "row_state, row_reason", line, table) == (state, reason)


def test_each_client_of_a_group_has_a_session(fhir):
    rows = [row[2:] for row in fhir.rows("sessions", "client_pseudonym, participants, session_pseudonym", "source_line = 10 and raw_table = 'appointments'")]
    assert sorted(row[:2] for row in rows) == sorted((fhir.pseudonym(client), "group") for client in ("p1", "p3"))
    assert len({row[2] for row in rows}) == 2


def test_encounters_without_an_appointment_are_sessions_of_their_own(fhir):
    columns = "client_pseudonym, attendance, kind, cast(starts_at as varchar)"
    assert staged(fhir, "sessions", columns, 3, "encounters") == (fhir.pseudonym("p2"), "attended", "treatment", "2026-04-01 08:00:00")
    assert staged(fhir, "sessions", columns, 4, "encounters") == (fhir.pseudonym("p2"), "unknown", None, "2026-04-08 10:00:00")
    # Appointment a1 and Encounter a1 are two things with one id
    assert staged(fhir, "sessions", "session_pseudonym", 3, "encounters") != staged(fhir, "sessions", "session_pseudonym", 1, "appointments")


@pytest.mark.parametrize(
    ("line", "measure", "total", "items", "measured_on"),
    [
        (1, "phq9", 12, "2;2;2;2;1;1;2;0;0", "2026-02-03"),  # the answers are those of the response that it is derived from
        (2, "gad7", None, "1;2;3;0;1;2;3", "2026-02-03"),  # its panel says PHQ-9
        (10, "phq9", 9, None, "2026-03-01"),
        (11, "gad7", 300, None, "2026-03-01"),  # out of range is for the scoring to say
        (12, "phq9", 14, None, "2026-03-02"),
        (14, "gad7", 7, "1;1;1;1;1;1;1", "2026-03-04"),
        (17, "phq9", 5, None, "2026-03-06"),
        (20, "phq9", 8, None, "2026-03-08"),
        (26, "phq2", 2, None, "2026-03-11"),
        (29, "phq9", 11, None, "2026-03-13"),
    ],
)
def test_observations_that_hold_a_score(fhir, line, measure, total, items, measured_on):
    columns = "row_state, measure_id, total_reported, items, cast(measured_on as varchar)"
    assert staged(fhir, "scores", columns, line, "score_observations") == ("current", measure, total, items, measured_on)


@pytest.mark.parametrize(
    ("line", "state", "reason"),
    [
        (3, "superseded", "a part of an administration that is counted once"),
        (13, "quarantined", "not a number"),
        (15, "superseded", "not a final result"),
        (16, "superseded", "entered in error"),
        (18, "quarantined", "two totals of one administration that differ"),
        (19, "quarantined", "two totals of one administration that differ"),
        (21, "superseded", "an older version of a record of the same delivery"),
        (22, "quarantined", "the key stands more than once with different content"),
        (23, "quarantined", "the key stands more than once with different content"),
        (28, "quarantined", "neither a total nor items"),
    ],
)
def test_observations_that_hold_none_say_why(fhir, line, state, reason):
    assert staged(fhir, "scores", "row_state, row_reason", line, "score_observations") == (state, reason)


def test_the_same_content_in_two_carriers_is_one_score(fhir):
    rows = [row[2:] for row in fhir.rows("scores", "row_state, row_reason", "source_line in (24, 25) and raw_table = 'score_observations'")]
    assert sorted(rows, key=str) == [("current", None), ("superseded", "repeats an earlier line of the same delivery")]


def test_one_response_can_hold_two_questionnaires(fhir):
    columns = "row_state, measure_id, total_reported, items"
    assert staged(fhir, "scores", columns, 2, "phq9_responses") == ("current", "phq9", None, "1;1;1;1;1;1;1;1;")
    assert staged(fhir, "scores", columns, 2, "gad7_responses") == ("current", "gad7", None, "2;2;2;2;2;2;2")
    assert staged(fhir, "scores", "row_state, row_reason", 3, "phq9_responses") == ("superseded", "a questionnaire that was not completed")


def test_a_score_is_of_the_session_of_its_encounter(fhir):
    assert staged(fhir, "scores", "session_pseudonym", 1, "score_observations") == staged(fhir, "sessions", "session_pseudonym", 1, "appointments")
    assert staged(fhir, "scores", "session_pseudonym", 2, "phq9_responses") == staged(fhir, "sessions", "session_pseudonym", 3, "encounters")


@pytest.mark.parametrize(
    ("line", "state", "scale", "close_reason", "closed_on"),
    [
        (1, "current", "gas", "achieved", "2026-08-01"),
        (2, "current", "gbo", "abandoned", "2026-03-01"),
        (3, "current", None, None, None),  # a goal without a scale
        (4, "superseded", None, None, None),  # proposed, not agreed
        (5, "quarantined", None, None, None),  # nobody knows when it was set
    ],
)
def test_goals(fhir, line, state, scale, close_reason, closed_on):
    assert staged(fhir, "goals", "row_state, scale, close_reason, cast(closed_on as varchar)", line) == (state, scale, close_reason, closed_on)


@pytest.mark.parametrize(
    ("line", "state", "rating"),
    [
        (30, "current", -1),
        (31, "superseded", -2),  # the client's own rating of the day holds
        (32, "current", 1),
        (33, "current", 7),
        (34, "quarantined", 1),  # of no goal
        (35, "quarantined", None),  # an answer that no scale of attainment has
        (36, "superseded", 1),
    ],
)
def test_ratings_of_goals(fhir, line, state, rating):
    assert staged(fhir, "goal_ratings", "row_state, rating", line) == (state, rating)


def test_names_wording_and_birth_dates_are_stored_nowhere(fhir):
    stored = fhir.stored()
    assert [
        secret for secret in ("Quux", "Zelda", "1980-02-29", "555-0100", "Walk to the shops", "about twelve", "secret note", "never") if secret in stored
    ] == []
