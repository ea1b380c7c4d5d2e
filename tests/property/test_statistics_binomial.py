"""Exact binomial limits: the worked example, the definition itself, and scipy's own distribution as an independent reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipelines.binomial import cdf, funnel_limit, quantile, two_sided_p_value

LEVELS = [0.001, 0.025, 0.975, 0.999]
trials = st.integers(min_value=1, max_value=20_000)
probabilities = st.floats(min_value=0, max_value=1)
levels = st.sampled_from(LEVELS)


@pytest.mark.parametrize(
    ("denominator", "expected"),
    [
        (100, [0.3218, 0.3771, 0.5733, 0.6291]),
        (40, [0.2278, 0.3121, 0.6226, 0.7116]),
        (200, [0.3688, 0.4083, 0.5469, 0.5868]),
    ],
)
def test_w38_limits_around_48_percent(denominator: int, expected: list[float]) -> None:
    limits = funnel_limit(LEVELS, denominator, 0.48)
    assert limits == pytest.approx(expected, abs=5e-5)


def test_w38_steps_for_100_cases() -> None:
    assert quantile(LEVELS, 100, 0.48) == pytest.approx([33, 38, 58, 63])
    assert cdf([33, 32], 100, 0.48) == pytest.approx([0.0016875, 0.0008509], abs=5e-8)


@given(levels, trials, probabilities)
def test_limits_follow_the_definition(level: float, n: int, p: float) -> None:
    distribution = stats.binom(n, p)
    r = distribution.ppf(level)
    alpha = (distribution.cdf(r) - level) / (distribution.cdf(r) - distribution.cdf(r - 1))
    by_definition = 1.0 if level > 0.5 and r == n else min(1.0, max(0.0, (r - alpha) / n))
    assert funnel_limit(level, n, p) == pytest.approx(by_definition, abs=1e-9)


@given(trials, probabilities)
def test_wider_limits_enclose_narrower_ones(n: int, p: float) -> None:
    lower_998, lower_95, upper_95, upper_998 = funnel_limit(LEVELS, n, p)
    assert 0 <= lower_998 <= lower_95 <= upper_95 <= upper_998 <= 1


@given(trials, probabilities, st.data())
def test_p_value_is_twice_the_smaller_tail(n: int, p: float, data: st.DataObject) -> None:
    x = data.draw(st.integers(min_value=0, max_value=n))
    smaller = min(stats.binom.cdf(x, n, p), stats.binom.sf(x - 1, n, p))
    assert two_sided_p_value(x, n, p) == pytest.approx(min(1, 2 * smaller), rel=1e-9, abs=1e-12)


@given(trials, probabilities, st.data())
def test_p_value_is_the_same_for_successes_and_failures(n: int, p: float, data: st.DataObject) -> None:
    x = data.draw(st.integers(min_value=0, max_value=n))
    assert two_sided_p_value(x, n, p) == pytest.approx(two_sided_p_value(n - x, n, 1 - p), rel=1e-6, abs=1e-12)


def test_a_full_count_that_is_likely_enough_is_not_above_the_limit() -> None:
    assert 0.95**25 > 0.025
    assert funnel_limit(0.975, 25, 0.95) == 1


def test_certain_targets_have_their_value_as_limit() -> None:
    assert np.all(funnel_limit(LEVELS, 30, 0) == 0)
    assert np.all(funnel_limit([0.975, 0.999], 30, 1) == 1)


def test_each_row_is_worked_on_its_own() -> None:
    n, p = np.array([10, 3600, 16000]), np.array([0.5, 0.02, 0.11])
    together = funnel_limit(0.025, n, p)
    assert [float(funnel_limit(0.025, a, b)) for a, b in zip(n, p, strict=True)] == list(together)
