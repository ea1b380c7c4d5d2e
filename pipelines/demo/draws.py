"""Random draws for small clinics: evenly spread instead of independent, so that a clinic shows its planted shares and not luck."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

# a numpy array; numpy's own type loses its way in arithmetic between whole numbers, fractions and truth values
Array: TypeAlias = Any
BLOCK = 24


def spread(random: np.random.Generator, size: int, block: int = BLOCK) -> Array:
    """Uniform numbers in [0, 1) of which every `block` in a row cover the interval evenly."""
    blocks = -(-size // block)
    cells = random.permuted(np.tile(np.arange(block), (blocks, 1)), axis=1).ravel()[:size]
    return (cells + random.random(size)) / block


def spread_together(random: np.random.Generator, size: int, dimensions: int) -> Array:
    """`dimensions` uniform numbers a row that cover all combinations evenly: the additive recurrence of the generalised golden ratio."""
    ratio = 2.0
    for _ in range(40):
        ratio = (1 + ratio) ** (1 / (dimensions + 1))
    steps = ratio ** -np.arange(1, dimensions + 1)
    return (random.random(dimensions) + np.outer(np.arange(size), steps)) % 1


def ranked(random: np.random.Generator, preference: Array, block: int = BLOCK) -> Array:
    """Evenly spread uniform numbers, too, but within every `block` in a row a higher preference gets a higher number."""
    size = len(preference)
    number_of_block = np.arange(size) // block
    order = np.lexsort((preference, number_of_block))
    rank = np.empty(size)
    rank[order] = np.arange(size) - number_of_block * block
    length = np.bincount(number_of_block, minlength=1)[number_of_block]
    return (rank + random.random(size)) / length


def choose(uniform: Array, shares: Sequence[float]) -> Array:
    """The index of the share that each uniform number falls into; shares are scaled to add up to one."""
    limits = np.cumsum(shares) / np.sum(shares)
    return np.minimum(np.searchsorted(limits, uniform, side="right"), len(shares) - 1)


def every(candidates: Array, share: float) -> Array:
    """An evenly spaced part of the candidates: `share` of them, wherever in the list one looks."""
    steps = np.floor(np.arange(len(candidates) + 1) * share + 1e-9)
    return candidates[np.diff(steps) == 1]


def poisson(uniform: Array, mean: Array | float, most: int = 5) -> Array:
    """Poisson numbers from uniform ones, at most `most`."""
    counts = np.arange(most)
    factorials = np.cumprod(np.maximum(counts, 1))
    chances = np.exp(-np.asarray(mean))[..., None] * np.asarray(mean)[..., None] ** counts / factorials
    return (uniform[..., None] > np.cumsum(chances, axis=-1)).sum(axis=-1)


def gamma_poisson(uniform: Array, mean: float, shape: float, most: int) -> Array:
    """Numbers with a long right tail (negative binomial), at most `most`."""
    counts = np.arange(1, most)
    steps = (counts - 1 + shape) / counts * mean / (mean + shape)
    chances = (shape / (mean + shape)) ** shape * np.concatenate([[1.0], np.cumprod(steps)])
    return np.searchsorted(np.cumsum(chances), uniform)
