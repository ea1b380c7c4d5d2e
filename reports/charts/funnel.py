"""All clinics by number counted and rate, inside the limits of chance; one is marked, or the outer ones are named."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from reports.charts.svg import Point, dot, end_labels, frame, grid, group, line, path, scale_labels, specks, stretched, text

HEIGHT = 176
STEP = 0.1
ROOM = 0.06
LIMITS = {"limit-998": (0, 3), "limit-95": (1, 2), "limit-wide": (4, 5)}
"""Where a spot's `limits` has them: lower 99.8 %, lower and upper 95 %, upper 99.8 %, and both 95 % limits widened for differences beyond chance."""
NEAR_THE_EDGE = 70
MOST_CURVE_POINTS = 9
MOST_CIRCLES = 60
"""Beyond this many clinics all dots are one element: less round in print, but a tenth of the bytes."""


@dataclass(frozen=True)
class Spot:
    """One clinic: how many were counted, the rate, and the limits at that size, placed as in LIMITS."""

    denominator: int
    rate: float
    limits: Sequence[float | None]
    name: str = ""


@dataclass(frozen=True)
class Backdrop:
    """What the funnels of all clinics for one indicator share, drawn once."""

    marks: Markup
    narrowest: float
    widest: float
    low: float
    high: float

    def place(self, denominator: float, rate: float) -> Point:
        across = (denominator - self.narrowest) / (self.widest - self.narrowest)
        return 100 * across, 100 * (self.high - rate) / (self.high - self.low)


def backdrop(spots: Sequence[Spot], network: float, write: Callable[[float], str], ends: tuple[str, str]) -> Backdrop:
    """Limits, network line, axes and every clinic as a grey dot. `spots` in order of size; `ends` names the least and the most."""
    values = [network, *(spot.rate for spot in spots), *(limit for spot in spots for limit in spot.limits if limit is not None)]
    low = max(0.0, math.floor(min(values) / STEP + 1e-9) * STEP)
    # where every clinic has the same rate, and the limits with it, one step is shown
    high = min(1.0, max(math.ceil(max(values) / STEP - 1e-9) * STEP, low + STEP))
    low = min(low, high - STEP)
    least, most = spots[0].denominator, spots[-1].denominator
    room = max((most - least) * ROOM, 1)
    empty = Backdrop(Markup(""), least - room, most + room, low, high)
    level = empty.place(0, network)[1]
    ticks = (low, (low + high) / 2, high)
    marks = [scale_labels((write(tick), empty.place(0, tick)[1]) for tick in ticks), end_labels(*ends)]
    marks.append(line(0, level, 100, level, "network"))
    curves = [path([_curve(empty, spots, number) for number in pair], shade) for shade, pair in LIMITS.items()]
    marks.append(stretched(grid((0, 50, 100)), *curves))
    places = [empty.place(spot.denominator, spot.rate) for spot in spots]
    is_many = len(spots) > MOST_CIRCLES
    marks.append(stretched(specks(places, "others")) if is_many else group("others", [dot(*place, radius=3.5) for place in places]))
    return replace(empty, marks=Markup("").join(marks))


def funnel(title: str, description: str, behind: Backdrop, named: Iterable[Spot], *, is_marked: bool) -> Markup:
    """The backdrop with some clinics brought forward: the reader's own (marked, no name) or the outer ones by name."""
    marks: list[str] = [behind.marks]
    for spot in named:
        x, y = behind.place(spot.denominator, spot.rate)
        marks.append(dot(x, y, "clinic" if is_marked else "outer", 6 if is_marked else 4.5))
        if spot.name:
            is_right = x > NEAR_THE_EDGE
            marks.append(text(spot.name, x, y, anchor="end" if is_right else None, dx=-9 if is_right else 9, dy=4))
    return frame(title, description, HEIGHT, marks, "plot")


def _curve(scale: Backdrop, spots: Sequence[Spot], number: int) -> list[Point]:
    """A limit through the sizes that it is known for, at most so many of them as the eye can tell."""
    by_size = [(size, limit) for size, limit in {spot.denominator: spot.limits[number] for spot in spots}.items() if limit is not None]
    step = max(1, len(by_size) // MOST_CURVE_POINTS)
    return [scale.place(size, limit) for size, limit in [*by_size[:-1:step], *by_size[-1:]]]
