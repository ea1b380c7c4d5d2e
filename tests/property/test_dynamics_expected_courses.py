"""The expected course and the deadlock in SQL against numpy and scipy."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import theilslopes

from pipelines.compiled_models import compiled_models
from tests.fixtures.bench import Bench

RELIABLE_CHANGE = 6
CUTOFF = 10
COURSE_SCORES = (
    "episode_key varchar, clinic_id varchar, ended_on date, measure_id varchar, rater varchar, position integer, measured_on date, "
    "session_number integer, severity decimal(9,3), cutoff_severity decimal(9,3), is_clinical boolean, reliable_change decimal(9,3)"
)
ENDED_ON = date(2026, 6, 30)

totals = st.lists(st.lists(st.integers(0, 27), min_size=1, max_size=12), min_size=2, max_size=30)
slow_totals = st.lists(st.lists(st.integers(9, 18), min_size=8, max_size=12), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(compiled_models("+score_trajectories"))


def give(bench: Bench, courses: list[list[int]]) -> None:
    """One closed episode a course, with a score at every session."""
    bench.table(
        "intermediate.int_course_scores",
        COURSE_SCORES,
        [
            (
                str(number), "clinic", ENDED_ON, "phq9", "self", place, ENDED_ON - timedelta(days=7 * (len(course) - place)),
                place, total, CUTOFF, total >= CUTOFF, RELIABLE_CHANGE,
            )
            for number, course in enumerate(courses)
            for place, total in enumerate(course, start=1)
        ],
    )  # fmt: skip
    bench.run("int_courses")


@settings(max_examples=20)
@given(totals)
def test_expected_course_is_the_least_squares_line_over_log_sessions(bench: Bench, courses: list[list[int]]) -> None:
    give(bench, courses)
    bench.run("int_expected_courses")
    repeated = [course for course in courses if len(course) > 1]
    lines = bench.rows("select distinct is_pooled, cases, intercept, slope, residual_sd from intermediate.int_expected_courses")
    logs = np.concatenate([np.log(np.arange(1, len(course) + 1)) for course in repeated]) if repeated else np.array([])
    severities = np.concatenate(repeated) if repeated else np.array([])
    if len(logs) < 3:
        assert lines == []
        return
    slope, intercept = np.polyfit(logs, severities, 1)
    residuals = severities - intercept - slope * logs
    [(is_pooled, cases, *line)] = lines
    assert is_pooled and cases == len(repeated)
    assert line == pytest.approx([intercept, slope, np.sqrt((residuals**2).sum() / (len(logs) - 2))], abs=1e-3)


@settings(max_examples=20)
@given(slow_totals)
def test_stalemate_is_that_of_the_rule(bench: Bench, courses: list[list[int]]) -> None:
    give(bench, courses)
    bench.table("intermediate.int_goal_progress", "episode_key varchar, scale varchar, weight integer, rated_on date, next_rated_on date, progress integer", [])
    bench.run("int_stalemates")
    found = bench.rows("select cast(episode_key as integer), position, is_stalemate from intermediate.int_stalemates order by 1, 2")
    assert found == [
        (number, position, is_stalemate(course[:position]))
        for number, course in enumerate(courses)
        for position in range(8, len(course) + 1)
    ]  # fmt: skip


def is_stalemate(totals: list[int]) -> bool:
    """The last six scores near the first, flat, and the last in the clinical range."""
    recent = totals[-6:]
    is_near_first = all(abs(total - totals[0]) < RELIABLE_CHANGE for total in recent)
    is_flat = round(abs(theilslopes(recent).slope) * 5, 6) < RELIABLE_CHANGE / 2
    return bool(is_near_first and is_flat and recent[-1] >= CUTOFF)
