"""The one rule set for words: how a rate is spoken of, what a headline names, and what is worth the team's time.

The verdicts themselves (state, comparison) are columns of the release; here they become sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.release import Row
from reports.voice import Voice

COMPARED = ("about_the_same", "higher_may_be_chance", "lower_may_be_chance", "clearly_higher", "clearly_lower")
CLEARLY = ("clearly_higher", "clearly_lower")
MOST_TOPICS = 3
MOST_HEADLINES = 3
COMPLETENESS = "paired_scores"
WORSENING = "reliable_deterioration"


@dataclass(frozen=True)
class Topic:
    """Something to talk about: a sentence and the anchor of its figure."""

    text: str
    anchor: str


def comparison(voice: Voice, rate: Row) -> str:
    """The words that stand beside a rate. A rate that is not shown has its state instead."""
    if rate.state != "shown":
        return voice(f"states.{rate.state}")
    return voice(f"comparisons.{rate.comparison}")


def is_shown(rate: Row) -> bool:
    return bool(rate.state == "shown")


def is_compared(rate: Row) -> bool:
    return is_shown(rate) and rate.comparison in COMPARED


def is_grey(rate: Row) -> bool:
    """Shown, but with too few counted or too much missing to be judged."""
    return is_shown(rate) and rate.comparison in ("too_few_to_say", "cannot_be_compared")


def is_attention(rate: Row, indicator: Row) -> bool:
    """Clearly on the worse side."""
    return is_shown(rate) and rate.comparison == _worse(indicator, "clearly")


def label(voice: Voice, indicator: Row) -> str:
    return voice.first(f"indicators.{indicator.indicator_id}.label", "indicators.any.label", name=indicator.name)


def finding(voice: Voice, indicator: Row, rate: Row) -> str:
    """What was counted, in words and without a percentage: "26 of 50 people who finished got reliably better"."""
    return voice.first(
        f"indicators.{indicator.indicator_id}.finding",
        "indicators.any.finding",
        name=indicator.name,
        numerator=rate.numerator,
        denominator=rate.denominator,
        units=voice(f"units.{indicator.unit}", count=rate.denominator),
    )


def headline(voice: Voice, indicator: Row, rate: Row, *, is_brief: bool = False) -> str:
    """The finding with its rate and what it means beside the network; brief, in people only."""
    if rate.state == "too_few":
        population = voice.first(
            f"indicators.{indicator.indicator_id}.population", f"units.{indicator.unit}", count=rate.denominator
        )
        return voice("findings.too_few", population=population)
    if rate.state != "shown":
        return voice("findings.state", label=label(voice, indicator), state=voice(f"states.{rate.state}"))
    return voice(
        f"findings.{_headline_form(rate, is_brief)}",
        finding=finding(voice, indicator, rate),
        percent=voice.percent(rate.rate),
        comparison=comparison(voice, rate),
    )


def uncertainty(voice: Voice, rate: Row, indicator: Row) -> list[str]:
    """What a careful reader asks next: how sure, beside whom, and what the missing outcomes could change."""
    if rate.state != "shown":
        return []
    sentences = [voice("findings.interval", lower=voice.percent(rate.lower), upper=voice.percent(rate.upper))]
    if rate.network_rate is not None:
        sentences.append(voice("findings.network", percent=voice.percent(rate.network_rate)))
    return sentences + missing(voice, rate, indicator)


def missing(voice: Voice, rate: Row, indicator: Row) -> list[str]:
    """The rate at worst and at best, when outcomes are not known; and how many were left out."""
    sentences = []
    if is_shown(rate) and rate.missing:
        bounds = [voice.percent(rate.lower_bound_rate), voice.percent(rate.upper_bound_rate)]
        worst, best = reversed(bounds) if indicator.direction == "lower_is_better" else bounds
        key = "findings.missing_neutral" if indicator.direction == "neutral" else "findings.missing"
        sentences.append(voice(key, count=rate.missing, denominator=rate.denominator, worst=worst, best=best))
    if is_shown(rate) and rate.excluded:
        sentences.append(voice("findings.excluded", count=rate.excluded))
    return sentences


def notable(indicators: Sequence[Row], rates: Mapping[str, Row]) -> list[tuple[Row, Row]]:
    """The clear differences, the worse ones first, one for each axis: related indicators would only repeat it."""
    clear = [
        (indicator, rates[indicator.indicator_id])
        for indicator in indicators
        if rates[indicator.indicator_id].state == "shown"
        and rates[indicator.indicator_id].comparison in CLEARLY
        and indicator.axis != "data_quality"
    ]
    clear.sort(key=lambda pair: not is_attention(pair[1], pair[0]))
    return _one_an_axis(clear)


def topics(voice: Voice, indicators: Sequence[Row], rates: Mapping[str, Row], refused: Sequence[Topic]) -> list[Topic]:
    """At most three things to talk about: what is missing first, then what clearly differs, then what may be chance."""
    found = [*refused[:1], *_incomplete(voice, rates)]
    found += [
        Topic(_difference(voice, "topics.differs", *pair), pair[0].indicator_id) for pair in notable(indicators, rates)
    ]
    maybe = [
        (indicator, rates[indicator.indicator_id])
        for indicator in indicators
        if rates[indicator.indicator_id].state == "shown"
        and rates[indicator.indicator_id].comparison == _worse(indicator, "may_be_chance")
    ]
    found += [Topic(_difference(voice, "topics.chance", *pair), pair[0].indicator_id) for pair in _one_an_axis(maybe)]
    worsened = rates.get(WORSENING)
    is_named = WORSENING in {topic.anchor for topic in found}
    if worsened is not None and is_shown(worsened) and worsened.numerator and not is_named:
        found.append(Topic(voice("topics.worse", count=worsened.numerator), WORSENING))
    return found[:MOST_TOPICS]


def difference(voice: Voice, indicator: Row, rate: Row) -> str:
    """A difference as a phrase: "fewer people than in the network recovered"."""
    side = "higher" if rate.comparison in ("clearly_higher", "higher_may_be_chance") else "lower"
    return voice.first(f"indicators.{indicator.indicator_id}.{side}", f"indicators.any.{side}", name=indicator.name)


def sentence(phrase: str) -> str:
    """A phrase as the beginning of a sentence."""
    return phrase[:1].upper() + phrase[1:]


def cannot_be_compared(rates: Mapping[str, Row]) -> bool:
    return any(is_shown(rate) and rate.comparison == "cannot_be_compared" for rate in rates.values())


def joined(voice: Voice, names: Sequence[str]) -> str:
    """Names as one list: "Kiln, Orchard and Weir"."""
    if len(names) < 2:
        return "".join(names)
    text = names[0]
    for name in names[1:-1]:
        text = voice("formats.list_comma", first=text, last=name)
    return voice("formats.list_and", first=text, last=names[-1])


def _headline_form(rate: Row, is_brief: bool) -> str:
    if rate.comparison == "not_compared":
        return "uncompared"
    if is_brief:
        return "alone" if rate.comparison == "cannot_be_compared" else "brief"
    return "compared"


def _difference(voice: Voice, key: str, indicator: Row, rate: Row) -> str:
    return voice(
        key,
        phrase=sentence(difference(voice, indicator, rate)),
        share=voice.share(rate.numerator, rate.denominator),
        network=voice.percent(rate.network_rate),
    )


def _incomplete(voice: Voice, rates: Mapping[str, Row]) -> list[Topic]:
    paired = rates.get(COMPLETENESS)
    if paired is None or paired.state != "shown" or not cannot_be_compared(rates):
        return []
    lacking = paired.denominator - paired.numerator
    text = voice(
        "topics.incomplete",
        missing=lacking,
        denominator=paired.denominator,
        percent=voice.percent(lacking / paired.denominator),
    )
    return [Topic(text, COMPLETENESS)]


def _worse(indicator: Row, certainty: str) -> str | None:
    """The comparison code on the worse side of an indicator, if it has one."""
    if indicator.direction == "neutral":
        return None
    side = "lower" if indicator.direction == "higher_is_better" else "higher"
    return f"clearly_{side}" if certainty == "clearly" else f"{side}_may_be_chance"


def _one_an_axis(pairs: Sequence[tuple[Row, Row]]) -> list[tuple[Row, Row]]:
    first: dict[str, tuple[Row, Row]] = {}
    for indicator, rate in pairs:
        first.setdefault(indicator.axis, (indicator, rate))
    return list(first.values())
