"""Each expectation on a delivery's profile: what just holds, what just does not, and what the clinic is told."""

import datetime

import pytest

from pipelines.admission import ExpectationFailure, ProfileRow
from pipelines.file_facts import ColumnProfile
from pipelines.profile_expectations import EXPECTATIONS, validate
from pipelines.source_contracts import load_contracts

DAY = datetime.date(2026, 11, 3)


def profile(column, rows=1000, missing=0, invalid=0, distinct=None, latest=None, previous=None, delivery="2026-11-03", known=None):
    return ProfileRow(
        "harbour", "canonical", delivery, DAY, ColumnProfile("episodes", column, rows, missing, invalid, distinct, None, latest, latest), previous, known
    )


def failures(*profiles):
    outcomes = validate(list(profiles), load_contracts())
    return {outcome.expectation.name: [failure.sentence for failure in outcome.failures] for outcome in outcomes if outcome.failures}


CASES = [
    ("required_values_are_there", profile("referred_on", missing=100), profile("referred_on", missing=101),
     "episodes.referred_on: 10% of the required values are missing, at most 10% may be"),
    ("values_can_be_read", profile("ended_on", missing=500, invalid=50), profile("ended_on", missing=500, invalid=100),
     "episodes.ended_on: 20% of the values are not a valid date, at most 10% may be"),
    ("keys_do_not_repeat", profile("episode_id", distinct=950), profile("episode_id", distinct=900),
     "episodes.episode_id: 10% of the rows repeat an identifier, at most 5% may"),
    ("rows_have_not_vanished", profile("episode_id", rows=700, previous=1000), profile("episode_id", rows=500, previous=1000),
     "episodes: 500 rows are 50% of what the deliveries before had, at least 70% are expected of a full export"),
    ("rows_have_not_multiplied", profile("episode_id", rows=5000, previous=1000), profile("episode_id", rows=10000, previous=1000),
     "episodes: 10000 rows are 10.0 times what the deliveries before had, at most 5 times are expected"),
    ("records_are_known", profile("episode_id", known=0.1), profile("episode_id", known=0.0625),
     "episodes: 6% of the records of the deliveries before are here, at least 10% are expected of a full export; is this another clinic's file? "
     "If the system has numbered everybody anew, take the earlier deliveries out of the inbox"),
    ("dates_are_not_in_the_future", profile("ended_on", latest="2027-01-02"), profile("ended_on", latest="2027-01-03"),
     "episodes.ended_on: a tenth of the dates lie 61 days or more after the delivery, at most 60 days are expected"),
]  # fmt: skip


def test_every_expectation_has_a_case():
    assert [name for name, _, _, _ in CASES] == [expectation.name for expectation in EXPECTATIONS]


@pytest.mark.parametrize(("name", "good", "bad", "sentence"), CASES, ids=[case[0] for case in CASES])
def test_an_expectation_holds_up_to_its_limit_and_says_what_is_beyond(name, good, bad, sentence):
    assert failures(good) == {}
    assert failures(bad) == {name: [sentence]}


@pytest.mark.parametrize(("odd", "is_refused"), [(4, False), (5, True)])
@pytest.mark.parametrize("kind", ["missing", "invalid", "repeated"])
def test_a_handful_of_odd_values_is_no_reason_to_refuse_a_delivery(kind, odd, is_refused):
    column = profile("episode_id", rows=12, distinct=12 - odd) if kind == "repeated" else profile("referred_on", rows=12, **{kind: odd})
    assert bool(failures(column)) is is_refused


def test_what_does_not_apply_is_not_judged():
    optional = profile("problem", missing=1000)
    small_before = profile("episode_id", rows=5, previous=49)
    empty = profile("referred_on", rows=0)
    assert failures(optional, small_before, empty) == {}


def test_rows_are_compared_once_a_table_not_once_a_column():
    assert len(failures(profile("episode_id", rows=1, previous=1000), profile("ended_on", rows=1, previous=1000))["rows_have_not_vanished"]) == 1


def test_the_failure_names_the_delivery_and_the_outcome_counts_what_was_judged():
    outcomes = {
        outcome.expectation.name: outcome
        for outcome in validate([profile("ended_on", invalid=999), profile("ended_on", delivery="2026-10-03")], load_contracts())
    }
    readable = outcomes["values_can_be_read"]
    assert readable.evaluated == 2
    assert [(failure.clinic_id, failure.source_system, failure.delivery) for failure in readable.failures] == [("harbour", "canonical", "2026-11-03")]
    assert all(isinstance(failure, ExpectationFailure) for failure in readable.failures)


def test_an_empty_inbox_breaks_nothing():
    assert [outcome.evaluated for outcome in validate([], load_contracts())] == [0] * len(EXPECTATIONS)


def test_a_dump_of_changes_may_hold_nothing_but_appointments_a_year_ahead():
    column = ColumnProfile("individual_appointments", "starts_at", 10, 0, 0, None, "2027-09-01", "2027-10-01", "2027-10-01")
    assert failures(ProfileRow("harbour", "cliniko", "2026-11-03", DAY, column, None, None)) == {}
