"""Disclosure control: which counts of a published table must be hidden, and whether what is shown still gives one of them away.

Pure arithmetic on tables of counts. Which tables are published, and to whom, is decided in the dbt project. Small numbers after CMS and NHS
England, complementary suppression by rectangles, an audit by linear programming.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

Mask = NDArray[np.bool_]


def small_counts(counts: ArrayLike, limit: int) -> Mask:
    """Cells that hide themselves: 1 to `limit` people. Zero is shown."""
    counts = np.asarray(counts)
    small: Mask = (counts >= 1) & (counts <= limit)
    return small


def complementary(counts: ArrayLike, small: ArrayLike, unpublished: ArrayLike = False) -> Mask:
    """The small cells and the further ones that keep them from being worked out from the totals of rows and columns.

    For each small cell in row i and column j, the row r and column c are taken that hide the least: [i, c] + [r, j] + [r, c], where a cell that
    is hidden already, or never published, costs nothing. With all four hidden, no total gives any of them away. A zero protects nothing and is
    not taken. A cell without a rectangle (all others in its column are zero) is its column's total, which is then as small itself.
    """
    counts, small = np.asarray(counts), np.asarray(small, dtype=bool)
    hidden: Mask = small | np.asarray(unpublished, dtype=bool)
    for i, j in np.argwhere(small):
        costs = np.where(hidden, 0, np.where(counts > 0, counts, np.inf))
        rectangles = costs[i, :][None, :] + costs[:, j][:, None] + costs
        rectangles[i, :] = rectangles[:, j] = np.inf
        if np.isfinite(rectangles).any():
            r, c = np.unravel_index(np.argmin(rectangles), rectangles.shape)
            hidden[i, c] = hidden[r, j] = hidden[r, c] = True
    return hidden


def hidden_cells(cells: Sequence[Mapping[str, Any]], limit: int) -> list[dict[str, str]]:
    """The published cells to hide, of every table. A cell has table_id, clinic_id, part, people, is_published and is_whole_group."""
    hidden = []
    for table_id, group in groupby(sorted(cells, key=itemgetter("table_id")), key=itemgetter("table_id")):
        table = list(group)
        clinics = sorted({cell["clinic_id"] for cell in table})
        parts = sorted({cell["part"] for cell in table})
        place = {(cell["clinic_id"], cell["part"]): cell for cell in table}
        people, published, whole = (
            np.array([[place[clinic, part][column] for part in parts] for clinic in clinics]) for column in ("people", "is_published", "is_whole_group")
        )
        small = (small_counts(people, limit) | whole) & published
        marked = complementary(people, small, ~published) & published
        hidden += [{"table_id": table_id, "clinic_id": clinics[i], "part": parts[j]} for i, j in np.argwhere(marked)]
    return hidden


@dataclass(frozen=True)
class Statement:
    """Something published: a sum of counts, some of them perhaps subtracted, that lies between two values."""

    weights: Mapping[str, float]
    lowest: float
    highest: float


@dataclass(frozen=True)
class Leak:
    """A hidden count that the statements narrow to fewer values than they should: from `lowest` to `highest`."""

    name: str
    lowest: float
    highest: float


def possible_values(statements: Sequence[Statement], counts: Iterable[str]) -> dict[str, tuple[float, float]]:
    """The smallest and largest value that each count can have, given that no count is negative and that all statements are true."""
    names = sorted({name for statement in statements for name in statement.weights} | set(counts))
    column = {name: number for number, name in enumerate(names)}
    weights = np.zeros((len(statements), len(names)))
    for row, statement in enumerate(statements):
        for name, weight in statement.weights.items():
            weights[row, column[name]] = weight
    bounds = np.array([statement.highest for statement in statements] + [-statement.lowest for statement in statements])
    bounded = np.isfinite(bounds)
    limits, bounds = np.vstack([weights, -weights])[bounded], bounds[bounded]

    def extreme(name: str, sign: int) -> float:
        objective = np.zeros(len(names))
        objective[column[name]] = sign
        result = linprog(objective, A_ub=limits, b_ub=bounds, bounds=(0, None), method="highs")
        if result.status == 2:
            raise ValueError("the published figures contradict each other: no counts fit all of them")
        return float(sign * result.fun) if result.status == 0 else -sign * np.inf

    return {name: (extreme(name, 1), extreme(name, -1)) for name in counts}


def leaks(statements: Sequence[Statement], hidden: Iterable[str], width: float) -> list[Leak]:
    """The hidden counts whose possible values lie closer together than `width`. None: nothing that is published gives them away."""
    ranges = possible_values(statements, hidden)
    return [Leak(name, lowest, highest) for name, (lowest, highest) in ranges.items() if highest - lowest < width - 1e-6]


def rounded_between(shown: int, base: int, limit: int) -> tuple[float, float]:
    """The counts that are shown as `shown`: what a reader knows who knows the rules (to the nearest multiple of `base`, 1 to `limit` hidden)."""
    if shown == 0:
        return 0.0, 0.0
    return float(max(limit + 1, np.ceil(shown - base / 2))), float(np.ceil(shown + base / 2) - 1)
