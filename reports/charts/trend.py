"""A course over time: a dot for each month or quarter, the usual variation as a band, and the points that fall out of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.charts.svg import Point, dot, end_labels, frame, grid, group, line, path, runs_of, scale_labels, share, stretched, tag, top_of

HEIGHT = 176


@dataclass(frozen=True)
class Period:
    """One point: how many months after the first it lies, its rate, and whether a rule for special causes fired."""

    month: int
    rate: float
    is_special: bool = False


@dataclass(frozen=True)
class Limits:
    """The level and the reach of the usual variation, from one month to another."""

    first: int
    last: int
    mean: float
    lower: float | None
    upper: float | None


def trend(
    title: str,
    description: str,
    periods: Sequence[Period],
    limits: Sequence[Limits],
    network: float | None,
    step: int,
    ends: tuple[str, str],
    write: Callable[[float], str],
) -> Markup:
    """`step` is how many months a period has; `ends` names the first and the last. A gap stays a gap."""
    months = periods[-1].month + step
    top = top_of([network, *(period.rate for period in periods), *(limit.upper for limit in limits)])

    def at(month: float) -> float:
        return 100 * (month + step / 2) / months

    def height(rate: float) -> float:
        return 100 - 100 * min(max(rate, 0), top) / top

    marks = [scale_labels((write(tick), height(tick)) for tick in (0.0, top / 2, top)), end_labels(*ends)]
    for limit in limits:
        start, end = at(limit.first - step / 2), at(limit.last + step / 2)
        if limit.lower is not None and limit.upper is not None:
            marks.append(_band(start, end, height(limit.upper), height(limit.lower)))
        marks.append(line(start, height(limit.mean), end, height(limit.mean), "mean"))
    if network is not None:
        marks.append(line(0, height(network), 100, height(network), "network"))
    points = {period.month: (at(period.month), height(period.rate)) for period in periods}
    every: list[Point | None] = [points.get(month) for month in range(0, months, step)]
    marks.append(stretched(grid((0, 50, 100)), path(runs_of(every), "course")))
    marks.append(group("clinic", [dot(*points[period.month], radius=3.5) for period in periods if not period.is_special]))
    marks += [_triangle(points[period.month]) for period in periods if period.is_special]
    return frame(title, description, HEIGHT, marks, "plot")


def _band(start: float, end: float, top: float, bottom: float) -> Markup:
    return tag("rect", x=share(start), y=share(top), width=share(end - start), height=share(bottom - top), class_="band")


def _triangle(point: Point) -> Markup:
    triangle = tag("path", d="M0 -7L6.5 4.5H-6.5Z", class_="special")
    return tag("svg", triangle, x=share(point[0]), y=share(point[1]), overflow="visible")
