"""Which ended episodes of the demo a correct warehouse must call deadlocked by scores, read off one episode after the other.

At the last valid score: from the eighth attended session on, six scores within the last ten sessions, all near the first one, without slope
(Theil and Sen), in the clinical range, and goals that do not move. The rule is this project's.
"""

import statistics
from collections import defaultdict
from itertools import combinations
from math import isnan, sqrt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.draws import Array
from pipelines.demo.expected_episodes import NEVER, Episodes
from pipelines.demo.expected_goals import GAS_CORRELATION
from pipelines.demo.forms import form_bank
from pipelines.demo.tables import ClinicTables

FROM_SESSION, LAST_SCORES, WITHIN_SESSIONS, SLOPE_STEPS = 8, 6, 10, 5
GBO_GAIN, GAS_GAIN = 2.45, 10


def deadlocked(tables: ClinicTables, episodes: Episodes, measure: str, reliable_change: float, cutoff: float) -> Array:
    """For each episode whether its course of one measure, higher being worse, ended in a deadlock."""
    days, goals = _attended_days(tables), _goal_ratings(tables)
    found = np.zeros(len(episodes.number), bool)
    for row, course in _courses(tables, episodes, measure).items():
        if episodes.ended[row] == NEVER or len(course) < LAST_SCORES:
            continue
        number = int(episodes.number[row])
        first, last = course[0][1], course[-LAST_SCORES:]
        sessions = [max(sum(attended <= day for attended in days[number]), 1) for day, _ in last]
        if sessions[-1] < FROM_SESSION or sessions[0] <= sessions[-1] - WITHIN_SESSIONS:
            continue
        scores = [score for _, score in last]
        slope = statistics.median((scores[later] - scores[earlier]) / (later - earlier) for earlier, later in combinations(range(LAST_SCORES), 2))
        is_near, is_flat = all(abs(score - first) < reliable_change for score in scores), abs(slope) * SLOPE_STEPS < reliable_change / 2
        found[row] = is_near and is_flat and scores[-1] >= cutoff and not _are_moving(goals[number], last[-1][0])
    return found


def _courses(tables: ClinicTables, episodes: Episodes, measure: str) -> dict[int, list[tuple[int, float]]]:
    """Day and valid score until the ending, by row of the episode, in the order of the sessions."""
    scores = tables.scores[measure]
    values = form_bank(measure).score[scores["form"].to_numpy()]
    days = scores["measured_on"].cast(pa.int32()).to_numpy()
    courses: dict[int, list[tuple[int, float]]] = defaultdict(list)
    order = np.argsort(scores["session"].to_numpy(), kind="stable")
    for row, day, value in zip(episodes.row_of(scores["episode"].to_numpy())[order], days[order], values[order], strict=True):
        if not isnan(value) and day <= episodes.ended[row]:
            courses[int(row)].append((int(day), float(value)))
    return courses


def _attended_days(tables: ClinicTables) -> dict[int, list[int]]:
    """The days of each episode's attended sessions, follow-ups left out."""
    sessions = tables.sessions
    attended = pc.and_(pc.is_in(sessions["attendance"], pa.array(["attended", "attended_late"])), pc.not_equal(sessions["kind"], "follow_up"))
    held = sessions.filter(attended)
    days: dict[int, list[int]] = defaultdict(list)
    for episode, day in zip(held["episode"].to_pylist(), held["starts_at"].cast(pa.date32(), safe=False).cast(pa.int32()).to_pylist(), strict=True):
        days[episode].append(day)
    return days


def _goal_ratings(tables: ClinicTables) -> dict[int, list[tuple[str, float, list[tuple[int, float]]]]]:
    """Scale, weight and ratings (day and rating, in their order) of each episode's goals."""
    ratings: dict[int, list[tuple[int, float]]] = defaultdict(list)
    rated_on = tables.goal_ratings["rated_on"].cast(pa.int32()).to_pylist()
    for goal, day, rating in zip(tables.goal_ratings["goal"].to_pylist(), rated_on, tables.goal_ratings["rating"].to_pylist(), strict=True):
        ratings[goal].append((day, rating))
    goals: dict[int, list[tuple[str, float, list[tuple[int, float]]]]] = defaultdict(list)
    for row in tables.goals.select(["goal", "episode", "scale", "weight"]).to_pylist():
        goals[row["episode"]].append((row["scale"], row["weight"] or 1, ratings[row["goal"]]))
    return goals


def _are_moving(goals: list[tuple[str, float, list[tuple[int, float]]]], day: int) -> bool:
    """Whether goals that were rated at least twice by that day have risen enough since their first rating."""
    gains = []
    for scale, weight, ratings in goals:
        until = [rating for rated_on, rating in sorted(ratings) if rated_on <= day]
        if len(until) > 1:
            gains.append((scale, weight, until[-1] - until[0]))
    if not gains:
        return False
    if gains[0][0] == "gbo":
        return statistics.fmean(gain for _, _, gain in gains) >= GBO_GAIN
    weights = [weight for _, weight, _ in gains]
    spread = sqrt((1 - GAS_CORRELATION) * sum(weight**2 for weight in weights) + GAS_CORRELATION * sum(weights) ** 2)
    return 10 * sum(weight * gain for _, weight, gain in gains) >= GAS_GAIN * spread
