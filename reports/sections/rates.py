"""Sections made of rates: the rows of a group on one scale, then each indicator with its course and its funnel."""

from collections.abc import Sequence

from reports import wording
from reports.charts import funnel, rows, trend
from reports.charts.svg import top_of
from reports.release import Row
from reports.scope import Edition, Scope
from reports.views import Finding, Key, Panel, Scale, Section, StripRow, Table

FEWEST_POINTS = 4
MOST_NAMED = 60


def section(scope: Scope, name: str, axes: Sequence[str], extra: Sequence[Finding] = ()) -> Section | None:
    """The section of some axes, with further findings at its end; None where the release has nothing of it."""
    indicators = [indicator for indicator in scope.indicators if indicator.axis in axes]
    findings = [*(_finding(scope, indicator) for indicator in indicators), *extra]
    if not findings:
        return None
    lead = scope.voice(f"sections.{name}.lead")
    panel = rows_panel(scope, indicators, f"{name}-rows") if indicators else None
    return Section(name, scope.voice(f"sections.{name}.title"), lead, panel, findings)


def rows_panel(scope: Scope, indicators: Sequence[Row], figure_id: str, *, is_brief: bool = False) -> Panel:
    """Dot and interval for each indicator, on one scale. Brief, it has neither legend nor fold-outs."""
    voice = scope.voice
    strips = [_strip(scope, indicator) for indicator in indicators]
    top = top_of(rows.highest(strips))
    lines = [_row(scope, indicator, strip, top, figure_id) for indicator, strip in zip(indicators, strips, strict=True)]
    scale = Scale([voice.percent(0), voice.percent(top / 2), voice.percent(top)])
    title = voice("figures.rows.title", month=voice.month(scope.edition.month))
    if is_brief:
        return Panel(figure_id, "", rows=lines, scale=scale)
    return Panel(
        figure_id,
        title,
        rows=lines,
        scale=scale,
        legend=_rows_legend(scope, strips),
        table=_rows_table(scope, indicators, title),
        query=scope.sql("rates", [indicator.indicator_id for indicator in indicators]),
    )


def trend_panel(scope: Scope, indicator: Row) -> Panel | None:
    """The course over two years; None where too few periods count ten."""
    voice = scope.voice
    points = scope.rows("trend", indicator_id=indicator.indicator_id)
    known = [point.rate for point in points if point.rate is not None]
    if len(known) < FEWEST_POINTS:
        return None
    kind = "months" if points[0].months_a_point == 1 else "quarters"
    title = voice(
        f"figures.trend.title_{kind}",
        month=voice.month(points[0].from_month),
        lowest=voice.percent(min(known)),
        highest=voice.percent(max(known)),
    )
    description = voice(
        "figures.trend.description", points=len(known), first=voice.percent(known[0]), last=voice.percent(known[-1])
    )
    network = scope.rates[indicator.indicator_id].network_rate
    figure_id = f"{indicator.indicator_id}-trend"
    drawing = trend.trend(
        figure_id,
        title,
        description,
        [point.rate for point in points],
        network,
        (voice.short_month(points[0].from_month), voice.short_month(points[-1].to_month)),
        voice.percent,
    )
    legend = [] if network is None else [Key("network-line", voice("figures.trend.network"))]
    return Panel(
        figure_id,
        title,
        drawing,
        legend=legend,
        table=_trend_table(scope, title, points),
        query=scope.sql("trend", [indicator.indicator_id]),
    )


def funnel_panel(scope: Scope, indicator: Row) -> Panel | None:
    """All clinics of the network; in a clinic's report only the clinic itself can be told apart."""
    spots = scope.facts.rows("funnel", indicator_id=indicator.indicator_id)
    if len(spots) < 2:
        return None
    return _network_funnel(scope, indicator, spots) if scope.clinic is None else _clinic_funnel(scope, indicator, spots)


def _finding(scope: Scope, indicator: Row) -> Finding:
    rate = scope.rates[indicator.indicator_id]
    panels = [trend_panel(scope, indicator), funnel_panel(scope, indicator)] if rate.state == "shown" else []
    return Finding(
        indicator.indicator_id,
        wording.headline(scope.voice, indicator, rate),
        [*wording.uncertainty(scope.voice, rate, indicator), *_published(scope, indicator)],
        panels=[panel for panel in panels if panel is not None],
        small_print=_definition(scope, indicator),
    )


def _published(scope: Scope, indicator: Row) -> list[str]:
    figures = [_benchmark_words(scope, benchmark) for benchmark in _benchmarks(scope, indicator)]
    return [scope.voice("findings.published", figures="; ".join(figures))] if figures else []


def _definition(scope: Scope, indicator: Row) -> list[str]:
    voice = scope.voice
    lines = [
        voice(
            "figures.definition", numerator=indicator.numerator_definition, denominator=indicator.denominator_definition
        )
    ]
    if indicator.exclusions:
        lines.append(voice("figures.exclusions", exclusions=indicator.exclusions))
    if indicator.source:
        lines.append(
            voice("figures.source" if indicator.is_verified else "figures.source_unverified", source=indicator.source)
        )
    return lines


