"""The rule set for words, case by case."""

from types import SimpleNamespace
from typing import Any

import pytest

from reports import wording
from reports.voice import voice_of
from reports.wording import Topic

ENGLISH = voice_of("en")


def rate(numerator: int = 52, denominator: int = 100, comparison: str = "about_the_same", **values: Any) -> Any:
    defaults = dict(
        state="shown", missing=0, excluded=0, rate=numerator / denominator, lower=0.42, upper=0.62, lower_bound_rate=0.5,
        upper_bound_rate=0.6, network_rate=0.51,
    )  # fmt: skip
    return SimpleNamespace(
        numerator=numerator, denominator=denominator, comparison=comparison, **(defaults | values)
    )  # fmt: skip


def indicator(indicator_id: str, axis: str = "outcome", direction: str = "higher_is_better") -> Any:
    return SimpleNamespace(
        indicator_id=indicator_id, name=f"The name of {indicator_id}", axis=axis, direction=direction, unit="episodes"
    )


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
        ("shown", "too_few_to_say", "too few to compare"),
        ("too_few", "too_few_to_say", "too few to say"),
        ("suppressed", "not_compared", "not shown, so that nobody can be recognised"),
        ("not_applicable", "not_compared", "not recorded by this clinic’s systems"),
        ("no_data", "not_compared", "no data"),
    ],
)
def test_each_state_and_comparison_has_its_own_words(state: str, comparison: str, words: str) -> None:
    assert wording.comparison(ENGLISH, rate(state=state, comparison=comparison)) == words


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (rate(26, 50), "26 of 50 people who finished got reliably better (52\u00a0%): about the same as the network."),
        (
            rate(34, 100, "clearly_lower"),
            "34 of 100 people who finished got reliably better (34\u00a0%): clearly lower than the network.",
        ),
        (rate(9, 18, "too_few_to_say"), "9 of 18 people who finished got reliably better (50\u00a0%): too few to compare."),
        (rate(500, 1000, "not_compared"), "500 of 1,000 people who finished got reliably better (50\u00a0%)."),
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
    own = indicator("redirect_arrived", "consultation")
    expected = "The name of redirect_arrived: 30 of 40 people (75\u00a0%): about the same as the network."
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
def test_attention_is_for_clear_differences_on_the_worse_side(
    subject: Any, comparison: str, is_attention: bool
) -> None:
    assert wording.is_attention(rate(comparison=comparison), subject) is is_attention


def test_notable_names_one_indicator_an_axis_the_worse_side_first() -> None:
    rates = {
        "reliable_improvement": rate(comparison="clearly_higher"),
        "recovery": rate(comparison="clearly_higher"),
        "unplanned_ending": rate(comparison="clearly_higher"),
        "did_not_attend": rate(comparison="higher_may_be_chance"),
        "paired_scores": rate(comparison="clearly_lower"),
    }
    subjects = [BETTER, RECOVERED, LEFT, ABSENT, PAIRED]
    assert [subject.indicator_id for subject, _ in wording.notable(subjects, rates)] == [
        "unplanned_ending",
        "reliable_improvement",
    ]


def test_topics_are_at_most_three_and_what_is_missing_comes_first() -> None:
    rates = {
        "reliable_improvement": rate(comparison="cannot_be_compared"),
        "reliable_deterioration": rate(6, 100),
        "unplanned_ending": rate(66, 150, "clearly_higher", network_rate=0.3),
        "did_not_attend": rate(130, 1000, "higher_may_be_chance", network_rate=0.11),
        "paired_scores": rate(55, 100, "clearly_lower"),
    }
    topics = wording.topics(ENGLISH, [BETTER, WORSE, LEFT, ABSENT, PAIRED], rates, [])
    assert topics == [
        Topic("45 of 100 people who finished lack a score at the start or the end (45\u00a0%).", "paired_scores"),
        Topic(
            "More people than in the network left without an agreed ending: 66 of 150 (44\u00a0%), in the network 30\u00a0%.",
            "unplanned_ending",
        ),
        Topic(
            "More appointments than in the network were not attended, which may be chance: 130 of 1,000 (13\u00a0%), "
            "in the network 11\u00a0%.",
            "did_not_attend",
        ),
    ]


def test_a_refused_delivery_is_the_first_topic() -> None:
    refused = [Topic("scores.csv was refused", "deliveries"), Topic("an older one", "deliveries")]
    rates = {"reliable_deterioration": rate(6, 100)}
    assert wording.topics(ENGLISH, [WORSE], rates, refused) == [
        refused[0],
        Topic("6 people got reliably worse: what happened in their courses?", "reliable_deterioration"),
    ]


def test_there_is_no_topic_where_nothing_is_to_be_said() -> None:
    assert wording.topics(ENGLISH, [WORSE], {"reliable_deterioration": rate(0, 100)}, []) == []


@pytest.mark.parametrize(
    ("names", "words"),
    [([], ""), (["Kiln"], "Kiln"), (["Kiln", "Weir"], "Kiln and Weir"), (["A", "B", "C"], "A, B and C")],
)
def test_names_are_joined_as_a_list(names: list[str], words: str) -> None:
    assert wording.joined(ENGLISH, names) == words
