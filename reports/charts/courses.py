"""Scores along the way: for each group of courses the median as a line and the middle half of the people as a band."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.charts.svg import Point, end_labels, frame, grid, path, scale_labels, stretched

HEIGHT = 240


@dataclass(frozen=True)
class Stage:
    """One measurement of a group."""

    number: int
    lower: float
    median: float
    upper: float


def courses(
    title: str,
    description: str,
    groups: Mapping[str, Sequence[Stage]],
    scale: tuple[float, float],
    ends: tuple[str, str],
    write: Callable[[float], str],
) -> Markup:
    """`groups` by their CSS class; `scale` is the questionnaire's least and greatest score, `ends` names first and last measurement."""
    low, high = scale
    last = max(stage.number for stages in groups.values() for stage in stages)

    def at(number: int, score: float) -> Point:
        return 100 * (number - 1) / max(last - 1, 1), 100 * (high - score) / (high - low)

    shapes = [grid((0, 100))]
    for shade, stages in groups.items():
        edge = [at(stage.number, stage.upper) for stage in stages] + [at(stage.number, stage.lower) for stage in reversed(stages)]
        shapes.append(path([edge], f"half {shade}"))
    shapes += [path([[at(stage.number, stage.median) for stage in stages]], f"median {shade}") for shade, stages in groups.items()]
    marks = [stretched(*shapes)]
    marks += [scale_labels((write(score), at(1, score)[1]) for score in (low, high)), end_labels(*ends)]
    return frame(title, description, HEIGHT, marks, "plot")
