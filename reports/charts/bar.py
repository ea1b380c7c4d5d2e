"""A whole cut into parts: one bar, each part as wide as its people, with their number inside where there is room."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.charts.svg import frame, share, tag, text

HEIGHT = 36
ROOM_FOR_A_NUMBER = 6


@dataclass(frozen=True)
class Part:
    """One part: its colour class, its people, and the number as the language writes it."""

    shade: str
    people: int
    number: str


def stacked_bar(title: str, description: str, parts: Sequence[Part]) -> Markup:
    total = sum(part.people for part in parts)
    marks, start = [], 0.0
    for part in parts:
        width = 100 * part.people / total
        marks.append(tag("rect", x=share(start), y=0, width=share(width), height=HEIGHT, class_=f"part-of {part.shade}"))
        if width >= ROOM_FOR_A_NUMBER:
            marks.append(text(part.number, start + width / 2, 50, anchor="middle", dy=5, class_=f"inside {part.shade}"))
        start += width
    return frame(title, description, HEIGHT, marks, "bar")
