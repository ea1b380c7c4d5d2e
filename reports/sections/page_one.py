"""Page one: the finding in two or three sentences, four questions with one figure each, and what to talk about."""

from collections.abc import Sequence
from dataclasses import replace

from reports import wording
from reports.release import Row
from reports.scope import Scope
from reports.sections import data_quality, outcomes, rates
from reports.views import Box, PageOne, Panel
from reports.wording import Topic

LEADING = "reliable_improvement"
BETTER = (LEADING, "recovery", "goal_attainment")
WORSE = (wording.WORSENING, "no_reliable_change")
LEFT = wording.ENDINGS
TRUST = (wording.COMPLETENESS,)


def clinic_page_one(scope: Scope) -> PageOne:
    topics = wording.topics(scope.voice, scope.indicators, scope.rates, scope.signals, _refused_topics(scope))
    anchor = "outcomes" if LEADING in scope.rates else "method"
    return PageOne(_headlines(scope), boxes(scope), topics or [Topic(scope.voice("topics.nothing"), anchor)])


def boxes(scope: Scope) -> list[Box]:
    """The four questions. Success and failure have the same space."""
    endings = outcomes.endings_panel(scope, "page-one-endings")
    return [
        _box(scope, "better", LEADING, _rows(scope, BETTER, "page-one-better")),
        _box(scope, "worse", wording.WORSENING, _rows(scope, WORSE, "page-one-worse"), _missing(scope, wording.WORSENING)),
        _box(scope, "left", LEFT, _without_fold_outs(endings), _missing(scope, LEFT)),
        _box(scope, "trust", wording.COMPLETENESS, _rows(scope, TRUST, "page-one-trust"),
             [*_missing(scope, LEADING), *_restated(scope), _deliveries(scope)]),
    ]  # fmt: skip


def finding(scope: Scope, indicator_id: str, *, is_brief: bool = False) -> list[str]:
    """The headline of an indicator, as a list that is empty where the release does not have it."""
    found = [indicator for indicator in scope.indicators if indicator.indicator_id == indicator_id]
    return [wording.headline(scope.voice, one, scope.rates[indicator_id], is_brief=is_brief) for one in found]


def missing_deliveries(scope: Scope) -> Sequence[Row]:
    """Refused deliveries whose place no later one has taken, the newest first."""
    return [row for row in scope.own_rows("refused_deliveries") if row.is_missing]


def _headlines(scope: Scope) -> list[str]:
    """What is missing comes before what was found: it changes how the rest is read."""
    voice, clinic = scope.voice, scope.clinic
    refused = missing_deliveries(scope)
    lines = []
    if refused:
        key = "headlines.refused" if clinic.data_through_on else "headlines.refused_no_data"
        lines.append(voice(key, delivered_on=refused[0].delivered_on, through=clinic.data_through_on or ""))
    elif not clinic.has_data:
        lines.append(voice("headlines.no_data"))
    return [*lines, *finding(scope, LEADING, is_brief=True), *_what_stands_out(scope)] if clinic.has_data else lines


def _what_stands_out(scope: Scope) -> list[str]:
    voice = scope.voice
    hindered = wording.incomplete(scope.rates).items()
    lines = [voice(f"headlines.incomplete.{what}", missing=missing, denominator=needed) for what, (missing, needed) in hindered]
    remarks = wording.standing_out(scope.indicators, scope.rates, scope.signals)
    # the first headline has told the leading indicator's difference already
    told = [remark for remark in remarks if remark.indicator.indicator_id != LEADING or remark.signal is not None]
    phrases = [wording.phrase(voice, remark) for remark in told[: wording.MOST_HEADLINES]]
    lines += [voice("headlines.differs", phrase=wording.sentence(phrase)) for phrase in phrases]
    is_silent = not remarks and any(wording.is_compared(rate) for rate in scope.rates.values())
    return [*lines, voice("headlines.nothing_stands_out")] if is_silent and not lines else lines


def _box(scope: Scope, name: str, indicator_id: str, panel: Panel | None, remarks: Sequence[str] = ()) -> Box:
    return Box(name, scope.voice(f"boxes.{name}"), finding(scope, indicator_id), panel, remarks)


def _rows(scope: Scope, indicator_ids: Sequence[str], figure_id: str) -> Panel | None:
    by_id = {row.indicator_id: row for row in scope.indicators}
    chosen = [by_id[indicator_id] for indicator_id in indicator_ids if indicator_id in by_id]
    return rates.rows_panel(scope, chosen, figure_id, is_brief=True) if chosen else None


def _missing(scope: Scope, indicator_id: str) -> list[str]:
    found = [indicator for indicator in scope.indicators if indicator.indicator_id == indicator_id]
    return [text for one in found for text in wording.missing(scope.voice, scope.rates[indicator_id], one)[:1]]


def _restated(scope: Scope) -> list[str]:
    """How many earlier figures read differently now, and one of them: the leading indicator's newest, if it is among them."""
    rows = data_quality.restatements(scope)
    if not rows or scope.clinic is None:
        return []
    example = max(rows, key=lambda row: (row.indicator_id == LEADING, row.month))
    words = data_quality.restated_words(scope, example)
    return [scope.voice("boxes.restated", count=len(rows), example=words)]


def _deliveries(scope: Scope) -> str:
    refused = missing_deliveries(scope)
    if not refused:
        return scope.voice("boxes.no_refusals")
    if scope.clinic is None:
        behind = {row.clinic_id: None for row in refused}
        names = [scope.edition.name_of(clinic_id) for clinic_id in behind]
        return scope.voice("boxes.refused_clinics", clinics=wording.joined(scope.voice, names))
    return scope.voice("figures.deliveries.missing", system=refused[0].source_system,
                       delivered_on=refused[0].delivered_on, reason=refused[0].reason)  # fmt: skip


def _refused_topics(scope: Scope) -> list[Topic]:
    clinic = scope.clinic
    key = "topics.refused" if clinic.data_through_on else "topics.refused_no_data"
    through = clinic.data_through_on or ""
    return [Topic(scope.voice(key, delivered_on=row.delivered_on, reason=row.reason, through=through), "deliveries") for row in missing_deliveries(scope)]


def _without_fold_outs(panel: Panel | None) -> Panel | None:
    return None if panel is None else replace(panel, title="", table=None, query="")
