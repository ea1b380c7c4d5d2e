"""Page one: the finding in two or three sentences, four questions with one figure each, and what to talk about."""

from collections.abc import Sequence
from dataclasses import replace

from reports import wording
from reports.release import Row
from reports.scope import Scope
from reports.sections import outcomes, rates
from reports.views import Box, PageOne, Panel
from reports.wording import Topic

LEADING = "reliable_improvement"
BETTER = ("reliable_improvement", "recovery", "goal_attainment")
WORSE = ("reliable_deterioration", "no_reliable_change")
LEFT = "unplanned_ending"
TRUST = (wording.COMPLETENESS,)


def clinic_page_one(scope: Scope) -> PageOne:
    topics = wording.topics(scope.voice, scope.indicators, scope.rates, _refused_topics(scope))
    return PageOne(
        _clinic_headlines(scope), _boxes(scope), topics or [Topic(scope.voice("topics.nothing"), "outcomes")]
    )


def network_page_one(scope: Scope, differing: int, topics: Sequence[Topic]) -> PageOne:
    """The network's page one; which clinics differ is found by the section that lists them."""
    key = "headlines.network_differs" if differing else "headlines.network_none"
    headlines = [_finding(scope, LEADING, is_brief=True), scope.voice(key, count=differing)]
    return PageOne([line for line in headlines if line], _boxes(scope), topics)


def missing_files(scope: Scope) -> Sequence[Row]:
    """Refused files whose place no later delivery has taken, the newest first."""
    return [row for row in scope.own_rows("refused_files") if row.is_missing]


def _clinic_headlines(scope: Scope) -> list[str]:
    """What is missing comes before what was found: it changes how the rest is read."""
    voice, clinic = scope.voice, scope.clinic
    assert clinic is not None
    lines = []
    files = missing_files(scope)
    if files:
        key = "headlines.refused" if clinic.data_through_on else "headlines.refused_no_data"
        lines.append(voice(key, delivered_on=files[0].delivered_on, through=clinic.data_through_on or ""))
    elif not clinic.has_data:
        lines.append(voice("headlines.no_data"))
    if clinic.has_data:
        lines.append(_finding(scope, LEADING, is_brief=True))
        lines += _differences(scope)
    return [line for line in lines if line]


def _differences(scope: Scope) -> list[str]:
    voice = scope.voice
    lines = []
    paired = scope.rates.get(wording.COMPLETENESS)
    if paired is not None and paired.state == "shown" and wording.cannot_be_compared(scope.rates):
        lines.append(
            voice("headlines.incomplete", missing=paired.denominator - paired.numerator, denominator=paired.denominator)
        )
    leading = next((row.axis for row in scope.indicators if row.indicator_id == LEADING), None)
    notable = [pair for pair in wording.notable(scope.indicators, scope.rates) if pair[0].axis != leading]
    lines += [
        voice("headlines.differs", phrase=wording.sentence(wording.difference(voice, *pair)))
        for pair in notable[: wording.MOST_HEADLINES]
    ]
    is_judged = any(wording.is_compared(rate) for rate in scope.rates.values())
    return lines or ([voice("headlines.nothing_stands_out")] if is_judged else [])


def _finding(scope: Scope, indicator_id: str, *, is_brief: bool = False) -> str:
    indicator = next((row for row in scope.indicators if row.indicator_id == indicator_id), None)
    return (
        ""
        if indicator is None
        else wording.headline(scope.voice, indicator, scope.rates[indicator_id], is_brief=is_brief)
    )


def _boxes(scope: Scope) -> list[Box]:
    voice = scope.voice
    endings = outcomes.endings_panel(scope, "page-one-endings")
    return [
        Box(
            "better",
            voice("boxes.better"),
            _answers(scope, LEADING),
            _rows(scope, BETTER, "page-one-better"),
            [],
            "outcomes",
        ),
        Box(
            "worse",
            voice("boxes.worse"),
            _answers(scope, wording.WORSENING),
            _rows(scope, WORSE, "page-one-worse"),
            _missing(scope, wording.WORSENING),
            "outcomes",
        ),
        Box(
            "left",
            voice("boxes.left"),
            _answers(scope, LEFT),
            _without_fold_outs(endings),
            _missing(scope, LEFT),
            "endings",
        ),
        Box(
            "trust",
            voice("boxes.trust"),
            _answers(scope, wording.COMPLETENESS),
            _rows(scope, TRUST, "page-one-trust"),
            [*_missing(scope, LEADING), _deliveries(scope)],
            "data_quality",
        ),
    ]


def _answers(scope: Scope, indicator_id: str) -> list[str]:
    return [answer for answer in [_finding(scope, indicator_id)] if answer]


def _rows(scope: Scope, indicator_ids: Sequence[str], figure_id: str) -> Panel | None:
    by_id = {row.indicator_id: row for row in scope.indicators}
    chosen = [by_id[indicator_id] for indicator_id in indicator_ids if indicator_id in by_id]
    return rates.rows_panel(scope, chosen, figure_id, is_brief=True) if chosen else None


def _missing(scope: Scope, indicator_id: str) -> list[str]:
    indicator = next((row for row in scope.indicators if row.indicator_id == indicator_id), None)
    return [] if indicator is None else wording.missing(scope.voice, scope.rates[indicator_id], indicator)[:1]


def _deliveries(scope: Scope) -> str:
    files = missing_files(scope)
    if not files:
        return scope.voice("boxes.no_refusals")
    if scope.clinic is None:
        behind = {row.clinic_id for row in files}
        names = [clinic.name for clinic in scope.edition.clinics if clinic.clinic_id in behind]
        return scope.voice("boxes.refused_clinics", clinics=wording.joined(scope.voice, names))
    return scope.voice(
        "figures.deliveries.missing", file=files[0].file, delivered_on=files[0].delivered_on, reason=files[0].reason
    )


def _refused_topics(scope: Scope) -> list[Topic]:
    clinic = scope.clinic
    assert clinic is not None
    key = "topics.refused" if clinic.data_through_on else "topics.refused_no_data"
    return [
        Topic(
            scope.voice(
                key,
                file=row.file,
                delivered_on=row.delivered_on,
                reason=row.reason,
                through=clinic.data_through_on or "",
            ),
            "deliveries",
        )
        for row in missing_files(scope)
    ]


def _without_fold_outs(panel: Panel | None) -> Panel | None:
    return None if panel is None else replace(panel, title="", table=None, query="")
