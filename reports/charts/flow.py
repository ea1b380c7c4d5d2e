"""A flow of people through stages: a column of groups at each stage, and between them bands as wide as their people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from reports.charts.svg import frame, group, share, stretched, tag, text

HEIGHT = 360
COLUMN = 1.6
GAP = 2.5
FEWEST_LABELLED = 2.5


@dataclass(frozen=True)
class Stream:
    """People who went the same way: their group at each stage, and the CSS class of the band."""

    groups: tuple[str, ...]
    people: int
    shade: str


@dataclass(frozen=True)
class Span:
    """A stretch of a column, in percent of the height."""

    top: float
    height: float


def flow(title: str, description: str, streams: Sequence[Stream], heads: Sequence[str], labels: Mapping[str, str]) -> Markup:
    """`heads` names the stages; `labels` has the words of every group, in the order from top to bottom at its stage."""
    stages = len(streams[0].groups)
    order = {name: place for place, name in enumerate(labels)}
    unit = _height_of_a_person(streams, stages)
    columns = [_column(streams, stage, order, unit) for stage in range(stages)]
    across = [(100 - COLUMN) * stage / (stages - 1) for stage in range(stages)]
    bands = [_band([columns[stage][1][number] for stage in range(stages)], across, stream.shade) for number, stream in enumerate(streams)]
    marks: list[str] = [stretched(*bands)]
    for stage, (nodes, _) in enumerate(columns):
        rects = [tag("rect", x=share(across[stage]), y=share(node.top), width=share(COLUMN), height=share(node.height)) for node in nodes.values()]
        marks.append(group("nodes", rects))
        is_last = stage == stages - 1
        marks.append(text(heads[stage], across[stage] + COLUMN * is_last, 0, anchor="end" if is_last else None, dy=-8))
        marks += [_label(labels[name], node, across[stage], is_last) for name, node in nodes.items() if node.height >= FEWEST_LABELLED]
    return frame(title, description, HEIGHT, marks, "flow")


def _height_of_a_person(streams: Sequence[Stream], stages: int) -> float:
    """The same at every stage, so that bands keep their width."""
    most_groups = max(len({stream.groups[stage] for stream in streams}) for stage in range(stages))
    return (100 - GAP * (most_groups - 1)) / sum(stream.people for stream in streams)


def _column(streams: Sequence[Stream], stage: int, order: Mapping[str, int], unit: float) -> tuple[dict[str, Span], dict[int, Span]]:
    """Where each group stands at a stage, and where each stream passes through it."""
    passing = sorted(range(len(streams)), key=lambda number: [order[streams[number].groups[stage]], *(order[name] for name in streams[number].groups)])
    nodes: dict[str, Span] = {}
    slots: dict[int, Span] = {}
    top = 0.0
    for number in passing:
        name, height = streams[number].groups[stage], streams[number].people * unit
        if nodes and name not in nodes:
            top += GAP
        start = nodes[name].top if name in nodes else top
        slots[number] = Span(top, height)
        top += height
        nodes[name] = Span(start, top - start)
    return nodes, slots


def _band(slots: Sequence[Span], across: Sequence[float], shade: str) -> Markup:
    """One stream: its upper edge from left to right and its lower edge back."""
    upper = [(x, slot.top) for x, slot in zip(across, slots, strict=True)]
    lower = [(x, slot.top + slot.height) for x, slot in zip(across, slots, strict=True)]
    steps = [f"M{_pair(*upper[0])}", *(_bend(*step) for step in pairwise(upper)), f"L{_pair(*lower[-1])}"]
    steps += [_bend(*step) for step in pairwise(reversed(lower))]
    return tag("path", d="".join([*steps, "Z"]), class_=f"stream {shade}")


def _bend(start: tuple[float, float], end: tuple[float, float]) -> str:
    middle = (start[0] + end[0]) / 2
    return f"C{_pair(middle, start[1])} {_pair(middle, end[1])} {_pair(*end)}"


def _pair(x: float, y: float) -> str:
    return f"{x:.1f} {y:.1f}"


def _label(words: str, node: Span, x: float, is_last: bool) -> Markup:
    middle = node.top + node.height / 2
    return text(words, x if is_last else x + COLUMN, middle, anchor="end" if is_last else None, dx=-6 if is_last else 6, dy=4, class_="node")
