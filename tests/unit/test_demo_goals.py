"""The generator's own reading of goals, against the worked examples: who attained them, and which goals do not count."""

import datetime

import numpy as np
import pyarrow as pa
import pytest

from pipelines.demo.expected_episodes import Episodes
from pipelines.demo.expected_goals import goals_attained
from pipelines.demo.tables import ClinicTables

START, ENDED = datetime.date(2026, 1, 5), datetime.date(2026, 3, 30)
WEEKLY = [START + datetime.timedelta(days=7 * week) for week in range(13)]


def attained(goals, scale="gbo"):
    """Goals as (set on, first, last, weight, close reason) of one episode of thirteen weekly sessions; None for no last rating."""
    table = pa.table({
        "goal": np.arange(len(goals)),
        "episode": np.zeros(len(goals), int),
        "set_on": pa.array([goal[0] for goal in goals], pa.date32()),
        "scale": [scale] * len(goals),
        "weight": [goal[3] for goal in goals],
        "closed_on": pa.array([WEEKLY[-1] if goal[4] else None for goal in goals], pa.date32()),
        "close_reason": pa.array([goal[4] for goal in goals], pa.string()),
    })  # fmt: skip
    ratings = [(number, goal[0], goal[1]) for number, goal in enumerate(goals)]
    ratings += [(number, WEEKLY[-1], goal[2]) for number, goal in enumerate(goals) if goal[2] is not None]
    numbers, days, values = zip(*ratings, strict=True)
    sessions = pa.table({"episode": np.zeros(13, int), "attendance": ["attended"] * 13, "starts_at": pa.array(WEEKLY, pa.date32()).cast(pa.timestamp("s"))})
    tables = ClinicTables(
        clients=None, practitioners=None, episodes=None, sessions=sessions, scores={}, goals=table,
        goal_ratings=pa.table({"goal": numbers, "rated_on": pa.array(days, pa.date32()), "rating": values}), consultation_items=None, reviews=None,
    )  # fmt: skip
    ended = np.array([(ENDED - datetime.date(1970, 1, 1)).days])
    is_attained, is_unknown = goals_attained(tables, Episodes(np.array([0]), ended, np.array(["completed"]), np.array([12]), np.array([0])))
    return "unknown" if is_unknown[0] else bool(is_attained[0])


@pytest.mark.parametrize(
    ("goals", "expected"),
    [
        ([(WEEKLY[0], 2, 5, 1, None)], True),
        ([(WEEKLY[0], 2, 4, 1, None)], False),
        # one goal three points better, another three points worse
        ([(WEEKLY[0], 2, 5, 1, None), (WEEKLY[0], 5, 2, 1, None)], False),
        # set in the last 28 days: does not count, in whatever direction
        ([(WEEKLY[10], 1, 9, 1, None)], "unknown"),
        ([(WEEKLY[0], 2, 5, 1, None), (WEEKLY[10], 9, 1, 1, None)], True),
        ([(WEEKLY[0], 2, None, 1, None)], "unknown"),
        # given up: its only rating stays its last, so that it counts and is not attained
        ([(WEEKLY[0], 2, None, 1, "replaced")], False),
    ],
)
def test_goal_based_outcomes(goals, expected):
    assert attained(goals) == expected


@pytest.mark.parametrize(
    ("levels_and_weights", "expected"),
    [
        (((1, 1), (0, 1), (-1, 1)), True),  # T = 50.0
        (((2, 3), (0, 2), (-1, 1)), True),  # T = 61.02
        (((-1, 1), (-1, 1), (-1, 1)), False),  # T = 36.31
        (((1, 1), (-1, 2)), False),
    ],
)
def test_goal_attainment_scaling(levels_and_weights, expected):
    assert attained([(WEEKLY[0], -1, level, weight, None) for level, weight in levels_and_weights], "gas") is expected
