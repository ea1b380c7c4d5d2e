"""What every chart is made of: escaped elements, a frame with title and description, positions in percent.

Positions are percentages of the frame and text keeps its size, so that one drawing fits phone, desktop and paper.
Curves go through `stretched`, a layer whose unit square is pulled to the frame's size while its strokes are not."""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from markupsafe import Markup, escape

Point = tuple[float, float]
SPECK = 2
"""Dots closer than this, in percent, are one."""
TOPS = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


def tag(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """One element, all escaped; the attributes `class_` and `aria_label` become `class` and `aria-label`."""
    written = "".join([f' {_attribute(name)}="{_value(value)}"' for name, value in attributes.items() if value is not None])
    content = "".join([child if isinstance(child, Markup) else escape(child) for child in children])
    return _markup(f"<{name}{written}>{content}</{name}>" if children else f"<{name}{written}/>")


def frame(title: str, description: str, height: int, children: Iterable[str], kind: str) -> Markup:
    """The outer element: as wide as the text, `height` pixels high, read out by its title and description."""
    return tag("svg", tag("title", title), tag("desc", description), *children, class_=f"chart {kind}", role="img", height=height)


def stretched(*children: str) -> Markup:
    return tag("svg", *children, viewBox="0 0 100 100", preserveAspectRatio="none", width="100%", height="100%")


def line(x1: float, y1: float, x2: float, y2: float, class_: str | None = None) -> Markup:
    return _markup(f'<line x1="{share(x1)}" y1="{share(y1)}" x2="{share(x2)}" y2="{share(y2)}"{_class(class_)}/>')


def grid(positions: Iterable[float]) -> Markup:
    """Level lines, for `stretched`."""
    return tag("path", d="".join(f"M0 {_number(position)}H100" for position in positions), class_="grid")


def dot(x: float, y: float, class_: str | None = None, radius: float = 4) -> Markup:
    return _markup(f'<circle cx="{share(x)}" cy="{share(y)}" r="{_number(radius)}"{_class(class_)}/>')


def group(class_: str, children: Iterable[str]) -> Markup:
    return tag("g", *children, class_=class_)


def text(words: str, x: float, y: float, *, anchor: str | None = None, dx: float = 0, dy: float = 0, class_: str | None = None) -> Markup:
    return tag("text", words, x=share(x), y=share(y), dx=dx or None, dy=dy or None, text_anchor=anchor, class_=class_)


def scale_labels(labels: Iterable[tuple[str, float]]) -> Markup:
    """Words beside the vertical scale, each at its height in percent; the style sheet moves them out of the frame."""
    return group("scale-y", [text(words, 0, height) for words, height in labels])


def end_labels(first: str, last: str) -> Markup:
    """Words under both ends of the horizontal scale."""
    return group("scale-x", [text(first, 0, 100), text(last, 100, 100, anchor="end")])


def path(runs: Iterable[Sequence[Point]], class_: str) -> Markup:
    """A curve through points in percent, for `stretched`; each run of points is drawn on its own."""
    steps = []
    for run in runs:
        steps += [f"{'L' if place else 'M'}{_number(x)} {_number(y)}" for place, (x, y) in enumerate(run)]
    return tag("path", d="".join(steps), class_=class_)


def specks(points: Iterable[Point], class_: str) -> Markup:
    """Many equal dots as one element: a stroke with round ends, of no length for one dot and from dot to dot where they touch."""
    places = sorted({(round(y / SPECK), round(x / SPECK)) for x, y in points})
    steps, start = [], 0
    for number, (row, column) in enumerate(places):
        if number + 1 == len(places) or places[number + 1] != (row, column + 1):
            steps.append(f"M{places[start][1] * SPECK} {row * SPECK}h{(column - places[start][1]) * SPECK}")
            start = number + 1
    return tag("path", d="".join(steps), class_=class_)


def top_of(values: Iterable[float | None]) -> float:
    """The end of a scale from zero that holds all values; its half is a whole share in percent."""
    highest = max((value for value in values if value is not None), default=1.0)
    return next((top for top in TOPS if highest <= top), 1.0)


def runs_of(points: Iterable[Point | None]) -> list[list[Point]]:
    """Points split where one is missing."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def share(value: float) -> str:
    """A length in percent. Zero needs no unit."""
    return f"{_number(value)}%" if value else "0"


@cache
def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _value(value: str | float) -> str:
    return _escaped(value) if isinstance(value, str) else _number(value)


@lru_cache(maxsize=4096)
def _escaped(text: str) -> str:
    """Kept: classes and places are the same few over and over."""
    return str(escape(text))


def _class(name: str | None) -> str:
    return f' class="{name}"' if name else ""


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _markup(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - whatever comes from outside has been escaped where it was put in
