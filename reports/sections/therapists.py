"""Therapists of one clinic beside the clinic as a whole: in this clinic's report only, from 25 people, in no order of merit."""

from collections.abc import Sequence

from reports import wording
from reports.charts import rows
from reports.charts.svg import top_of
from reports.release import Row
from reports.scope import Scope
from reports.views import Finding, Key, Panel, Scale, Section, StripRow, Table


def section(scope: Scope) -> Section | None:
    """None in the network's report, under the external profile, and where there is nobody beside whom to see a therapist."""
    if scope.clinic is None or not scope.facts.has("therapists"):
        return None
    rates = scope.own_rows("therapists")
    if len({rate.code for rate in rates}) < 2:
        return None
    findings = [_finding(scope, indicator, [rate for rate in rates if rate.indicator_id == indicator.indicator_id]) for indicator in scope.indicators]
    title, lead = scope.voice("sections.therapists.title"), scope.voice("sections.therapists.lead")
    return Section("therapists", title, lead, findings=[finding for finding in findings if finding is not None])


def _finding(scope: Scope, indicator: Row, rates: Sequence[Row]) -> Finding | None:
    if not rates:
        return None
    voice, label = scope.voice, wording.label(scope.voice, indicator)
    shown = [rate for rate in rates if wording.is_shown(rate)]
    few, hidden = (sum(rate.state == state for rate in rates) for state in ("too_few", "suppressed"))
    differing = sum(rate.comparison in wording.CLEARLY for rate in shown)
    anchor = f"therapists_{indicator.indicator_id}"
    sentences = [voice(f"figures.therapists.{key}", count=count) for key, count in (("few", few), ("hidden", hidden)) if count]
    if not shown:
        return Finding(anchor, voice("figures.therapists.none_shown", label=label), sentences, is_folded=True)
    heading = voice("figures.therapists.finding" if differing else "figures.therapists.none_differs", label=label, count=differing)
    note = voice("figures.therapists.note", percent=voice.percent(shown[0].clinic_rate))
    panels = [_panel(scope, heading, indicator, shown)]
    return Finding(anchor, heading, [note, *sentences], panels=panels, small_print=[voice("figures.therapists.codes")], is_folded=not differing)


def _panel(scope: Scope, title: str, indicator: Row, shown: Sequence[Row]) -> Panel:
    voice = scope.voice
    strips = [rows.Strip(rate.rate, rate.lower, rate.upper, rate.clinic_rate, [], wording.is_grey(rate)) for rate in shown]
    top = top_of(rows.highest(strips))
    lines = [_row(scope, rate, strip, top) for rate, strip in zip(shown, strips, strict=True)]
    heads = [voice("figures.therapists.therapist"), *(voice(f"figures.rows.{head}") for head in ("counted", "rate", "interval_column", "comparison"))]
    table = Table(title, heads, [_table_line(scope, rate) for rate in shown], numeric=(1, 2, 3))
    return Panel(
        f"therapists-{indicator.indicator_id}-rows", title, rows=lines, scale=Scale([voice.percent(0), voice.percent(top / 2), voice.percent(top)]),
        legend=[Key("clinic", voice("figures.therapists.legend_therapist")), Key("network", voice("figures.therapists.legend_clinic"))],
        table=table, query=scope.facts.sql("therapists", clinic_id=scope.clinic.clinic_id),
    )  # fmt: skip


def _row(scope: Scope, rate: Row, strip: rows.Strip, top: float) -> StripRow:
    voice = scope.voice
    label, words = voice("figures.therapists.label", code=rate.code), wording.comparison(voice, rate, wording.BESIDE_CLINIC)
    value, interval = voice.share(rate.numerator, rate.denominator), voice.interval(rate.lower, rate.upper)
    description = voice("figures.rows.strip", percent=voice.percent(rate.rate), interval=interval)
    drawing = rows.strip(voice("figures.rows.strip_title", label=label, value=value), description, strip, top)
    return StripRow(label, value, words, drawing, interval=interval, is_grey=wording.is_grey(rate))


def _table_line(scope: Scope, rate: Row) -> list[str]:
    voice = scope.voice
    counted = voice("formats.part", numerator=rate.numerator, denominator=rate.denominator)
    words = wording.comparison(voice, rate, wording.BESIDE_CLINIC)
    return [rate.code, counted, voice.percent(rate.rate), voice.interval(rate.lower, rate.upper), words]
