"""Whose goals a correct warehouse must call attained: goals with two ratings, not set shortly before the ending."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.draws import Array
from pipelines.demo.expected_episodes import Episodes
from pipelines.demo.tables import ClinicTables

SHORTLY_BEFORE_DAYS, SHORTLY_BEFORE_SESSIONS = 28, 2
GBO_CHANGE = 3  # points of one goal that are more than chance (NHS England, MHSDS outcome SQL)
GBO_REACHED = 8  # a goal rated so or better, after such a change, is reached
GAS_CORRELATION, GAS_EXPECTED = 0.3, 50
GIVEN_UP = ("replaced", "abandoned")


def goals_attained(tables: ClinicTables, episodes: Episodes) -> tuple[Array, Array]:
    """For each episode: whether its goals were attained, and whether nobody can know because no goal may be counted.

    Goal-based outcomes: at least one goal reliably better and none reliably worse. Goal attainment scaling: T score of 50 or more.
    """
    goals = tables.goals
    row = episodes.row_of(goals["episode"].to_numpy())
    first, last, has_pair = _ratings(tables, episodes, row)
    is_counted = has_pair & _set_in_time(tables, episodes, row)
    count = len(episodes.number)
    is_known = np.bincount(row[is_counted], minlength=count) > 0
    if "gas" in goals["scale"].unique().to_pylist():
        return _t_scores(row[is_counted], last[is_counted], goals["weight"].to_numpy()[is_counted], count) >= GAS_EXPECTED, ~is_known
    better = np.bincount(row[is_counted & (last - first >= GBO_CHANGE)], minlength=count) > 0
    worse = np.bincount(row[is_counted & (first - last >= GBO_CHANGE)], minlength=count) > 0
    return better & ~worse, ~is_known


def goals_reached(tables: ClinicTables, episodes: Episodes) -> Array:
    """For each episode, whether at least one goal that counts was reached: rated 8 of 10 or more and 3 points up, or at the expected level."""
    row = episodes.row_of(tables.goals["episode"].to_numpy())
    first, last, has_pair = _ratings(tables, episodes, row)
    is_gas = "gas" in tables.goals["scale"].unique().to_pylist()
    is_reached = (last >= 0) if is_gas else (last >= GBO_REACHED) & (last - first >= GBO_CHANGE)
    return np.bincount(row[has_pair & _set_in_time(tables, episodes, row) & is_reached], minlength=len(episodes.number)) > 0


def _ratings(tables: ClinicTables, episodes: Episodes, row: Array) -> tuple[Array, Array, Array]:
    """First and last rating of each goal until the ending, and whether they are two. One given up keeps its only rating as its last."""
    goals, ratings = tables.goals, tables.goal_ratings
    goal = np.searchsorted(goals["goal"].to_numpy(), ratings["goal"].to_numpy())
    day, rating = ratings["rated_on"].cast(pa.int32()).to_numpy(), ratings["rating"].to_numpy()
    usable = np.flatnonzero(day <= episodes.ended[row][goal])
    first, last, first_day, last_day = (np.zeros(len(goals)) for _ in range(4))
    last[goal[usable]], last_day[goal[usable]] = rating[usable], day[usable]
    first[goal[usable[::-1]]], first_day[goal[usable[::-1]]] = rating[usable[::-1]], day[usable[::-1]]
    closed = pc.fill_null(goals["closed_on"].cast(pa.int32()), 0).to_numpy()
    is_given_up = pc.fill_null(pc.is_in(goals["close_reason"], pa.array(GIVEN_UP)), False).to_numpy() & (closed > first_day)
    return first, last, (last_day > first_day) | ((first_day > 0) & is_given_up)


def _set_in_time(tables: ClinicTables, episodes: Episodes, row: Array) -> Array:
    """Goals set more than 28 days before the ending and by the third last attended session; fewer sessions set no limit."""
    goals, sessions = tables.goals, tables.sessions
    set_on = goals["set_on"].cast(pa.int32()).to_numpy()
    attended = sessions.filter(pc.is_in(sessions["attendance"], pa.array(["attended", "attended_late"])))
    day = attended["starts_at"].cast(pa.date32(), safe=False).cast(pa.int32()).to_numpy()
    of_episode = episodes.row_of(attended["episode"].to_numpy())
    before_ending = np.flatnonzero(day <= episodes.ended[of_episode])
    order = before_ending[np.lexsort((-day[before_ending], of_episode[before_ending]))]
    size = np.bincount(of_episode[order], minlength=len(episodes.number))
    has_limit = size > SHORTLY_BEFORE_SESSIONS
    limit = np.full(len(episodes.number), np.iinfo(np.int32).max)
    limit[has_limit] = day[order[(np.cumsum(size) - size)[has_limit] + SHORTLY_BEFORE_SESSIONS]]
    return (episodes.ended[row] - set_on > SHORTLY_BEFORE_DAYS) & (set_on <= limit[row])


def _t_scores(row: Array, level: Array, weight: Array, count: int) -> Array:
    """T of Kiresuk & Sherman 1968 for each episode; minus infinity where there is no goal."""
    weighted, squares, weights = (np.bincount(row, weights=values, minlength=count) for values in (weight * level, weight**2, weight))
    spread = np.sqrt((1 - GAS_CORRELATION) * squares + GAS_CORRELATION * weights**2)
    return np.where(squares > 0, 50 + 10 * weighted / np.where(squares > 0, spread, 1), -np.inf)
