"""The planted courses and the generator's own reading of courses, against the worked examples of the rules."""

import numpy as np
import pytest

from pipelines.demo.expected_courses import LABELS, classify_courses, lost_gains, stands_still
from pipelines.demo.shapes import (
    ENDED_WHILE_WORSE,
    GRADUAL,
    LOSS_OF_GAINS,
    SHARP_AND_LASTING,
    STALEMATE,
    WORKED_THROUGH,
    bend,
)

NAN = float("nan")


def label(*scores, gap=7):
    courses = np.array([scores], float)
    days = np.arange(len(scores))[None] * gap
    return LABELS[classify_courses(courses, days, 6)[0]]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((14, 13, 20, 19, 12, 11), "transient"),
        ((14, 17, 20, 23, 24, 24), "sustained_gradual"),
        ((14, 13, 26, 25, 26, 24, 25), "sharp_sustained"),
        ((14, 13, 20, 18), "ended_while_worse"),
        ((14, 15, 13, 16, 15, 14), "none"),
        ((14, 13, 20), "not_classifiable"),
    ],
)
def test_worked_examples_of_worsenings(scores, expected):
    assert label(*scores) == expected


def test_a_worsening_of_more_than_28_days_is_sustained():
    # two scores, three weeks apart each: 20 and 19, back at 12 after six weeks
    assert label(14, 13, 20, 19, 12, gap=21) == "sustained_gradual"


def test_a_gap_of_more_than_28_days_inside_a_worsening_cannot_be_classified():
    assert label(14, 13, 20, 19, 12, gap=29) == "not_classifiable"


def test_padding_after_the_last_score_changes_nothing():
    courses = np.array([[14, 13, 20, 18, NAN, NAN], [14, 13, 20, 19, 12, 11]])
    days = np.arange(6) * 7.0 + np.zeros((2, 1))
    assert [LABELS[code] for code in classify_courses(courses, days, 6)] == ["ended_while_worse", "transient"]


def test_lost_gains_of_the_worked_example():
    assert lost_gains(np.array([[18, 12, 9, 8, 15, 16, 16, 17.0]]), 6).tolist() == [True]
    assert lost_gains(np.array([[18, 12, 9, 8, 9, 9, 10, 11.0]]), 6).tolist() == [False]


def test_stalemates_of_the_worked_example():
    flat = [18, 18, 17, 18, 17, 18, 17, 16, 18, 17, 16, 17]
    falling = [18, 18, 17, 18, 17, 18, 17, 16, 15, 15, 13, 12]
    assert stands_still(np.array([flat, falling], float)).tolist() == [True, False]


@pytest.mark.parametrize("visits", [8, 9, 12, 20, 40])
@pytest.mark.parametrize(
    ("shape", "first", "last", "expected"),
    [
        (WORKED_THROUGH, 20, 5, "transient"),
        (WORKED_THROUGH, 12, 6, "transient"),
        (SHARP_AND_LASTING, 9, 18, "sharp_sustained"),
        (SHARP_AND_LASTING, 13, 22, "sharp_sustained"),
        (GRADUAL, 9, 19, "sustained_gradual"),
        (GRADUAL, 13, 23, "sustained_gradual"),
        (ENDED_WHILE_WORSE, 12, 16, "ended_while_worse"),
        (ENDED_WHILE_WORSE, 20, 24, "ended_while_worse"),
        (LOSS_OF_GAINS, 16, 15, "sustained_gradual"),
        (LOSS_OF_GAINS, 20, 19, "sustained_gradual"),
        (STALEMATE, 14, 14, "none"),
    ],
)
def test_planted_shapes_are_what_they_are_called(shape, first, last, expected, visits):
    for seed in range(5):
        number = np.arange(visits)
        planted = bend(*(np.full(visits, value) for value in (shape, first, last)), number, np.full(visits, visits), np.random.default_rng(seed))
        assert planted.min() >= 0 and planted.max() <= 27
        assert (planted[0], planted[-1]) == (first, last)
        assert label(*planted) == expected
        assert lost_gains(planted[None].astype(float), 6)[0] == (shape == LOSS_OF_GAINS)
        assert stands_still(planted[None].astype(float))[0] == (shape == STALEMATE)