def _strip(scope: Scope, indicator: Row) -> rows.Strip:
    rate = scope.rates[indicator.indicator_id]
    benchmarks = [benchmark.rate for benchmark in _benchmarks(scope, indicator)]
    if rate.state != "shown":
        return rows.Strip(None, None, None, rate.network_rate, benchmarks, is_grey=False)
    return rows.Strip(rate.rate, rate.lower, rate.upper, rate.network_rate, benchmarks, wording.is_grey(rate))


def _row(scope: Scope, indicator: Row, values: rows.Strip, top: float, figure_id: str) -> StripRow:
    voice = scope.voice
    rate = scope.rates[indicator.indicator_id]
    label = wording.label(voice, indicator)
    is_shown = rate.state == "shown"
    value = voice.share(rate.numerator, rate.denominator) if is_shown else ""
    parts = []
    if is_shown:
        parts.append(
            voice(
                "figures.rows.strip", percent=voice.percent(rate.rate), interval=voice.interval(rate.lower, rate.upper)
            )
        )
    if rate.network_rate is not None:
        parts.append(voice("figures.rows.strip_network", percent=voice.percent(rate.network_rate)))
    parts += [
        voice("figures.rows.strip_benchmark", label=benchmark.label, percent=voice.percent(benchmark.rate))
        for benchmark in _benchmarks(scope, indicator)
    ]
    comparison = "" if is_shown and rate.comparison == "not_compared" else wording.comparison(voice, rate)
    title = voice("figures.rows.strip_title", label=label, value=value or comparison)
    return StripRow(
        label,
        indicator.indicator_id,
        voice(f"directions.{indicator.direction}"),
        value,
        voice.interval(rate.lower, rate.upper) if is_shown else "",
        comparison,
        wording.is_grey(rate) or not is_shown,
        wording.is_attention(rate, indicator),
        rows.strip(f"{figure_id}-{indicator.indicator_id}", title, " ".join(parts), values, top),
    )


def _rows_legend(scope: Scope, strips: Sequence[rows.Strip]) -> list[Key]:
    voice = scope.voice
    if scope.clinic is None:
        keys = [Key("clinic", voice("figures.rows.legend_network_rate"))]
    else:
        keys = [
            Key("clinic", voice("figures.rows.legend_clinic")),
            Key("network", voice("figures.rows.legend_network")),
        ]
    if any(strip.is_grey for strip in strips):
        keys.insert(1, Key("grey", voice("figures.rows.legend_grey")))
    if any(strip.benchmarks for strip in strips):
        keys.append(Key("benchmark", voice("figures.rows.legend_benchmark")))
    return keys


def _rows_table(scope: Scope, indicators: Sequence[Row], caption: str) -> Table:
    voice = scope.voice
    heads = ["indicator", "counted", "rate", "interval_column", "network_column", "comparison", "benchmark"]
    lines = []
    for indicator in indicators:
        rate = scope.rates[indicator.indicator_id]
        is_shown = rate.state == "shown"
        lines.append(
            [
                wording.label(voice, indicator),
                voice("formats.part", numerator=rate.numerator, denominator=rate.denominator)
                if is_shown
                else voice("formats.none"),
                voice.percent(rate.rate) if is_shown else voice("formats.none"),
                voice.interval(rate.lower, rate.upper) if is_shown else voice("formats.none"),
                voice("formats.none") if rate.network_rate is None else voice.percent(rate.network_rate),
                wording.comparison(voice, rate),
                "; ".join(_benchmark_words(scope, benchmark) for benchmark in _benchmarks(scope, indicator))
                or voice("formats.none"),
            ]
        )
    return Table(caption, [voice(f"figures.rows.{head}") for head in heads], lines, numeric=(1, 2, 3, 4))


def _benchmarks(scope: Scope, indicator: Row) -> Sequence[Row]:
    return scope.facts.rows("published_benchmarks", indicator_id=indicator.indicator_id)


def _benchmark_words(scope: Scope, benchmark: Row) -> str:
    key = "figures.rows.published" if benchmark.is_verified else "figures.rows.published_unverified"
    return scope.voice(
        key,
        percent=scope.voice.percent(benchmark.rate),
        label=benchmark.label,
        period=benchmark.period,
        source=benchmark.source,
    )


def _trend_table(scope: Scope, caption: str, points: Sequence[Row]) -> Table:
    voice = scope.voice
    lines = []
    for point in points:
        period = voice.short_month(point.from_month)
        if point.from_month != point.to_month:
            period = voice("figures.trend.quarter", first=period, last=voice.short_month(point.to_month))
        if point.rate is None:
            lines.append([period, voice("formats.none"), voice("figures.trend.too_few")])
        else:
            counted = voice("formats.part", numerator=point.numerator, denominator=point.denominator)
            lines.append([period, counted, voice.percent(point.rate)])
    heads = [voice(f"figures.trend.{head}") for head in ("period", "counted", "rate")]
    return Table(caption, heads, lines, numeric=(1, 2))


