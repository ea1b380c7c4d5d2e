"""Sections made of rates: the rows of a group on one scale, then each indicator with its course and its funnel."""

from collections.abc import Sequence

from reports import wording
from reports.charts import rows
from reports.charts.svg import top_of
from reports.release import Row
from reports.scope import Scope
from reports.sections import courses_over_time, funnels
from reports.views import Finding, Key, Legend, Panel, Scale, Section, StripRow, Table

PLACE_OF_AXIS = {
    "outcome": "outcomes",
    "worsening": "courses",
    "goals": "goals",
    "ending": "endings",
    "consultation": "consultations",
    "alliance": "alliance",
    "attendance": "attendance",
    "involvement": "attendance",
    "data_quality": "data_quality",
}
PLACES = {
    "reliable_deterioration": "outcomes",
    "life_improvement": "life",
    "life_deterioration": "life",
    "improved_after_short_worsening": "courses",
}
"""Success and failure on one axis are read together, whatever the catalogue's axis is called."""
FIRST = ("reliable_improvement", "recovery", "reliable_deterioration", "no_reliable_change", "goal_attainment", "unplanned_ending", "paired_scores")
"""What page one shows, and so what is always open below."""


def section(scope: Scope, name: str, further: Sequence[Finding | None] = ()) -> Section | None:
    """One section with its indicators, and further findings at its end; None where the release has nothing of it."""
    indicators = [indicator for indicator in scope.indicators if place_of(indicator) == name]
    findings = [*(_finding(scope, indicator) for indicator in indicators), *(one for one in further if one is not None)]
    if not findings:
        return None
    title, lead = scope.voice(f"sections.{name}.title"), scope.voice(f"sections.{name}.lead")
    if not indicators:
        return Section(name, title, lead, findings=findings)
    return Section(name, title, lead, rows_panel(scope, indicators, f"{name}-rows"), _reading_aids(scope, indicators), findings)


def place_of(indicator: Row) -> str:
    """The section that an indicator is read in: by its axis, where it has no place of its own."""
    return PLACES.get(indicator.indicator_id) or PLACE_OF_AXIS.get(indicator.axis, "further")


def rows_panel(scope: Scope, indicators: Sequence[Row], figure_id: str, *, is_brief: bool = False) -> Panel:
    """Dot and interval for each indicator, on one scale. Brief, it has neither legend nor fold-outs."""
    voice = scope.voice
    strips = [_strip(scope, indicator) for indicator in indicators]
    top = top_of(rows.highest(strips))
    lines = [_row(scope, indicator, strip, top) for indicator, strip in zip(indicators, strips, strict=True)]
    scale = Scale([voice.percent(0), voice.percent(top / 2), voice.percent(top)])
    if is_brief:
        return Panel(figure_id, "", rows=lines, scale=scale)
    title = voice("figures.rows.title", month=voice.month(scope.edition.month))
    query = scope.sql("rates", [indicator.indicator_id for indicator in indicators])
    legend, table = _legend(scope, strips), _table(scope, indicators, title)
    return Panel(figure_id, title, rows=lines, scale=scale, legend=legend, table=table, query=query)


def _finding(scope: Scope, indicator: Row) -> Finding:
    rate = scope.rates[indicator.indicator_id]
    panels = [courses_over_time.trend_panel(scope, indicator), funnels.funnel_panel(scope, indicator)] if wording.is_shown(rate) else []
    return Finding(
        indicator.indicator_id,
        wording.headline(scope.voice, indicator, rate),
        [*wording.uncertainty(scope.voice, rate, indicator), *_published(scope, indicator), *_assurance(scope, indicator)],
        panels=[panel for panel in panels if panel is not None],
        small_print=_definition(scope, indicator),
        is_folded=indicator.indicator_id not in FIRST and not wording.is_remarkable(rate, scope.signals.get(indicator.indicator_id)),
    )


def _definition(scope: Scope, indicator: Row) -> list[str]:
    voice = scope.voice
    counted, of = indicator.numerator_definition, indicator.denominator_definition
    lines = [voice("figures.definition", numerator=counted, denominator=of)]
    if indicator.exclusions and indicator.exclusions != "none":
        lines.append(voice("figures.exclusions", exclusions=indicator.exclusions))
    return [*lines, voice("figures.source" if indicator.is_verified else "figures.source_unverified", source=indicator.source)]


def _strip(scope: Scope, indicator: Row) -> rows.Strip:
    rate = scope.rates[indicator.indicator_id]
    benchmarks = [benchmark.rate for benchmark in _benchmarks(scope, indicator) if benchmark.kind == "observed"]
    if not wording.is_shown(rate):
        return rows.Strip(None, None, None, rate.network_rate, benchmarks, is_grey=False)
    return rows.Strip(rate.rate, rate.lower, rate.upper, rate.network_rate, benchmarks, wording.is_grey(rate))


