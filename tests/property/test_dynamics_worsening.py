"""Worsening, sudden changes and loss of gains in SQL against the same rules written down as plain Python, on courses of any shape."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import sqrt
from statistics import mean, variance
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.compiled_models import compiled_models
from tests.fixtures.bench import Bench

MODELS = (
    "int_course_scores", "int_courses", "int_worsening_states", "sudden_changes", "worsening_spells",
    "int_goal_progress", "int_stalemates", "int_expected_courses", "int_expected_scores", "score_trajectories",
)  # fmt: skip
RELIABLE_CHANGE = 6
HIGHEST = 27
CUTOFF = 10
FIRST_DAY = date(2026, 1, 1)
CRITICAL_T = {6: 2.776, 5: 3.182, 4: 4.303}
WORST_FIRST = ("sharp_sustained", "sustained_gradual", "ended_while_worse", "not_classifiable", "transient")


@dataclass(frozen=True)
class Course:
    """The totals of one client on one measure (higher is worse), with the days between them."""

    totals: tuple[int, ...]
    gaps: tuple[int, ...]

    @property
    def days(self) -> list[int]:
        """Days since the first score."""
        return [sum(self.gaps[:position]) for position in range(len(self.totals))]


@dataclass
class Spell:
    """A worsening as the reference finds it; positions count from 1."""

    onset: int
    anchor: int
    peak: int
    scores: int = 1
    resolved: int | None = None


@st.composite
def courses(draw: st.DrawFn) -> Course:
    totals = draw(st.lists(st.integers(0, HIGHEST), min_size=1, max_size=18))
    gaps = draw(st.lists(st.sampled_from([7, 14, 28, 29, 40]) | st.just(7), min_size=len(totals), max_size=len(totals)))
    return Course(tuple(totals), tuple(gaps))


def reference_spells(totals: Sequence[int]) -> list[Spell]:
    """Word for word: from the best of the last three stable scores, frozen at onset, released at half a reliable change."""
    spells: list[Spell] = []
    stable = [totals[0]]
    is_worse = False
    for position, total in enumerate(totals[1:], start=2):
        if not is_worse:
            anchor = min(stable[-3:])
            if total - anchor >= RELIABLE_CHANGE:
                spells.append(Spell(position, anchor, total))
                is_worse = True
            else:
                stable.append(total)
        elif total - spells[-1].anchor <= Fraction(RELIABLE_CHANGE, 2):
            spells[-1].resolved = position
            stable = [total]
            is_worse = False
        else:
            spells[-1].scores += 1
            spells[-1].peak = max(spells[-1].peak, total)
    return spells


def reference_sudden_changes(totals: Sequence[int]) -> dict[int, str]:
    """Tang & DeRubeis' three criteria; position of the score before the change, and its direction."""
    found = {}
    for position in range(1, len(totals)):
        before, after = totals[max(0, position - 3) : position], totals[position : position + 3]
        step = totals[position - 1] - totals[position]
        if abs(step) < RELIABLE_CHANGE or 4 * abs(step) < totals[position - 1] or min(len(before), len(after)) < 2:
            continue
        degrees = len(before) + len(after) - 2
        pooled = sqrt(((len(before) - 1) * variance(before) + (len(after) - 1) * variance(after)) / degrees)
        difference = mean(before) - mean(after)
        if (difference if step > 0 else -difference) > CRITICAL_T[len(before) + len(after)] * pooled:
            found[position] = "gain" if step > 0 else "loss"
    return found


def reference_label(spell: Spell, course: Course, sudden: Mapping[int, str]) -> str:
    """The label of one spell in a therapy that has ended."""
    end = spell.resolved or len(course.totals)
    days = course.days
    length = days[end - 1] - days[spell.onset - 1]
    if len(course.totals) < 4 or any(days[place] - days[place - 1] > 28 for place in range(spell.onset, end)):
        return "not_classifiable"
    is_sharp = spell.peak - spell.anchor >= 2 * RELIABLE_CHANGE or sudden.get(spell.onset - 1) == "loss"
    if spell.scores >= 4 or (length > 28 and spell.scores >= 2):
        return "sharp_sustained" if is_sharp else "sustained_gradual"
    return "transient" if spell.resolved else "ended_while_worse"


def reference_trajectory(course: Course) -> tuple[str, bool]:
    """The label of the course, the worst of its spells, and whether gains were lost."""
    best = min(course.totals)
    is_loss = course.totals[0] - best >= RELIABLE_CHANGE and course.totals[-1] - best >= RELIABLE_CHANGE
    if len(course.totals) < 4:
        return "not_classifiable", is_loss
    sudden = reference_sudden_changes(course.totals)
    labels = {reference_label(spell, course, sudden) for spell in reference_spells(course.totals)}
    return next((label for label in WORST_FIRST if label in labels), "none"), is_loss


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(compiled_models("+score_trajectories"))


