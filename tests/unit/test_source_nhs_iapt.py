"""The tables of the IAPT data set from the inbox to staging: resubmissions, codes, coded scores, with what becomes of each line."""

import datetime
import json

import pytest

from tests.fixtures.staging_build import StagedSystem, deliver, stage

MAY, JUNE = "2026-05-20", "2026-06-22"


@pytest.fixture(scope="module")
def nhs(tmp_path_factory: pytest.TempPathFactory) -> StagedSystem:
    folder = tmp_path_factory.mktemp("nhs_iapt")
    return stage(folder, "nhs_iapt", deliver(folder, "nhs_iapt", [MAY, JUNE]), datetime.date(2026, 6, 23), "Europe/London")


def row(nhs: StagedSystem, entity: str, line: int, columns: str, delivery: str = MAY, table: str | None = None) -> tuple:
    """The columns of the row on one line of a table of a delivery."""
    [found] = [staged for staged in nhs.rows(entity, f"raw_table, {columns}") if staged[:2] == (delivery, line) and table in (None, staged[2])]
    return found[3:]


@pytest.mark.parametrize(
    ("delivery", "file", "admitted", "rejected"),
    [
        (MAY, "IDS001MPI.csv", 4, 0),
        (MAY, "IDS004EmpStatus.csv", 4, 0),
        (MAY, "mesh_IDS101referral.csv", 7, 0),
        (MAY, "IDS201CareContact.csv", 15, 1),
        (MAY, "IDS202CareActivity.csv", 4, 0),
        (MAY, "IDS603PresentingComplaints.csv", 4, 0),
        (MAY, "IDS606CodedScoreAssessmentRefer.csv", 12, 0),
        (MAY, "IDS607CodedScoreAssessmentAct.csv", 3, 0),
        (JUNE, "IDS101Referral.csv", 1, 0),
        (JUNE, "IDS201CareContact.csv", 2, 0),
        (JUNE, "IDS606CodedScoreAssessmentRefer.csv", 21, 0),
    ],
)
def test_tables_are_told_by_their_number_and_columns_by_any_spelling(nhs, delivery, file, admitted, rejected):
    assert nhs.counts(delivery, file) == ("admitted", admitted, rejected)


def test_an_identifier_that_a_spreadsheet_rounded_is_rejected(nhs):
    assert [(reject.line, reject.column_name) for reject in nhs.rejects(MAY, "IDS201CareContact.csv")] == [(14, "Unique_CareContactID")]


def test_tables_that_are_not_used_are_named(nhs):
    assert {verdict.delivered.file for verdict in nhs.verdicts if verdict.decision == "ignored"} == {"IDS000Header.csv", "IDS105OnwardReferral.csv"}


@pytest.mark.parametrize(
    ("entity", "states"),
    [
        ("clients", {"current": 3, "superseded": 1}),
        ("employment", {"current": 3, "quarantined": 1}),
        ("episodes", {"current": 4, "quarantined": 2, "superseded": 2}),
        ("sessions", {"current": 11, "quarantined": 2, "superseded": 4}),
        ("care_activities", {"current": 4}),
        ("practitioners", {"current": 2}),
        ("presenting_complaints", {"current": 3, "quarantined": 1}),
        ("scores", {"current": 25, "quarantined": 5, "superseded": 4}),
        ("goal_ratings", {"current": 2}),
        ("goals", {"current": 1}),
    ],
)
def test_every_row_is_accounted_for(nhs, entity, states):
    assert nhs.states(entity) == states


def test_the_newest_submission_of_a_pathway_holds(nhs):
    columns = "row_state, row_reason, cast(ended_on as varchar), ending"
    assert row(nhs, "episodes", 2, columns) == ("superseded", "replaced by a later delivery", None, None)
    assert row(nhs, "episodes", 2, columns, JUNE) == ("current", None, "2026-05-30", "completed")
    # inside one extract the higher month holds
    assert row(nhs, "clients", 5, "row_state, row_reason") == ("superseded", "an older version of a record of the same delivery")


