"""The draws behind the demo: shares hold among any people in a row, and the long-tailed numbers have the distribution they claim."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipelines.demo.draws import choose, every, gamma_poisson, poisson, ranked, spread


def generator(seed=1):
    return np.random.Generator(np.random.PCG64(seed))


@given(st.integers(0, 2**32), st.integers(2, 40), st.integers(1, 5))
def test_every_block_of_spread_numbers_covers_the_unit_interval(seed, block, blocks):
    numbers = spread(generator(seed), block * blocks, block).reshape(blocks, block)
    assert (np.sort(np.floor(numbers * block), axis=1) == np.arange(block)).all()


@given(st.integers(0, 2**32))
def test_ranked_numbers_follow_the_preference_within_a_block(seed):
    preference = generator(seed).random(24)
    numbers = ranked(generator(seed + 1), preference)
    assert (np.argsort(numbers) == np.argsort(preference)).all()


def test_choose_takes_the_share_that_a_number_falls_into():
    assert choose(np.array([0.0, 0.29, 0.31, 0.99, 1.0]), (3, 5, 2)).tolist() == [0, 0, 1, 2, 2]


@given(st.integers(0, 300), st.floats(0, 1))
def test_every_takes_the_share_of_any_stretch(count, share):
    chosen = every(np.arange(count), share)
    assert abs(len(chosen) - count * share) <= 1
    assert len(np.unique(chosen)) == len(chosen)
    # no stretch of ten has more than one beyond its share
    assert all(((chosen >= start) & (chosen < start + 10)).sum() <= 10 * share + 1 + 1e-6 for start in range(count))


def test_poisson_numbers_have_their_quantiles():
    uniform = np.array([0.05, 0.5, 0.8, 0.95, 0.99])
    assert poisson(uniform, 0.4).tolist() == stats.poisson.ppf(uniform, 0.4).tolist()
    assert poisson(uniform, np.full(5, 1.2)).tolist() == stats.poisson.ppf(uniform, 1.2).tolist()


def test_gamma_poisson_numbers_have_the_quantiles_of_the_negative_binomial():
    uniform = np.array([0.01, 0.2, 0.5, 0.9, 0.99])
    mean, shape = 6.0, 1.3
    assert gamma_poisson(uniform, mean, shape, 60).tolist() == stats.nbinom.ppf(uniform, shape, shape / (mean + shape)).tolist()
