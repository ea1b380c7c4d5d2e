"""A course over time: a dot for each month or quarter, and the network's rate as a level to see it against."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from reports.charts.svg import Point, dot, frame, line, path, runs_of, stretched, text, top_of

HEIGHT = 176


def trend(
    figure_id: str,
    title: str,
    description: str,
    rates: Sequence[float | None],
    network: float | None,
    ends: tuple[str, str],
    write: Callable[[float], str],
) -> Markup:
    """`rates` in order of time, None where there is none; `ends` names the first and the last period."""
    top = top_of([*rates, network])

    def height(rate: float) -> float:
        return 100 - 100 * rate / top

    points: list[Point | None] = [
        None if rate is None else (100 * (place + 0.5) / len(rates), height(rate)) for place, rate in enumerate(rates)
    ]
    marks = [line(0, position, 100, position, "grid") for position in (0, 50, 100)]
    marks += [text(write(tick), 0, height(tick), anchor="end", dx=-8, dy=4) for tick in (0.0, top / 2, top)]
    if network is not None:
        marks.append(line(0, height(network), 100, height(network), "network"))
    marks.append(stretched(path(runs_of(points), "course")))
    marks += [dot(*point, class_="clinic", radius=3.5) for point in points if point is not None]
    marks += [text(ends[0], 0, 100, dy=20), text(ends[1], 100, 100, anchor="end", dy=20)]
    return frame(figure_id, title, description, HEIGHT, marks, "plot")
