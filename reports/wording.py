"""The one rule set for words: how a rate is spoken of, what a headline names, and what is worth the team's time.

The verdicts themselves (state, comparison) are columns of the release; here they become sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.release import Row
from reports.voice import Voice

FEWEST_COMPARED = 25
COMPARED = ("about_the_same", "higher_may_be_chance", "lower_may_be_chance", "clearly_higher", "clearly_lower")
EXPECTATIONS = ("as_expected", "better_than_expected", "worse_than_expected")
LASTING = ("lasting_shift", "steady_rise", "steady_fall")
CLEARLY = ("clearly_higher", "clearly_lower")
BESIDE_NETWORK, BESIDE_CLINIC = "comparisons", "comparisons_in_clinic"
"""The same words said of a clinic beside the network, and of a therapist beside the clinic."""
MOST_TOPICS = 3
MOST_HEADLINES = 3
COMPLETENESS = "paired_scores"
# indicators that cannot be known without what COMPLETENESS counts, and the one that needs a known ending
OUTCOMES = ("reliable_improvement", "recovery", "reliable_recovery", "reliable_deterioration", "no_reliable_change")
ENDINGS = "unplanned_ending"
WORSENING = "reliable_deterioration"


@dataclass(frozen=True)
class Topic:
    """Something to talk about: a sentence and the anchor of its figure."""

    text: str
    anchor: str


@dataclass(frozen=True)
class Remark:
    """An indicator that stands out, beside the network (`is_clear`) or from its own past (`signal`)."""

    indicator: Row
    rate: Row
    is_clear: bool
    signal: Row | None
    is_worse: bool


def comparison(voice: Voice, rate: Row, beside: str = BESIDE_NETWORK) -> str:
    """The words that stand beside a rate, if any. A rate that is not shown has its state instead."""
    if rate.state != "shown":
        return voice(f"states.{rate.state}")
    if rate.comparison is None:
        return ""
    if rate.comparison == "not_compared" and rate.denominator < FEWEST_COMPARED:
        return voice(f"{beside}.too_few_to_compare")
    return voice(f"{beside}.{rate.comparison}")


def verdict(voice: Voice, rate: Row) -> str:
    """The comparison, and what remains of it once the people seen are taken into account."""
    words = comparison(voice, rate)
    is_ordinary = rate.comparison == "about_the_same" and rate.expectation == "as_expected"
    if not is_shown(rate) or rate.expectation not in EXPECTATIONS or is_ordinary:
        return words
    return voice("phrases.verdict", comparison=words, expectation=voice(f"expectations.{rate.expectation}"))


def is_shown(rate: Row) -> bool:
    return bool(rate.state == "shown")


def is_compared(rate: Row) -> bool:
    return is_shown(rate) and rate.comparison in COMPARED


def is_grey(rate: Row) -> bool:
    """Shown, but with too few counted or too much missing to be judged."""
    return is_shown(rate) and rate.comparison in ("not_compared", "cannot_be_compared")


def is_attention(rate: Row, indicator: Row) -> bool:
    """Clearly on the worse side."""
    return is_shown(rate) and rate.comparison == _worse(indicator, "clearly")


def is_remarkable(rate: Row, signal: Row | None) -> bool:
    """Whether there is more to see than an ordinary figure: a difference, a change, or outcomes that are missing."""
    return is_shown(rate) and (signal is not None or rate.comparison not in (None, "about_the_same", "not_compared"))


def label(voice: Voice, indicator: Row) -> str:
    return voice.first(f"indicators.{indicator.indicator_id}.label", "indicators.any.label", name=indicator.name)


def finding(voice: Voice, indicator: Row, rate: Row) -> str:
    """What was counted, in words and without a percentage: "26 of 50 people who finished got reliably better"."""
    words = voice.first(
        f"indicators.{indicator.indicator_id}.finding",
        "indicators.any.finding",
        name=indicator.name,
        numerator=rate.numerator,
        denominator=rate.denominator,
        units=voice(f"units.{indicator.unit}", count=rate.denominator),
    )
    return sentence(words)


def headline(voice: Voice, indicator: Row, rate: Row, *, is_brief: bool = False) -> str:
    """The finding with its rate and what it means beside the network; brief, in people only."""
    if rate.state == "too_few":
        population = voice.first(f"indicators.{indicator.indicator_id}.population", f"units.{indicator.unit}", count=rate.denominator)
        return voice("findings.too_few", population=population)
    if rate.state != "shown":
        return voice("findings.state", label=label(voice, indicator), state=voice(f"states.{rate.state}"))
    return voice(
        f"findings.{_headline_form(rate, is_brief)}",
        finding=finding(voice, indicator, rate),
        percent=voice.percent(rate.rate),
        comparison=verdict(voice, rate),
    )


def uncertainty(voice: Voice, rate: Row, indicator: Row) -> list[str]:
    """What a careful reader asks next: how sure, beside whom, and what the missing outcomes could change."""
    if rate.state != "shown":
        return []
    sentences = [voice("findings.interval", lower=voice.percent(rate.lower), upper=voice.percent(rate.upper))]
    if rate.network_rate is not None:
        sentences.append(voice("findings.network", percent=voice.percent(rate.network_rate)))
    if rate.expectation in EXPECTATIONS:
        known, expected = rate.denominator - rate.missing, max(round(rate.expected), 0)
        words = voice(f"expectations.{rate.expectation}")
        sentences.append(voice("findings.expected", expected=expected, known=known, words=words))
    return sentences + missing(voice, rate, indicator)


def assurance(voice: Voice, newest: Row) -> list[str]:
    """Whether a month's rate meets a published target by more than luck, for a course that has one."""
    if newest.assurance is None:
        return []
    return [voice(f"assurance.{newest.assurance}", target=voice.percent(newest.target))]


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