def test_attendance_that_changed_later_is_what_holds(nhs):
    assert row(nhs, "sessions", 4, "row_state, attendance") == ("superseded", "attended")
    assert row(nhs, "sessions", 2, "row_state, attendance", JUNE) == ("current", "cancelled_by_client")


@pytest.mark.parametrize(
    ("line", "attendance", "evidence"),
    [
        (2, "attended", "explicit"),  # 5
        (3, "attended_late", "explicit"),  # 6 between blanks
        (4, "attended", "explicit"),  # 05
        (5, "did_not_attend", "explicit"),
        (6, "attended", "explicit"),  # 3, but the contact was not planned
        (8, "not_recorded", None),
        (9, "scheduled", None),
        (10, "late_not_seen", "explicit"),
        (11, "unknown", "explicit"),  # 8 is no code
        (15, "cancelled_by_client", "explicit"),
        (16, "cancelled_by_provider", "explicit"),
    ],
)
def test_attendance_codes(nhs, line, attendance, evidence):
    assert row(nhs, "sessions", line, "attendance, attendance_evidence") == (attendance, evidence)


@pytest.mark.parametrize(
    ("line", "kind", "medium", "participants"),
    [
        (2, "assessment", "in_person", "individual"),
        (3, "treatment", "video", "individual"),
        (4, "treatment", "phone", "group"),  # assessment and treatment is a treatment contact
        (5, "treatment", "text", "individual"),
        (6, "follow_up", "phone", "individual"),
        (10, "treatment", None, "individual"),  # 98, other
        (16, "review", "in_person", "couple"),
    ],
)
def test_kind_medium_and_participants(nhs, line, kind, medium, participants):
    assert row(nhs, "sessions", line, "kind, medium, participants") == (kind, medium, participants)


def test_the_medium_of_version_2_0_is_read_from_its_own_column(nhs):
    assert row(nhs, "sessions", 3, "medium", JUNE) == ("video",)


def test_employment_support_is_no_session_of_therapy(nhs):
    assert row(nhs, "sessions", 7, "row_state, row_reason") == ("superseded", "employment support, not a session of therapy")


@pytest.mark.parametrize(
    ("line", "utc", "local"),
    [
        (2, "2026-03-02 09:00:00", "2026-03-02 09:00:00"),
        (3, "2026-03-29 09:00:00", "2026-03-29 10:00:00"),  # the day that summer time began
        (4, "2026-04-07 10:30:00", "2026-04-07 11:30:00"),  # 11:30:00.0000000
        (5, "2026-04-12 23:00:00", "2026-04-13 00:00:00"),  # 13/04/2026 without a time
    ],
)
def test_dates_are_day_first_or_iso_and_times_london(nhs, line, utc, local):
    assert row(nhs, "sessions", line, "cast(starts_at as varchar), cast(starts_at_local as varchar)") == (utc, local)


@pytest.mark.parametrize(
    ("entity", "line", "reason", "column"),
    [
        ("employment", 5, "not a code of the NHS Data Dictionary", "EmployStatus"),
        ("episodes", 6, "ended before it was referred", "ServDischDate"),
        ("episodes", 7, "not a date in the declared format", "ReferralRequestReceivedDate"),
        ("sessions", 12, "not a code of the NHS Data Dictionary", "AppType"),
        ("sessions", 13, "not a time in the declared format", "CareContTime"),
        ("presenting_complaints", 5, "a required value is missing", "Validated_PresentingComplaint"),
    ],
)
def test_rows_that_cannot_be_used_say_why(nhs, entity, line, reason, column):
    assert row(nhs, entity, line, "row_state, row_reason, row_column") == ("quarantined", reason, column)


@pytest.mark.parametrize(
    ("line", "ending", "source_code"),
    [(4, "client_stopped", "47"), (5, "unknown", None), (8, "unknown", "97")],
)
def test_an_end_code_without_a_meaning_is_unknown(nhs, line, ending, source_code):
    assert row(nhs, "episodes", line, "ending, ending_source_code") == (ending, source_code)


