"""Exact binomial limits and p-values for arrays of counts, as funnel plots need them.

Only arithmetic belongs here: which clinics are compared, and with what, is decided in the dbt project.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, ndtri

Numbers = NDArray[np.float64]


def cdf(successes: ArrayLike, trials: ArrayLike, probability: ArrayLike) -> Numbers:
    """P(R <= successes) for R ~ Binomial(trials, probability); 0 below 0 and 1 from `trials` on."""
    successes, trials, probability = _broadcast(successes, trials, probability)
    inside = np.clip(successes, 0, trials - 1)
    share = betainc(trials - inside, inside + 1, 1 - probability)
    return np.where(successes < 0, 0.0, np.where(successes >= trials, 1.0, share))


def quantile(level: ArrayLike, trials: ArrayLike, probability: ArrayLike) -> Numbers:
    """The smallest r with P(R <= r) >= level."""
    return _search(*_broadcast(level, trials, probability))[0]


def funnel_limit(level: ArrayLike, trials: ArrayLike, target: ArrayLike) -> Numbers:
    """The proportion below which a share `level` of counts around `target` falls, interpolated between counts (Spiegelhalter 2005, A.1.1).

    Between 0 and 1. Where every count is likely enough, so that none can lie above an upper limit, that limit is 1.
    """
    level, trials, target = _broadcast(level, trials, target)
    count, reached, before = _search(level, trials, target)
    limit = np.clip((count - (reached - level) / (reached - before)) / trials, 0, 1)
    return np.where((level > 0.5) & (count == trials), 1.0, limit)


def _search(level: Numbers, trials: Numbers, probability: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The quantile, the distribution function there and one count before: a normal guess corrected for skewness, then steps of one."""
    z = ndtri(level)
    spread = np.sqrt(trials * probability * (1 - probability))
    skew = (1 - 2 * probability) * (z**2 - 1) / 6
    count = np.array(np.clip(np.floor(trials * probability + z * spread + skew), 0, trials))
    reached = cdf(count, trials, probability)
    while (short := reached < level).any():
        count[short] += 1
        reached[short] = cdf(count[short], trials[short], probability[short])
    before = cdf(count - 1, trials, probability)
    while (beyond := before >= level).any():
        count[beyond] -= 1
        reached[beyond] = before[beyond]
        before[beyond] = cdf(count[beyond] - 1, trials[beyond], probability[beyond])
    return count, reached, before


def two_sided_p_value(successes: ArrayLike, trials: ArrayLike, target: ArrayLike) -> Numbers:
    """Twice the smaller exact tail probability, at most 1."""
    successes, trials, target = _broadcast(successes, trials, target)
    smaller_tail: Numbers = np.minimum(cdf(successes, trials, target), cdf(trials - successes, trials, 1 - target))
    return np.minimum(1, 2 * smaller_tail)


def _broadcast(*values: ArrayLike) -> tuple[Numbers, ...]:
    return np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values))