def course(voice: Voice, point: Row) -> str:
    """What a control chart says at its newest point: "no change beyond the usual variation", "a lasting shift since May"."""
    if point.signal == "lasting_shift":
        return voice(f"courses.lasting_shift_{point.side}", month=voice.month(point.since))
    if point.signal in LASTING:
        return voice(f"courses.{point.signal}", month=voice.month(point.since))
    if point.signal == "unusual":
        return voice(f"courses.unusual_{point.grain}", month=voice.month(point.month))
    return voice(f"courses.{point.signal}")


def standing_out(indicators: Sequence[Row], rates: Mapping[str, Row], signals: Mapping[str, Row]) -> list[Remark]:
    """Clear differences and lasting changes, the worse ones first, one for each axis: related indicators would repeat it."""
    found = []
    for indicator in indicators:
        rate, signal = rates[indicator.indicator_id], signals.get(indicator.indicator_id)
        lasting = signal if signal is not None and signal.signal in LASTING else None
        is_clear = is_shown(rate) and rate.comparison in CLEARLY
        if (is_clear or lasting is not None) and indicator.axis != "data_quality":
            is_worse = is_attention(rate, indicator) or _is_worse_course(indicator, lasting)
            found.append(Remark(indicator, rate, is_clear, lasting, is_worse))
    found.sort(key=lambda remark: (not remark.is_worse, not remark.is_clear))
    return _one_an_axis(found)


def phrase(voice: Voice, remark: Remark) -> str:
    """What stands out: "more appointments than in the network were not attended, a lasting shift since May 2026"."""
    parts = [difference(voice, remark.indicator, remark.rate)] if remark.is_clear else [label(voice, remark.indicator)]
    if remark.is_clear and remark.rate.expectation in EXPECTATIONS:
        parts.append(voice(f"expectations.{remark.rate.expectation}"))
    if remark.signal is not None:
        parts.append(course(voice, remark.signal))
    words = parts[0]
    for part in parts[1:]:
        words = voice("phrases.further" if remark.is_clear else "phrases.course", phrase=words, further=part)
    return words


