"""The course of one indicator: months or quarters with the usual variation of this clinic, and what the newest point says."""

import datetime
import itertools
from collections.abc import Sequence

from reports import wording
from reports.charts import trend
from reports.release import Row
from reports.scope import Scope
from reports.views import Key, Panel, Table

FEWEST_POINTS = 4
MONTHS_OF = {"month": 1, "quarter": 3}


def trend_panel(scope: Scope, indicator: Row) -> Panel | None:
    """The course over time, with a clinic's usual variation; None where too few periods count ten."""
    voice = scope.voice
    points = scope.rows("trend", indicator_id=indicator.indicator_id)
    if len(points) < FEWEST_POINTS:
        return None
    first, last = points[0], points[-1]
    title = _trend_title(scope, points)
    description = voice("figures.trend.description", points=len(points), first_month=voice.month(first.month),
                        last_month=voice.month(last.month), first=voice.percent(first.rate),
                        last=voice.percent(last.rate))  # fmt: skip
    if last.lower_limit is not None:
        usual = voice.interval(max(last.lower_limit, 0), min(last.upper_limit, 1))
        description = f"{description} {voice('figures.trend.usual', interval=usual)}"
    figure_id = f"{indicator.indicator_id}-trend"
    network = scope.rates[indicator.indicator_id].network_rate
    drawing = trend.trend(
        title, description, _periods(points), _limits(points), network, MONTHS_OF[first.grain],
        (voice.short_month(first.month), voice.short_month(_last_month(last))), voice.percent,
    )  # fmt: skip
    return Panel(figure_id, title, drawing, table=_trend_table(scope, title, points))


def _trend_title(scope: Scope, points: Sequence[Row]) -> str:
    if scope.clinic is not None:
        return wording.sentence(wording.course(scope.voice, points[-1]))
    rates = [point.rate for point in points]
    return scope.voice("figures.trend.title_network", month=scope.voice.month(points[0].month),
                       lowest=scope.voice.percent(min(rates)), highest=scope.voice.percent(max(rates)))  # fmt: skip


def _periods(points: Sequence[Row]) -> list[trend.Period]:
    start = points[0].month
    return [trend.Period(_months_between(start, point.month), point.rate, point.is_special) for point in points]


def _limits(points: Sequence[Row]) -> list[trend.Limits]:
    """One level for each run of points with the same limits: they change when a chart is rebased."""
    start = points[0].month
    runs = itertools.groupby((point for point in points if point.mean is not None), key=_level)
    stretches = [(level, [_months_between(start, point.month) for point in run]) for level, run in runs]
    return [trend.Limits(months[0], months[-1], *level) for level, months in stretches]


def _level(point: Row) -> tuple[float, float | None, float | None]:
    return point.mean, point.lower_limit, point.upper_limit


def _months_between(first: datetime.date, last: datetime.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def legend(scope: Scope) -> list[Key]:
    """How to read a course."""
    if scope.clinic is None:
        return [Key("clinic", scope.voice("figures.trend.of_network"))]
    keys = [Key(name, scope.voice(f"figures.trend.{name}")) for name in ("band", "special")]
    return [*keys, Key("network-line", scope.voice("figures.trend.network"))]


def _trend_table(scope: Scope, caption: str, points: Sequence[Row]) -> Table:
    voice = scope.voice
    heads = ["period", "rate"]
    lines = [[_period_words(scope, point), voice.share(point.numerator, point.denominator)] for point in points]
    if any(point.is_special for point in points):
        heads.append("variation")
        for line, point in zip(lines, points, strict=True):
            line.append(voice(f"figures.trend.{'special' if point.is_special else 'inside'}"))
    return Table(caption, [voice(f"figures.trend.{head}") for head in heads], lines, numeric=(1,))


def _period_words(scope: Scope, point: Row) -> str:
    first = scope.voice.short_month(point.month)
    if point.grain == "month":
        return first
    return scope.voice("figures.trend.quarter", first=first, last=scope.voice.short_month(_last_month(point)))


def _last_month(point: Row) -> datetime.date:
    """The month that a period ends with. Quarters are those of the calendar."""
    last: datetime.date = point.month.replace(month=point.month.month + MONTHS_OF[point.grain] - 1)
    return last
