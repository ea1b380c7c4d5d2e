"""Filled-in questionnaires: for each measure a bank of forms for every total, with answers that add up, some with gaps.

A score of the model is the number of a form in its measure's bank; each system writes the form in its own way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from pipelines.demo.draws import Array

MISSING, NOT_APPLICABLE = -1, -2
VARIANTS = 16


@dataclass(frozen=True)
class Scale:
    """A measure's items: their range in units of `unit` points, and how readily each is endorsed (one weight an item)."""

    low: int
    high: int
    weights: tuple[float, ...]
    unit: float = 1.0
    prints_total: bool = True
    may_miss: int = 0
    first_may_not_apply: bool = False


SCALES = {
    "phq9": Scale(0, 3, (1.0, 1.1, 1.3, 1.5, 1.0, 1.1, 1.0, 0.6, 0.25), may_miss=2),
    "gad7": Scale(0, 3, (1.2, 1.1, 1.3, 1.2, 0.8, 1.0, 0.8), may_miss=1),
    "core10": Scale(0, 4, (1.2, 0.9, 0.9, 0.7, 0.8, 0.15, 1.2, 1.0, 1.2, 0.9)),
    "wsas": Scale(0, 8, (1.0, 0.8, 1.0, 0.8, 0.9), first_may_not_apply=True),
    "k10": Scale(1, 5, (1.3, 1.1, 0.8, 1.0, 1.1, 0.9, 1.1, 1.2, 0.7, 0.9), may_miss=1),
    # the raw sum of this one is not its score, so the form shows none
    "swemwbs": Scale(1, 5, (1.0, 0.9, 0.8, 0.9, 1.0, 1.1, 1.2), prints_total=False),
    "srs": Scale(0, 100, (1.0, 1.0, 1.0, 1.0), unit=0.1),
    "responsibility_client": Scale(0, 10, (1.0,)),
    "responsibility_therapist": Scale(0, 10, (1.0,)),
}


@dataclass(frozen=True)
class FormBank:
    """Forms of one measure. `score` is what a form counts as (prorated over gaps, not a number where there are too many);
    `total` is what the form itself shows, not a number where it shows nothing."""

    scale: Scale
    answers: Array
    score: Array
    total: Array
    gaps_from: int
    too_many_gaps_from: int
    not_applicable_from: int

    def complete(self, totals: Array, random: np.random.Generator) -> Array:
        """Forms with these totals, in units of the scale."""
        return (totals - self._lowest) * VARIANTS + random.integers(0, VARIANTS, len(totals))

    def with_gap(self, totals: Array, random: np.random.Generator) -> Array:
        """Forms of about these totals with one answer missing."""
        return self.gaps_from + self.complete(totals, random)

    def with_too_many_gaps(self, totals: Array, random: np.random.Generator) -> Array:
        """Forms that cannot be scored any more."""
        return self.too_many_gaps_from + self.complete(totals, random)

    def without_first_item(self, totals: Array, random: np.random.Generator) -> Array:
        """Forms on which the first item does not apply; totals are of the other items."""
        return self.not_applicable_from + self.complete(totals, random)

    @property
    def _lowest(self) -> int:
        return self.scale.low * len(self.scale.weights)

    def texts(self, render: Callable[[list[int]], str]) -> pa.Array:
        """Every form of the bank as text, in a system's own way."""
        return pa.array([render(answers) for answers in self.answers.tolist()], pa.string())

    def printed_totals(self) -> pa.Array:
        """The total that each form shows, as text; null where it shows none."""
        digits = 0 if self.scale.unit == 1 else 1
        return pa.array([None if np.isnan(total) else f"{total:.{digits}f}" for total in self.total.tolist()], pa.string())


@cache
def form_bank(measure: str) -> FormBank:
    """The bank of a measure; always the same forms."""
    scale = SCALES[measure]
    random = np.random.Generator(np.random.PCG64(len(scale.weights) * 100 + scale.high))
    answers = _fill_in(scale, scale.weights, random)
    parts = [answers]
    gaps_from = too_many_from = not_applicable_from = 0
    if scale.may_miss:
        gaps_from, too_many_from = len(answers), 2 * len(answers)
        parts += [_with_gaps(answers, 1, random), _with_gaps(answers, scale.may_miss + 1, random)]
    if scale.first_may_not_apply:
        not_applicable_from = sum(map(len, parts))
        others = _fill_in(scale, scale.weights[1:], random)
        parts.append(np.column_stack([np.full(len(others), NOT_APPLICABLE), others]))
    answers = np.concatenate(parts)
    return FormBank(scale, answers, _score(scale, answers), _printed(scale, answers), gaps_from, too_many_from, not_applicable_from)


def _fill_in(scale: Scale, weights: tuple[float, ...], random: np.random.Generator) -> Array:
    """For each possible total `VARIANTS` forms: points are dealt out one after the other, more to items that people endorse more."""
    steps = (scale.high - scale.low) * len(weights)
    deal = np.zeros((VARIANTS, len(weights)), int)
    answers = np.empty((steps + 1, VARIANTS, len(weights)), int)
    for total in range(steps + 1):
        answers[total] = deal
        room = np.asarray(weights) * (scale.high - scale.low - deal)
        item = np.argmax(np.log(np.maximum(room, 1e-9)) + random.gumbel(size=room.shape), axis=1)
        deal[np.arange(VARIANTS), item] += 1
    return answers.reshape(-1, len(weights)) + scale.low


def _with_gaps(answers: Array, gaps: int, random: np.random.Generator) -> Array:
    """The same forms with `gaps` answers missing."""
    order = random.permuted(np.tile(np.arange(answers.shape[1]), (len(answers), 1)), axis=1)
    return np.where(order < gaps, MISSING, answers)


def _score(scale: Scale, answers: Array) -> Array:
    """The sum, prorated over missing items and rounded half up, and over one that does not apply; not a number where too many are missing."""
    is_answered, is_missing = answers >= 0, answers == MISSING
    applicable = (answers != NOT_APPLICABLE).sum(axis=1)
    total = np.where(is_answered, answers, 0).sum(axis=1)
    prorated = np.floor(total * applicable / np.maximum(is_answered.sum(axis=1), 1) + 0.5)
    return np.where(is_missing.sum(axis=1) <= scale.may_miss, prorated * answers.shape[1] / applicable * scale.unit, np.nan)


def _printed(scale: Scale, answers: Array) -> Array:
    """The sum, where every item that applies is answered and the form has a line for it."""
    total = np.where(answers >= 0, answers, 0).sum(axis=1) * scale.unit
    return np.where((answers == MISSING).any(axis=1) | (not scale.prints_total), np.nan, total)