def _row(scope: Scope, indicator: Row, values: rows.Strip, top: float) -> StripRow:
    voice = scope.voice
    rate = scope.rates[indicator.indicator_id]
    label, comparison = wording.label(voice, indicator), wording.comparison(voice, rate)
    value = voice.share(rate.numerator, rate.denominator) if wording.is_shown(rate) else ""
    title = voice("figures.rows.strip_title", label=label, value=value or comparison)
    drawing = rows.strip(title, " ".join(_strip_words(scope, indicator, rate)), values, top)
    return StripRow(
        label=label,
        anchor=indicator.indicator_id,
        direction=voice(f"directions.{indicator.direction}"),
        value=value,
        interval=voice.interval(rate.lower, rate.upper) if wording.is_shown(rate) else "",
        comparison=wording.verdict(voice, rate),
        is_grey=wording.is_grey(rate) or not wording.is_shown(rate),
        is_attention=wording.is_attention(rate, indicator),
        strip=drawing,
    )


def _strip_words(scope: Scope, indicator: Row, rate: Row) -> list[str]:
    """What a strip shows, for those who hear it."""
    voice = scope.voice
    words = []
    if wording.is_shown(rate):
        interval = voice.interval(rate.lower, rate.upper)
        words.append(voice("figures.rows.strip", percent=voice.percent(rate.rate), interval=interval))
    if rate.network_rate is not None:
        words.append(voice("figures.rows.strip_network", percent=voice.percent(rate.network_rate)))
    return words + [f"{_benchmark_words(scope, benchmark)}." for benchmark in _benchmarks(scope, indicator)]


def _legend(scope: Scope, strips: Sequence[rows.Strip]) -> list[Key]:
    voice = scope.voice
    keys = [Key("clinic", voice(f"figures.rows.legend_{'network_rate' if scope.clinic is None else 'clinic'}"))]
    if any(strip.is_grey for strip in strips):
        keys.append(Key("grey", voice("figures.rows.legend_grey")))
    if scope.clinic is not None:
        keys.append(Key("network", voice("figures.rows.legend_network")))
    if any(strip.benchmarks for strip in strips):
        keys.append(Key("benchmark", voice("figures.rows.legend_benchmark")))
    return keys


def _reading_aids(scope: Scope, indicators: Sequence[Row]) -> list[Legend]:
    """How to read the courses and funnels of a section, and the query behind each kind, once for all of them."""
    names = [indicator.indicator_id for indicator in indicators]
    return [
        Legend(scope.voice("figures.trend.key"), courses_over_time.legend(scope), scope.sql("trend", names)),
        Legend(scope.voice("figures.funnel.key"), funnels.legend(scope), scope.facts.sql("funnel", indicators=names)),
    ]


def _table(scope: Scope, indicators: Sequence[Row], caption: str) -> Table:
    heads = ("indicator", "counted", "rate", "interval_column", "network_column", "comparison", "benchmark")
    lines = [_table_line(scope, indicator, scope.rates[indicator.indicator_id]) for indicator in indicators]
    return Table(caption, [scope.voice(f"figures.rows.{head}") for head in heads], lines, numeric=(1, 2, 3, 4))


def _table_line(scope: Scope, indicator: Row, rate: Row) -> list[str]:
    voice = scope.voice
    none = voice("formats.none")
    figures = [none] * 3
    if wording.is_shown(rate):
        counted = voice("formats.part", numerator=rate.numerator, denominator=rate.denominator)
        figures = [counted, voice.percent(rate.rate), voice.interval(rate.lower, rate.upper)]
    network = none if rate.network_rate is None else voice.percent(rate.network_rate)
    published = "; ".join(_benchmark_words(scope, benchmark) for benchmark in _benchmarks(scope, indicator))
    return [wording.label(voice, indicator), *figures, network, wording.comparison(voice, rate) or none, published or none]


def _published(scope: Scope, indicator: Row) -> list[str]:
    figures = "; ".join(_benchmark_words(scope, benchmark) for benchmark in _benchmarks(scope, indicator))
    return [scope.voice("findings.published", figures=figures)] if figures else []


def _assurance(scope: Scope, indicator: Row) -> list[str]:
    points = scope.rows("trend", indicator_id=indicator.indicator_id)
    return wording.assurance(scope.voice, points[-1]) if points else []


def _benchmarks(scope: Scope, indicator: Row) -> Sequence[Row]:
    return scope.facts.rows("published_benchmarks", indicator_id=indicator.indicator_id)


def _benchmark_words(scope: Scope, benchmark: Row) -> str:
    voice = scope.voice
    key = f"figures.rows.{benchmark.kind}{'' if benchmark.is_verified else '_unverified'}"
    return voice(key, percent=voice.percent(benchmark.rate), label=benchmark.label, period=voice.period(benchmark.period))
