"""The rule set for words, case by case."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from reports import wording
from reports.voice import voice_of
from reports.wording import Topic

ENGLISH = voice_of("en")


def rate(numerator: int = 52, denominator: int = 100, comparison: str | None = "about_the_same", **values: Any) -> Any:
    defaults = {
        "state": "shown", "missing": 0, "excluded": 0, "rate": numerator / denominator, "lower": 0.42, "upper": 0.62, "lower_bound_rate": 0.5,
        "upper_bound_rate": 0.6, "network_rate": 0.51, "expected": None, "expectation": "not_compared",
    }  # fmt: skip
    return SimpleNamespace(
        numerator=numerator, denominator=denominator, comparison=comparison, **(defaults | values)
    )  # fmt: skip


def indicator(indicator_id: str, axis: str = "outcome", direction: str = "higher_is_better") -> Any:
    return SimpleNamespace(indicator_id=indicator_id, name=f"The name of {indicator_id}", axis=axis, direction=direction, unit="episodes")


BETTER = indicator("reliable_improvement")
RECOVERED = indicator("recovery")
WORSE = indicator("reliable_deterioration", "worsening", "lower_is_better")
UNCHANGED = indicator("no_reliable_change", "outcome", "neutral")
LEFT = indicator("unplanned_ending", "ending", "lower_is_better")
ABSENT = indicator("did_not_attend", "attendance", "lower_is_better")
PAIRED = indicator("paired_scores", "data_quality")


@pytest.mark.parametrize(
    ("state", "comparison", "words"),
    [
        ("shown", "about_the_same", "about the same as the network"),
        ("shown", "higher_may_be_chance", "higher than the network, may be chance"),
        ("shown", "lower_may_be_chance", "lower than the network, may be chance"),
        ("shown", "clearly_higher", "clearly higher than the network"),
        ("shown", "clearly_lower", "clearly lower than the network"),
        ("shown", "cannot_be_compared", "cannot be compared: too many outcomes missing"),
        ("shown", "not_compared", "not compared"),
        ("shown", None, ""),
        ("too_few", "too_few_to_say", "too few to say"),
        ("suppressed", "not_compared", "not shown, so that nobody can be recognised"),
        ("not_applicable", "not_compared", "not recorded by this clinic’s systems"),
        ("no_data", "not_compared", "no data"),
    ],
)
def test_each_state_and_comparison_has_its_own_words(state: str, comparison: str | None, words: str) -> None:
    assert wording.comparison(ENGLISH, rate(state=state, comparison=comparison)) == words


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (rate(26, 50), "26 of 50 people who finished got reliably better (52\u00a0%): about the same as the network."),
        (
            rate(34, 100, "clearly_lower"),
            "34 of 100 people who finished got reliably better (34\u00a0%): clearly lower than the network.",
        ),
        (rate(9, 18, "not_compared"), "9 of 18 people who finished got reliably better (50\u00a0%): too few to compare."),
        (rate(500, 1000, None), "500 of 1,000 people who finished got reliably better (50\u00a0%)."),
        (rate(4, 8, "too_few_to_say", state="too_few"), "8 people finished: too few to say."),
        (rate(1, 1, "too_few_to_say", state="too_few"), "1 person finished: too few to say."),
        (rate(state="no_data"), "Got reliably better: no data."),
        (rate(state="suppressed"), "Got reliably better: not shown, so that nobody can be recognised."),
        (rate(state="not_applicable"), "Got reliably better: not recorded by this clinic’s systems."),
    ],
)  # fmt: skip
def test_a_headline_is_a_finding(row: Any, sentence: str) -> None:
    assert wording.headline(ENGLISH, BETTER, row) == sentence


def test_an_indicator_without_words_of_its_own_is_told_by_its_name() -> None:
    own = indicator("asked_for_feedback", "consultation")
    expected = "The name of asked_for_feedback: 30 of 40 people (75\u00a0%): about the same as the network."
    assert wording.headline(ENGLISH, own, rate(30, 40)) == expected


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        (BETTER, "Had all of these turned out badly, the rate would be 50\u00a0%; had all turned out well, 60\u00a0%."),
        (WORSE, "Had all of these turned out badly, the rate would be 60\u00a0%; had all turned out well, 50\u00a0%."),
        (UNCHANGED, "For 10 of the 100 this is not known: the rate may be anything from 50\u00a0% to 60\u00a0%."),
    ],
)
def test_the_worst_case_follows_the_direction(subject: Any, sentence: str) -> None:
    assert wording.missing(ENGLISH, rate(missing=10), subject)[0].endswith(sentence)


def test_nothing_is_said_of_missing_outcomes_where_none_is_missing() -> None:
    assert wording.missing(ENGLISH, rate(missing=0), BETTER) == []


def test_nothing_is_said_of_a_rate_that_is_not_shown() -> None:
    assert wording.uncertainty(ENGLISH, rate(missing=5, state="suppressed"), BETTER) == []


@pytest.mark.parametrize(
    ("subject", "comparison", "is_attention"),
    [
        (BETTER, "clearly_lower", True),
        (BETTER, "clearly_higher", False),
        (WORSE, "clearly_higher", True),
        (WORSE, "clearly_lower", False),
        (WORSE, "higher_may_be_chance", False),
        (UNCHANGED, "clearly_higher", False),
    ],
)
def test_attention_is_for_clear_differences_on_the_worse_side(subject: Any, comparison: str, is_attention: bool) -> None:
    assert wording.is_attention(rate(comparison=comparison), subject) is is_attention


@pytest.mark.parametrize(
    ("comparison", "expectation", "words"),
    [
        ("about_the_same", "as_expected", "about the same as the network"),
        ("about_the_same", "not_compared", "about the same as the network"),
        ("about_the_same", "worse_than_expected", "about the same as the network; worse than expected for the people seen"),
        ("lower_may_be_chance", "as_expected", "lower than the network, may be chance; as expected for the people seen"),
        ("clearly_higher", "better_than_expected", "clearly higher than the network; better than expected for the people seen"),
        ("clearly_lower", "cannot_be_compared", "clearly lower than the network"),
    ],
)
def test_a_verdict_takes_the_people_seen_into_account(comparison: str, expectation: str, words: str) -> None:
    assert wording.verdict(ENGLISH, rate(comparison=comparison, expectation=expectation)) == words


def test_the_expected_number_is_whole_and_over_the_known_outcomes() -> None:
    told = wording.uncertainty(ENGLISH, rate(missing=10, expected=47.6, expectation="as_expected"), BETTER)
    assert told[2] == (
        "The network as a whole would have had about 48 of the 90 whose outcome is known, had it seen the same people: as expected for the people seen."
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("consistently_passes", ["The target of 50\u00a0% is met even in a poor month."]),
        ("hit_and_miss", ["Whether the target of 50\u00a0% is met in a month is a matter of chance."]),
        ("consistently_fails", ["The target of 50\u00a0% is missed even in a good month."]),
        (None, []),
    ],
)
def test_a_target_is_met_by_more_than_luck_or_not(code: str | None, words: list[str]) -> None:
    assert wording.assurance(ENGLISH, SimpleNamespace(assurance=code, target=0.5)) == words


def test_between_10_and_24_the_words_are_too_few_to_compare() -> None:
    assert wording.comparison(ENGLISH, rate(12, 24, "not_compared")) == "too few to compare"
    assert wording.comparison(ENGLISH, rate(12, 25, "not_compared")) == "not compared"
    assert wording.is_grey(rate(12, 24, "not_compared"))
    assert wording.is_grey(rate(comparison="cannot_be_compared"))
    assert not wording.is_grey(rate(comparison="about_the_same"))


def point(signal: str, side: str = "above", grain: str = "month") -> Any:
    since = datetime.date(2026, 5, 1) if signal in wording.LASTING else None
    return SimpleNamespace(signal=signal, side=side, grain=grain, month=datetime.date(2026, 9, 1), since=since)


@pytest.mark.parametrize(
    ("newest", "words"),
    [
        (point("none"), "no change beyond the usual variation"),
        (point("lasting_shift"), "a lasting shift since May 2026, upwards"),
        (point("lasting_shift", "below"), "a lasting shift since May 2026, downwards"),
        (point("steady_rise"), "a steady rise since May 2026"),
        (point("steady_fall"), "a steady fall since May 2026"),
        (point("unusual"), "one unusual month: September 2026"),
        (point("unusual", grain="quarter"), "one unusual quarter, which began in September 2026"),
        (point("near_limit"), "two of three points close to the limit of the usual variation"),
    ],
)
def test_a_course_is_told_by_the_rule_that_fired(newest: Any, words: str) -> None:
    assert wording.course(ENGLISH, newest) == words


def test_what_stands_out_is_one_indicator_an_axis_the_worse_side_first() -> None:
    rates = {
        "reliable_improvement": rate(comparison="clearly_higher"),
        "recovery": rate(comparison="clearly_higher"),
        "unplanned_ending": rate(comparison="clearly_higher"),
        "did_not_attend": rate(comparison="higher_may_be_chance"),
        "paired_scores": rate(comparison="clearly_lower"),
    }
    remarks = wording.standing_out([BETTER, RECOVERED, LEFT, ABSENT, PAIRED], rates, {})
    assert [remark.indicator.indicator_id for remark in remarks] == ["unplanned_ending", "reliable_improvement"]


@pytest.mark.parametrize(
    ("subject", "signal", "is_worse"),
    [
        (ABSENT, point("lasting_shift"), True),
        (ABSENT, point("lasting_shift", "below"), False),
        (ABSENT, point("steady_rise"), True),
        (BETTER, point("steady_fall"), True),
        (BETTER, point("lasting_shift"), False),
        (UNCHANGED, point("lasting_shift"), False),
    ],
)
def test_a_lasting_change_stands_out_by_itself(subject: Any, signal: Any, is_worse: bool) -> None:
    name = subject.indicator_id
    (remark,) = wording.standing_out([subject], {name: rate()}, {name: signal})
    assert (remark.is_clear, remark.is_worse) == (False, is_worse)


def test_one_unusual_month_does_not_stand_out() -> None:
    assert wording.standing_out([ABSENT], {"did_not_attend": rate()}, {"did_not_attend": point("unusual")}) == []


def test_a_difference_that_is_also_a_change_is_told_as_both() -> None:
    signals = {"did_not_attend": point("lasting_shift")}
    (clear,) = wording.standing_out([ABSENT], {"did_not_attend": rate(comparison="clearly_higher")}, signals)
    (own,) = wording.standing_out([ABSENT], {"did_not_attend": rate()}, signals)
    assert wording.phrase(ENGLISH, clear) == ("more appointments than in the network were not attended, a lasting shift since May 2026, upwards")
    assert wording.phrase(ENGLISH, own) == "Did not attend: a lasting shift since May 2026, upwards"


def test_unknown_endings_are_no_reason_to_say_that_scores_are_missing() -> None:
    rates = {
        "reliable_improvement": rate(32, 44),
        "unplanned_ending": rate(0, 63, "cannot_be_compared", missing=63),
        "paired_scores": rate(42, 44),
    }
    assert wording.incomplete(rates) == {"endings": (63, 63)}
    (topic,) = wording.topics(ENGLISH, [BETTER, LEFT, PAIRED], rates, {}, [])
    assert topic == Topic("How treatment ended is not recorded for 63 of 63 people (100\u00a0%).", "unplanned_ending")


def test_topics_are_at_most_three_and_what_is_missing_comes_first() -> None:
    rates = {
        "reliable_improvement": rate(comparison="cannot_be_compared"),
        "reliable_deterioration": rate(6, 100),
        "unplanned_ending": rate(66, 150, "clearly_higher", network_rate=0.3),
        "did_not_attend": rate(130, 1000, "higher_may_be_chance", network_rate=0.11),
        "paired_scores": rate(55, 100, "clearly_lower"),
    }
    topics = wording.topics(ENGLISH, [BETTER, WORSE, LEFT, ABSENT, PAIRED], rates, {}, [])
    assert topics == [
        Topic("45 of 100 people who finished lack a score at the start or the end (45\u00a0%).", "paired_scores"),
        Topic(
            "More people than in the network left without an agreed ending: 66 of 150 (44\u00a0%), in the network 30\u00a0%.",
            "unplanned_ending",
        ),
        Topic(
            "More appointments than in the network were not attended, which may be chance: 130 of 1,000 (13\u00a0%), in the network 11\u00a0%.",
            "did_not_attend",
        ),
    ]


def test_a_refused_delivery_is_the_first_topic() -> None:
    refused = [Topic("scores.csv was refused", "deliveries"), Topic("an older one", "deliveries")]
    rates = {"reliable_deterioration": rate(6, 100)}
    assert wording.topics(ENGLISH, [WORSE], rates, {}, refused) == [
        refused[0],
        Topic("6 people got reliably worse: what happened in their courses?", "reliable_deterioration"),
    ]


def test_there_is_no_topic_where_nothing_is_to_be_said() -> None:
    assert wording.topics(ENGLISH, [WORSE], {"reliable_deterioration": rate(0, 100)}, {}, []) == []


@pytest.mark.parametrize(
    ("names", "words"),
    [([], ""), (["Kiln"], "Kiln"), (["Kiln", "Weir"], "Kiln and Weir"), (["A", "B", "C"], "A, B and C")],
)
def test_names_are_joined_as_a_list(names: list[str], words: str) -> None:
    assert wording.joined(ENGLISH, names) == words
