"""PMHC MDS from the inbox to staging: codes, dates, corrections by key and deletions, with what becomes of each row."""

import datetime
from pathlib import Path

import pytest

from tests.fixtures.staging_build import StagedSystem, deliver, read_inbox, stage

FIRST, SECOND, THIRD = "2026-09-01", "2026-10-01", "2026-11-01"


@pytest.fixture(scope="module")
def pmhc(tmp_path_factory: pytest.TempPathFactory) -> StagedSystem:
    folder = tmp_path_factory.mktemp("pmhc_mds")
    return stage(folder, "pmhc_mds", deliver(folder, "pmhc_mds", [FIRST, SECOND, THIRD]), datetime.date(2026, 11, 20), "Australia/Sydney")


def staged(pmhc: StagedSystem, entity: str, columns: str, delivery: str, line: int, raw_table: str = "%") -> tuple:
    """The columns of the one staged row of a line of a delivery."""
    [row] = [row[2:] for row in pmhc.rows(entity, columns, f"delivery = '{delivery}' and source_line = {line} and raw_table like '{raw_table}'")]
    return row


def test_every_row_of_every_delivery_is_accounted_for(pmhc):
    assert pmhc.states("clients") == {"current": 3, "quarantined": 1, "superseded": 2}
    assert pmhc.states("episodes") == {"current": 5, "quarantined": 4, "superseded": 2}
    assert pmhc.states("sessions") == {"current": 7, "quarantined": 2, "superseded": 4}
    assert pmhc.states("scores") == {"current": 3, "quarantined": 10, "superseded": 6}
    # the same file came with all three deliveries: one raw file of two rows
    assert pmhc.states("metadata") == {"current": 2}
    assert pmhc.file(FIRST, "intakes.csv").decision == "ignored"


def test_the_same_key_in_two_organisations_is_two_people(pmhc):
    assert staged(pmhc, "clients", "client_pseudonym, gender, birth_year", FIRST, 2) == (pmhc.pseudonym("PHN1:North/C1"), "female", 1980)
    assert staged(pmhc, "clients", "client_pseudonym, gender, birth_year", FIRST, 3) == (pmhc.pseudonym("PHN1:South/C1"), "male", 1975)


def test_unknown_and_impossible_birth_dates_give_no_year(pmhc):
    assert staged(pmhc, "clients", "birth_year, ethnicity", FIRST, 4) == (None, "aboriginal")
    assert staged(pmhc, "clients", "birth_year", FIRST, 5) == (None,)


def test_the_work_of_a_client_is_that_of_the_newest_episode(pmhc):
    assert staged(pmhc, "clients", "employment_status", FIRST, 4) == ("employed",)


@pytest.mark.parametrize(
    ("delivery", "line", "referred_on", "ended_on", "ending"),
    [
        (FIRST, 2, datetime.date(2026, 2, 1), datetime.date(2026, 6, 30), "completed"),  # 1022026 has lost its zero
        (FIRST, 4, datetime.date(2026, 3, 6), None, None),
        (FIRST, 7, datetime.date(2026, 3, 8), datetime.date(2026, 7, 15), "unknown"),  # there is no completion status 7
        (SECOND, 2, datetime.date(2026, 3, 5), datetime.date(2026, 9, 20), "could_not_contact"),
    ],
)
def test_episodes_and_their_endings(pmhc, delivery, line, referred_on, ended_on, ending):
    assert staged(pmhc, "episodes", "row_state, referred_on, ended_on, ending", delivery, line) == ("current", referred_on, ended_on, ending)


@pytest.mark.parametrize(
    ("delivery", "line", "state", "reason"),
    [
        (FIRST, 3, "superseded", "replaced by a later delivery"),
        (FIRST, 5, "quarantined", "over, but without the date of its end"),
        (FIRST, 6, "quarantined", "not a date in the declared format"),
        (SECOND, 4, "superseded", "repeats an earlier line of the same delivery"),
        (SECOND, 5, "quarantined", "the key stands more than once with different content"),
        (SECOND, 6, "quarantined", "the key stands more than once with different content"),
    ],
)
def test_episodes_that_do_not_hold_say_why(pmhc, delivery, line, state, reason):
    assert staged(pmhc, "episodes", "row_state, row_reason", delivery, line) == (state, reason)


@pytest.mark.parametrize(
    ("delivery", "line", "kind", "attendance", "medium", "participants", "starts_at", "starts_at_local"),
    [
        (FIRST, 2, "assessment", "attended", "in_person", "individual", "2026-02-02 22:05:00", "2026-02-03 09:05:00"),
        (FIRST, 4, "treatment", "did_not_attend", "in_person", "individual", "2026-02-17 03:30:00", "2026-02-17 14:30:00"),
        (FIRST, 5, None, "unknown", None, "individual", "2026-02-24 03:30:00", "2026-02-24 14:30:00"),  # no contact took place
        (FIRST, 7, "treatment", "did_not_attend", "phone", "individual", "2026-02-25 23:00:00", "2026-02-26 10:00:00"),
        (SECOND, 2, "treatment", "did_not_attend", "video", "individual", "2026-02-10 03:30:00", "2026-02-10 14:30:00"),  # corrected afterwards
        (SECOND, 3, "treatment", "attended", "in_person", "individual", "2026-09-02 01:00:00", "2026-09-02 11:00:00"),
    ],
)
def test_contacts_become_sessions(pmhc, delivery, line, kind, attendance, medium, participants, starts_at, starts_at_local):
    columns = "row_state, kind, attendance, medium, participants, cast(starts_at as varchar), cast(starts_at_local as varchar)"
    assert staged(pmhc, "sessions", columns, delivery, line) == ("current", kind, attendance, medium, participants, starts_at, starts_at_local)


