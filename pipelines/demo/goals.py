"""The goals that clients of one clinic set with their therapists, and how they rated them."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from pipelines.demo.courses import Courses
from pipelines.demo.draws import Array, choose, every, spread
from pipelines.demo.endings import Endings
from pipelines.demo.outcomes import Outcomes
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.shapes import STALEMATE, Shapes

CLOSE_REASONS = ("achieved", "replaced", "no_longer_relevant", "abandoned", "transferred")
ACHIEVED = 0
NOT_CLOSED = -1
WITH_GOALS = 0.88  # of the people in treatment
SET_LATE = 0.04  # of goals: in the last weeks, where they must not count
RATED_AGAIN = 0.94  # of goals
ALREADY_HIGH = 8  # goal-based outcome from which a goal is closed as achieved


@dataclass(frozen=True)
class Scaling:
    """How a scale is used: start and end (mean, standard deviation), range."""

    first: tuple[float, float]
    last: tuple[float, float]
    least: int
    most: int
    stuck: int


SCALINGS = {
    "gbo": Scaling((3.0, 1.5), (6.1, 2.4), 0, 10, stuck=1),
    # levels are written so that people start below what is expected
    "gas": Scaling((-1.3, 0.45), (0.15, 1.0), -2, 2, stuck=0),
}


@dataclass(frozen=True)
class Goals:
    """One value a goal, then one value a rating."""

    episode: Array
    set_on: Array
    weight: Array
    closed_on: Array
    close_reason: Array
    rated_goal: Array
    rated_on: Array
    rating: Array


def simulate_goals(profile: ClinicProfile, courses: Courses, endings: Endings, outcomes: Outcomes, shapes: Shapes, random: np.random.Generator) -> Goals:
    """Goals of the treated, one to three a person."""
    people = endings.in_order(courses.treatments > 0)
    people = people[spread(random, len(people)) < WITH_GOALS]
    goals_each = 1 + choose(spread(random, len(people)), (0.4, 0.4, 0.2))
    episode = np.repeat(people, goals_each)
    first, last = _ratings(SCALINGS[profile.goal_scale], episode, outcomes, shapes, random)
    set_on = courses.decided[episode] + np.where(random.random(len(episode)) < 0.3, courses.cadence[episode], 0)
    set_on = np.minimum(set_on, courses.last_attended[episode])
    late = every(np.flatnonzero(courses.treatments[episode] >= 6), SET_LATE)
    set_on[late] = courses.last_attended[episode[late]] - 10
    closed_on, close_reason = _closings(profile, courses, episode, last, random)
    goal = np.arange(len(episode))
    again = goal[(spread(random, len(goal)) < RATED_AGAIN) & (courses.last_attended[episode] > set_on)]
    halfway = again[courses.last_attended[episode[again]] - set_on[again] > 30]
    middle_day = (set_on[halfway] + courses.last_attended[episode[halfway]]) // 2
    middle = np.round((first[halfway] + last[halfway]) / 2 - 0.1).astype(int)
    return Goals(
        episode, set_on, 1 + choose(random.random(len(episode)), (0.6, 0.3, 0.1)), closed_on, close_reason,
        rated_goal=np.concatenate([goal, halfway, again]),
        rated_on=np.concatenate([set_on, middle_day, courses.last_attended[episode[again]]]),
        rating=np.concatenate([first, middle, last[again]]),
    )  # fmt: skip


def _ratings(scaling: Scaling, episode: Array, outcomes: Outcomes, shapes: Shapes, random: np.random.Generator) -> tuple[Array, Array]:
    first = _rounded(scaling, scaling.first, ndtri(spread(random, len(episode))))
    progress = 0.5 * outcomes.gain[episode] + np.sqrt(0.75) * ndtri(spread(random, len(episode)))
    last = _rounded(scaling, scaling.last, progress)
    return first, np.where(shapes.shape[episode] == STALEMATE, np.minimum(first + scaling.stuck, scaling.most), last)


def _rounded(scaling: Scaling, mean_and_deviation: tuple[float, float], standard: Array) -> Array:
    mean, deviation = mean_and_deviation
    return np.clip(np.round(mean + deviation * standard), scaling.least, scaling.most).astype(int)


def _closings(profile: ClinicProfile, courses: Courses, episode: Array, last: Array, random: np.random.Generator) -> tuple[Array, Array]:
    """Goals close as achieved when the last rating is high; some are replaced or given up on the way, and keep their ratings."""
    is_high = (last >= ALREADY_HIGH) if profile.goal_scale == "gbo" else (last >= 1)
    given_up = every(np.flatnonzero(~is_high), 0.08)
    reason = np.where(is_high, ACHIEVED, NOT_CLOSED)
    reason[given_up] = 1 + choose(random.random(len(given_up)), (0.45, 0.2, 0.25, 0.1))
    return np.where(reason == NOT_CLOSED, 0, courses.last_attended[episode]), reason
