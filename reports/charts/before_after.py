"""Before and after: each pair of scores as a dot, with the band in which a change may be measurement error, and the cut-off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.charts.svg import Point, dot, end_labels, frame, group, line, path, scale_labels, share, stretched, tag, text

HEIGHT = 320
SMALLEST = 3


@dataclass(frozen=True)
class Change:
    """One pair of scores: how many people have it, and what kind of change it is (`better`, `worse` or `neither`)."""

    first: float
    last: float
    people: int
    kind: str


@dataclass(frozen=True)
class Measure:
    """The scale of the questionnaire, its reliable change and where its clinical range begins."""

    minimum: float
    maximum: float
    reliable_change: float | None
    cutoff: float | None


def before_after(title: str, description: str, measure: Measure, changes: Sequence[Change], axes: tuple[str, str], write: Callable[[float], str]) -> Markup:
    """The first score to the right, the last one upwards. `axes` names both."""

    def at(first: float, last: float) -> Point:
        reach = measure.maximum - measure.minimum
        return 100 * (first - measure.minimum) / reach, 100 - 100 * (last - measure.minimum) / reach

    low, high = measure.minimum, measure.maximum
    shapes = [_band(measure, at), path([[at(low, low), at(high, high)]], "diagonal")]
    marks: list[str] = [stretched(*(shape for shape in shapes if shape))]
    if measure.cutoff is not None:
        x, y = at(measure.cutoff, measure.cutoff)
        marks += [line(x, 0, x, 100, "cutoff"), line(0, y, 100, y, "cutoff")]
    for shade, kind in (("unchanged", "neither"), ("better", "better")):
        marks.append(group(shade, [_dot(change, *at(change.first, change.last)) for change in changes if change.kind == kind]))
    marks += [_triangle(change, *at(change.first, change.last)) for change in changes if change.kind == "worse"]
    marks += [scale_labels((write(value), at(low, value)[1]) for value in (low, high)), end_labels(write(low), write(high))]
    marks += [text(axes[0], 50, 100, anchor="middle", dy=20), text(axes[1], 0, 0, dx=4, dy=-6)]
    return frame(title, description, HEIGHT, marks, "plot square")


def _band(measure: Measure, at: Callable[[float, float], Point]) -> Markup | None:
    """Where the last score differs from the first by less than the reliable change."""
    if measure.reliable_change is None:
        return None
    low, high, reach = measure.minimum, measure.maximum, measure.reliable_change
    corners = [(low, low), (low, low + reach), (high - reach, high), (high, high), (high, high - reach), (low + reach, low)]
    return path([[at(*corner) for corner in corners]], "band")


def _dot(change: Change, x: float, y: float) -> Markup:
    """A dot whose area grows with its people."""
    return dot(x, y, radius=SMALLEST * change.people**0.5)


def _triangle(change: Change, x: float, y: float) -> Markup:
    size = round(SMALLEST * 1.4 * change.people**0.5, 1)
    triangle = tag("path", d=f"M0 -{size}L{size} {size}H-{size}Z", class_="special")
    return tag("svg", triangle, x=share(x), y=share(y), overflow="visible")