def judge(
    bench: Bench,
    given_courses: Sequence[Course],
    *,
    offset: int = 0,
    is_reflected: bool = False,
    follow_up: int | None = None,
    shuffle: random.Random | None = None,
) -> None:
    """Let the models judge these courses. The measure may lie `offset` points higher or run the other way; `follow_up` adds a score after the end;
    `shuffle` hands the scores over in another order."""
    ends = [FIRST_DAY + timedelta(days=course.days[-1]) for course in given_courses]
    episodes = [(str(number), "clinic", ended_on) for number, ended_on in enumerate(ends)]
    lowest, cutoff = offset, offset + (HIGHEST - CUTOFF if is_reflected else CUTOFF)
    scores = [
        (f"{number}-{place:03}", str(number), FIRST_DAY + timedelta(days=day), total)
        for number, course in enumerate(given_courses)
        for place, (day, total) in enumerate(zip(course.days, course.totals, strict=True))
    ]
    if follow_up is not None:
        scores += [(f"{number}-follow-up", str(number), end + timedelta(days=1), follow_up) for number, end in enumerate(ends)]
    if shuffle is not None:
        shuffle.shuffle(scores)
    bench.table("core.episodes", "episode_key varchar, clinic_id varchar, ended_on date", episodes)
    bench.table("core.sessions", "episode_key varchar, starts_at_local timestamp, kind varchar, is_attended boolean", [])
    bench.table(
        "core.measure_scores",
        "score_key varchar, episode_key varchar, measured_on date, total decimal(9,3), measure_id varchar, rater varchar, form varchar, is_used boolean",
        [(*key, lowest + (HIGHEST - total if is_reflected else total), "phq9", "self", "full", True) for *key, total in scores],
    )
    bench.table(
        "intermediate.int_measures",
        "measure_id varchar, axis varchar, minimum decimal(9,3), maximum decimal(9,3), higher_is varchar",
        [("phq9", "symptoms", lowest, lowest + HIGHEST, "better" if is_reflected else "worse")],
    )
    bench.table(
        "intermediate.int_threshold_versions",
        "measure_id varchar, threshold_version varchar, clinical_cutoff decimal(9,3), clinical_operator varchar",
        [("phq9", "published", cutoff, "<=" if is_reflected else ">=")],
    )
    bench.table(
        "intermediate.int_measure_changes",
        "episode_key varchar, measure_id varchar, rater varchar, reliable_change decimal(9,3), cutoff_version varchar",
        [(episode_key, "phq9", "self", RELIABLE_CHANGE, "published") for episode_key, *_ in episodes],
    )
    bench.table("core.goals", "goal_key varchar, episode_key varchar, scale varchar, weight decimal(9,3)", [])
    bench.table("core.goal_ratings", "goal_key varchar, rated_on date, rating decimal(9,3)", [])
    bench.run(*MODELS)


def trajectories(bench: Bench) -> list[tuple[Any, ...]]:
    return bench.rows(
        "select label, is_loss_of_gains, is_stalemate, severity_band, worsening_spells, worst_magnitude, sudden_gains, sudden_losses "
        "from core.score_trajectories order by cast(episode_key as integer)"
    )


# Courses do not touch each other, so that one example can hold many.
many_courses = st.lists(courses(), min_size=1, max_size=60)
few_examples = settings(max_examples=15)


@few_examples
@given(many_courses)
def test_models_agree_with_the_reference(bench: Bench, given_courses: list[Course]) -> None:
    judge(bench, given_courses)
    spells = bench.rows(
        "select cast(episode_key as integer), onset_position, anchor_score, peak_score, scores, resolved_on from core.worsening_spells order by all"
    )
    assert spells == [
        (
            number, spell.onset, spell.anchor, spell.peak, spell.scores,
            spell.resolved and FIRST_DAY + timedelta(days=course.days[spell.resolved - 1]),
        )
        for number, course in enumerate(given_courses)
        for spell in reference_spells(course.totals)
    ]  # fmt: skip
    sudden_changes = bench.rows("select cast(episode_key as integer), position_before, direction from core.sudden_changes order by all")
    assert sudden_changes == [
        (number, position, direction)
        for number, course in enumerate(given_courses)
        for position, direction in sorted(reference_sudden_changes(course.totals).items())
    ]
    assert [row[:2] for row in trajectories(bench)] == [reference_trajectory(course) for course in given_courses]


@few_examples
@given(many_courses, st.integers(-5, 40), st.booleans())
def test_neither_shift_nor_direction_of_the_scale_matters(bench: Bench, given_courses: list[Course], offset: int, is_reflected: bool) -> None:
    judge(bench, given_courses)
    plain = trajectories(bench)
    judge(bench, given_courses, offset=offset, is_reflected=is_reflected)
    assert trajectories(bench) == plain


@few_examples
@given(many_courses, st.integers(0, HIGHEST))
def test_a_score_after_the_end_changes_nothing(bench: Bench, given_courses: list[Course], follow_up: int) -> None:
    judge(bench, given_courses)
    plain = trajectories(bench)
    judge(bench, given_courses, follow_up=follow_up)
    assert trajectories(bench) == plain


@few_examples
@given(many_courses, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(bench: Bench, given_courses: list[Course], shuffle: random.Random) -> None:
    judge(bench, given_courses)
    plain = trajectories(bench)
    judge(bench, given_courses, shuffle=shuffle)
    assert trajectories(bench) == plain
