"""Dot and interval: one strip for each indicator, all on the scale of their group."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from reports.charts.svg import dot, frame, line, share, stretched, tag

HEIGHT = 28
MIDDLE = 50


@dataclass(frozen=True)
class Strip:
    """What one strip shows. A rate that is not shown leaves the strip empty."""

    rate: float | None
    lower: float | None
    upper: float | None
    network: float | None
    benchmarks: Sequence[float]
    is_grey: bool


def highest(strips: Sequence[Strip]) -> list[float | None]:
    """Every value that the scale of the group must hold."""
    return [value for strip in strips for value in (strip.upper, strip.network, *strip.benchmarks)]


def strip(title: str, description: str, values: Strip, top: float) -> Markup:
    """One strip on a scale from zero to `top`."""

    def at(value: float) -> float:
        return 100 * value / top

    marks: list[str] = [_backdrop()]
    if values.rate is not None and values.lower is not None and values.upper is not None:
        shade = " grey" if values.is_grey else ""
        marks.append(line(at(values.lower), MIDDLE, at(values.upper), MIDDLE, f"interval{shade}"))
    if values.network is not None:
        marks.append(line(at(values.network), 10, at(values.network), 90, "network"))
    marks += [_diamond(at(benchmark)) for benchmark in values.benchmarks]
    if values.rate is not None:
        marks.append(dot(at(values.rate), MIDDLE, "clinic grey" if values.is_grey else "clinic", 6))
    return frame(title, description, HEIGHT, marks, "strip")


@cache
def _backdrop() -> Markup:
    """What every strip has: quarters of the scale, and the line that marks stand on."""
    quarters = "".join(f"M{position} 0V100" for position in (0, 25, 50, 75, 100))
    return stretched(tag("path", d=f"{quarters}M0 {MIDDLE}H100", class_="grid"))


def _diamond(position: float) -> Markup:
    """A diamond of fixed size: a rotated square in a layer of its own, since a rotation cannot take percentages."""
    square = tag("rect", x=-4.5, y=-4.5, width=9, height=9, transform="rotate(45)", class_="benchmark")
    return tag("svg", square, x=share(position), y=share(MIDDLE), overflow="visible")