@pytest.mark.parametrize(
    ("delivery", "line", "state", "reason"),
    [
        (FIRST, 3, "superseded", "replaced by a later delivery"),
        (FIRST, 6, "superseded", "a contact about the client, not with the client"),
        (FIRST, 8, "quarantined", "a required value is missing"),  # 09099999 is the unknown day
        (FIRST, 9, "quarantined", "not a time in the declared format"),
        (FIRST, 10, "superseded", "deleted by a later delivery"),
        (THIRD, 2, "superseded", "a request to delete what was delivered before"),
    ],
)
def test_contacts_that_are_no_sessions_say_why(pmhc, delivery, line, state, reason):
    assert staged(pmhc, "sessions", "row_state, row_reason", delivery, line) == (state, reason)


def test_the_primary_practitioner_of_a_contact_holds(pmhc):
    assert staged(pmhc, "sessions", "practitioner_pseudonym", FIRST, 2) == (pmhc.pseudonym("PHN1:North/P2"),)


@pytest.mark.parametrize(
    ("line", "table", "state", "measure", "total", "items", "rater"),
    [
        (2, "k10p", "current", "k10", 30, "3;3;3;3;3;3;3;3;3;3", "self"),  # items 11 to 14 are no part of it
        (3, "k10p", "current", "k10", None, "2;2;;2;2;2;2;2;2;2", "self"),  # 9 is no answer, 99 no score
        (2, "k5", "current", "k5", 15, "5;4;3;2;1", "self"),
        (2, "sdq#sdq_conduct", "superseded", "sdq_conduct", 4, None, "parent"),
    ],
)
def test_forms_become_scores(pmhc, line, table, state, measure, total, items, rater):
    assert staged(pmhc, "scores", "row_state, measure_id, total_reported, items, rater", FIRST, line, table) == (state, measure, total, items, rater)


@pytest.mark.parametrize(
    ("line", "table", "reason", "column"),
    [
        (4, "k10p", "unknown collection occasion", "collection_occasion_key"),
        (5, "k10p", "neither a total nor items", "total"),
        (6, "k10p", "not a number", "total"),
        (3, "sdq", "not a version of the questionnaire", "sdq_version"),
    ],
)
def test_forms_that_cannot_be_used_are_quarantined_with_the_reason(pmhc, line, table, reason, column):
    assert staged(pmhc, "scores", "row_state, row_reason, row_column", FIRST, line, table) == ("quarantined", reason, column)


def test_a_score_is_of_the_episode_and_day_of_its_occasion(pmhc):
    columns = "episode_pseudonym, measured_on"
    assert staged(pmhc, "scores", columns, FIRST, 2, "k10p") == (pmhc.pseudonym("PHN1:North/E1"), datetime.date(2026, 2, 3))


def test_deletions_withdraw_every_scale_of_a_form(pmhc):
    rows = pmhc.rows("scores", "row_state, row_reason", f"delivery = '{FIRST}' and source_line = 2 and raw_table like 'sdq%' and total_reported is not null")
    assert [row[2:] for row in rows] == [("superseded", "deleted by a later delivery")] * 5


def test_only_the_exact_word_deletes(pmhc):
    assert staged(pmhc, "clients", "row_state, row_column", THIRD, 3) == ("quarantined", "delete")
    assert staged(pmhc, "clients", "row_state", FIRST, 4) == ("current",)
    assert staged(pmhc, "clients", "row_state, row_reason", FIRST, 5) == ("superseded", "deleted by a later delivery")


def test_names_dates_and_linkage_keys_are_stored_nowhere(pmhc):
    stored = pmhc.stored()
    assert [secret for secret in ("ARKAN", "01061980", "1061980", "vip", "PHN1:North") if secret in stored] == []


def test_a_delivery_of_another_version_is_refused_as_a_whole(tmp_path: Path):
    inbox = deliver(tmp_path, "pmhc_mds", [FIRST])
    metadata = inbox / "harbour" / "pmhc_mds" / FIRST / "metadata.csv"
    metadata.write_text("key,value\ntype,PMHC\nversion,5.0\n", encoding="utf-8")
    _, verdicts = read_inbox(tmp_path, "pmhc_mds", inbox, datetime.date(2026, 11, 20), "Australia/Sydney")
    decisions = {verdict.delivered.file: (verdict.decision, verdict.reason) for verdict in verdicts}
    assert decisions["metadata.csv"] == ("refused", "only version 4 of the PMHC MDS is read")
    assert decisions["clients.csv"] == ("refused", "metadata.csv, only version 4 of the PMHC MDS is read")