def test_problem_therapy_and_practitioner_of_a_pathway(nhs):
    # F43.1 has the higher significance; one of two therapists worked at high intensity, twice
    assert row(nhs, "episodes", 2, "problem, therapy, practitioner_pseudonym", JUNE) == ("f431", "high_intensity", nhs.pseudonym("T2"))
    assert row(nhs, "episodes", 4, "problem, therapy, practitioner_pseudonym") == ("f32.9", "low_intensity", nhs.pseudonym("T1"))


def test_clients_have_the_first_employment_status_and_no_birth_date(nhs):
    columns = "birth_year, gender, ethnicity, employment_status, identity_strong is not null"
    assert row(nhs, "clients", 2, columns) == (1980, "female", "white", "unemployed", True)
    assert row(nhs, "clients", 3, columns) == (1991, "male", "other", None, True)
    assert row(nhs, "clients", 4, columns) == (1975, None, None, None, False)


@pytest.mark.parametrize(
    ("line", "table", "measure", "total", "measured_on"),
    [
        (3, "referral_assessments", "phq9", 15, "2026-03-29"),  # the code of version 1, 15.0
        (4, "referral_assessments", "phq9", 14, "2026-04-05"),  # 14/27
        (2, "activity_assessments", "gad7", 12, "2026-03-02"),  # the day of its contact
        (3, "activity_assessments", "phq9", 11, "2026-04-07"),
    ],
)
def test_coded_scores(nhs, line, table, measure, total, measured_on):
    columns = "measure_id, total_reported, cast(measured_on as varchar), rater, row_state"
    assert row(nhs, "scores", line, columns, table=table) == (measure, total, measured_on, "self", "current")


@pytest.mark.parametrize(
    ("line", "table", "state", "reason"),
    [
        (2, "referral_assessments", "superseded", "replaced by a later delivery"),
        (5, "referral_assessments", "quarantined", "not a number"),  # 14/40 is not of 27
        (6, "referral_assessments", "quarantined", "outside the range of this assessment"),  # 28
        (7, "referral_assessments", "quarantined", "not a number"),  # n/a
        (8, "referral_assessments", "superseded", "an assessment that is not one of the measures read here"),
        (9, "referral_assessments", "superseded", "the care activity has the same score"),
        (12, "referral_assessments", "superseded", "an assessment that is not one of the measures read here"),  # which goal?
        (13, "referral_assessments", "quarantined", "not a date in the declared format"),  # 31 April
        (4, "activity_assessments", "quarantined", "its care contact, which has the date, is not there"),
    ],
)
def test_scores_that_are_not_used_say_why(nhs, line, table, state, reason):
    assert row(nhs, "scores", line, "row_state, row_reason", table=table) == (state, reason)


def test_old_and_new_code_of_a_goal_rate_one_goal(nhs):
    ratings = nhs.rows("goal_ratings", "goal_pseudonym, rating")
    assert [rating[3] for rating in ratings] == [4, 7]
    [goal] = nhs.rows("goals", "goal_pseudonym, episode_pseudonym, cast(set_on as varchar), scale")
    assert {rating[2] for rating in ratings} == {goal[2]}
    assert goal[3:] == (nhs.pseudonym("W1"), "2026-03-02", "gbo")


def test_many_totals_of_zero_are_a_warning(nhs):
    results = json.loads((nhs.data.work / "dbt" / "run_results.json").read_text(encoding="utf-8"))["results"]
    [zeros] = [result for result in results if "zeros_are_rare" in result["unique_id"]]
    # 16 of 22 GAD-7 totals; the PHQ-9 has no zero
    assert (zeros["status"], zeros["failures"]) == ("warn", 1)


def test_no_national_number_and_no_postcode_comes_in(nhs):
    assert all(word not in nhs.stored() for word in ("9990000001", "AA1 1AA", "1980-02-29", "'P1'", "L1"))