def _clinic_funnel(scope: Scope, indicator: Row, spots: Sequence[Row]) -> Panel | None:
    voice = scope.voice
    own = next((spot for spot in spots if scope.clinic is not None and spot.clinic_id == scope.clinic.clinic_id), None)
    if own is None:
        return None
    figure_id = f"{indicator.indicator_id}-funnel"
    title = voice(f"figures.funnel.title_{own.comparison}")
    limits = voice.interval(own.funnel_lower_95, own.funnel_upper_95)
    share = voice.share(own.numerator, own.denominator)
    description = " ".join(
        [
            voice("figures.funnel.description", clinics=len(spots), network=voice.percent(own.network_rate)),
            voice("figures.funnel.description_clinic", share=share, interval=limits),
        ]
    )
    inside = [spot for spot in spots if spot is not own and spot.funnel_lower_95 <= spot.rate <= spot.funnel_upper_95]
    table = Table(
        f"{title}. {voice('figures.funnel.summary')}",
        [voice(f"figures.funnel.{head}") for head in ("clinic", "counted", "rate", "limits")],
        [
            [
                voice("figures.funnel.this_clinic"),
                voice("formats.part", numerator=own.numerator, denominator=own.denominator),
                voice.percent(own.rate),
                limits,
            ],
            [voice("figures.funnel.others_inside", count=len(inside)), *[voice("formats.none")] * 3],
            [voice("figures.funnel.others_outside", count=len(spots) - 1 - len(inside)), *[voice("formats.none")] * 3],
        ],
        numeric=(1, 2, 3),
    )
    drawing = funnel.funnel(
        figure_id, title, description, _backdrop(scope.edition, indicator, spots), [_spot(own)], is_marked=True
    )
    return Panel(
        figure_id,
        title,
        drawing,
        legend=_funnel_legend(scope),
        table=table,
        query=scope.facts.sql("funnel", indicators=[indicator.indicator_id]),
    )


def _network_funnel(scope: Scope, indicator: Row, spots: Sequence[Row]) -> Panel:
    voice = scope.voice
    names = {clinic.clinic_id: clinic.name for clinic in scope.edition.clinics}
    outer = [spot for spot in spots if not spot.funnel_lower_95 <= spot.rate <= spot.funnel_upper_95]
    listed = spots if len(spots) <= MOST_NAMED else outer
    figure_id = f"{indicator.indicator_id}-funnel"
    title = voice("figures.funnel.title_network", count=len(outer))
    description = voice("figures.funnel.description", clinics=len(spots), network=voice.percent(spots[0].network_rate))
    lines = [
        [
            names[spot.clinic_id],
            voice("formats.part", numerator=spot.numerator, denominator=spot.denominator),
            voice.percent(spot.rate),
            voice.interval(spot.funnel_lower_95, spot.funnel_upper_95),
            voice(f"comparisons.{spot.comparison}"),
        ]
        for spot in sorted(listed, key=lambda spot: names[spot.clinic_id])
    ]
    table = Table(
        title,
        [voice(f"figures.funnel.{head}") for head in ("clinic", "counted", "rate", "limits", "comparison")],
        lines,
        numeric=(1, 2, 3),
    )
    drawing = funnel.funnel(
        figure_id,
        title,
        description,
        _backdrop(scope.edition, indicator, spots),
        [_spot(spot, names[spot.clinic_id]) for spot in outer],
        is_marked=False,
    )
    return Panel(
        figure_id,
        title,
        drawing,
        legend=_funnel_legend(scope),
        table=table,
        query=scope.facts.sql("funnel", indicators=[indicator.indicator_id]),
    )


def _funnel_legend(scope: Scope) -> list[Key]:
    voice = scope.voice
    keys = [
        Key("others", voice("figures.funnel.other_clinics")),
        Key("limit-95", voice("figures.funnel.limits_95")),
        Key("limit-998", voice("figures.funnel.limits_998")),
        Key("network-line", voice("figures.rows.legend_network")),
    ]
    return [Key("clinic", voice("figures.funnel.this_clinic")), *keys] if scope.clinic is not None else keys


def _backdrop(edition: Edition, indicator: Row, spots: Sequence[Row]) -> funnel.Backdrop:
    if indicator.indicator_id not in edition.backdrops:
        edition.backdrops[indicator.indicator_id] = funnel.backdrop(
            [_spot(spot) for spot in spots],
            spots[0].network_rate,
            edition.voice.percent,
            edition.voice("figures.funnel.axis", count=spots[-1].denominator),
        )
    return edition.backdrops[indicator.indicator_id]


def _spot(row: Row, name: str = "") -> funnel.Spot:
    limits = (row.funnel_lower_998, row.funnel_lower_95, row.funnel_upper_95, row.funnel_upper_998)
    return funnel.Spot(row.denominator, row.rate, limits, name)