def topics(
    voice: Voice,
    indicators: Sequence[Row],
    rates: Mapping[str, Row],
    signals: Mapping[str, Row],
    refused: Sequence[Topic],
) -> list[Topic]:
    """At most three things to talk about: what is missing first, then what stands out, then what may be chance."""
    found = [*refused[:1], *_incomplete(voice, rates)]
    found += [
        Topic(_beside_network(voice, "topics.differs", phrase(voice, remark), remark.rate), remark.indicator.indicator_id)
        for remark in standing_out(indicators, rates, signals)
    ]
    maybe = [
        Remark(indicator, rates[indicator.indicator_id], False, None, True)
        for indicator in indicators
        if is_shown(rates[indicator.indicator_id]) and rates[indicator.indicator_id].comparison == _worse(indicator, "may_be_chance")
    ]
    found += [
        Topic(
            _beside_network(voice, "topics.chance", difference(voice, remark.indicator, remark.rate), remark.rate),
            remark.indicator.indicator_id,
        )
        for remark in _one_an_axis(maybe)
    ]
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


def incomplete(rates: Mapping[str, Row]) -> dict[str, tuple[int, int]]:
    """What hinders a comparison, scores or endings: of how many people it is missing, and of how many it would be needed."""
    found = {}
    paired, ended = rates.get(COMPLETENESS), rates.get(ENDINGS)
    if paired is not None and is_shown(paired) and any(_is_hindered(rates.get(outcome)) for outcome in OUTCOMES):
        found["scores"] = (paired.denominator - paired.numerator, paired.denominator)
    if ended is not None and _is_hindered(ended):
        found["endings"] = (ended.missing, ended.denominator)
    return found


def _is_hindered(rate: Row | None) -> bool:
    return rate is not None and is_shown(rate) and rate.comparison == "cannot_be_compared"


def joined(voice: Voice, names: Sequence[str]) -> str:
    """Names as one list: "Kiln, Orchard and Weir"."""
    if len(names) < 2:
        return "".join(names)
    text = names[0]
    for name in names[1:-1]:
        text = voice("formats.list_comma", first=text, last=name)
    return voice("formats.list_and", first=text, last=names[-1])


def _headline_form(rate: Row, is_brief: bool) -> str:
    if rate.comparison is None:
        return "uncompared"
    if is_brief:
        return "alone" if rate.comparison == "cannot_be_compared" else "brief"
    return "compared"


def _beside_network(voice: Voice, key: str, words: str, rate: Row) -> str:
    share = voice.share(rate.numerator, rate.denominator)
    return voice(key, phrase=sentence(words), share=share, network=voice.percent(rate.network_rate))


def _incomplete(voice: Voice, rates: Mapping[str, Row]) -> list[Topic]:
    anchors = {"scores": COMPLETENESS, "endings": ENDINGS}
    return [
        Topic(voice(f"topics.incomplete.{what}", missing=missing, denominator=needed, percent=voice.percent(missing / needed)), anchors[what])
        for what, (missing, needed) in incomplete(rates).items()
    ]


def _worse(indicator: Row, certainty: str) -> str | None:
    """The comparison code on the worse side of an indicator, if it has one."""
    if indicator.direction == "neutral":
        return None
    side = "lower" if indicator.direction == "higher_is_better" else "higher"
    return f"clearly_{side}" if certainty == "clearly" else f"{side}_may_be_chance"


def _is_worse_course(indicator: Row, signal: Row | None) -> bool:
    if signal is None or indicator.direction == "neutral":
        return False
    is_up = signal.signal == "steady_rise" or (signal.signal == "lasting_shift" and signal.side == "above")
    return is_up is bool(indicator.direction == "lower_is_better")


def _one_an_axis(remarks: Sequence[Remark]) -> list[Remark]:
    first: dict[str, Remark] = {}
    for remark in remarks:
        first.setdefault(remark.indicator.axis, remark)
    return list(first.values())
