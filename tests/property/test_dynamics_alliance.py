"""Ruptures of the alliance in SQL against the same rule written down as a plain loop, on courses of any shape."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import mean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.compiled_models import compiled_models
from tests.fixtures.bench import Bench

MODELS = ("int_alliance_scores", "int_alliance_norms", "int_alliance_limits", "int_alliance_ruptures", "int_alliance_courses", "alliance_events")
FIRST_DAY = date(2026, 1, 1)
SMALLEST_SD = 0.5

# SRS totals in tenths of a point; a few steady clients with a sudden drop, and any others
courses = st.lists(st.lists(st.integers(300, 400) | st.sampled_from([380, 385, 390]), min_size=1, max_size=14), min_size=1, max_size=40)


def reference_ruptures(levels: Sequence[float], network_sd: float, deviations: int) -> list[tuple[int, int | None]]:
    """Onset and repair (positions from 1) of each rupture: below the mean of all earlier scores, of which there must be three."""
    ruptures: list[tuple[int, int | None]] = []
    repair_level = None
    for position, level in enumerate(levels, start=1):
        if repair_level is not None:
            if level >= repair_level:
                ruptures[-1] = (ruptures[-1][0], position)
                repair_level = None
        elif position > 3:
            earlier = levels[: position - 1]
            spread = max(stdev(earlier), network_sd, SMALLEST_SD)
            if level <= round(mean(earlier) - deviations * spread, 3):
                ruptures.append((position, None))
                repair_level = round(mean(earlier) - 0.5 * spread, 3)
    return ruptures


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(compiled_models("+alliance_events"))


@settings(max_examples=15)
@given(courses)
def test_ruptures_are_those_of_the_reference(bench: Bench, courses: list[list[int]]) -> None:
    totals = [[tenths / 10 for tenths in course] for course in courses]
    bench.table("core.episodes", "episode_key varchar, ended_on date, ending_class varchar", [(str(number), None, None) for number in range(len(totals))])
    bench.table(
        "core.measure_scores",
        "score_key varchar, episode_key varchar, measured_on date, total decimal(9,3), clinic_id varchar, measure_id varchar, rater varchar, "
        "item_count bigint, is_used boolean",
        [
            (f"{number}-{place:02}", str(number), FIRST_DAY + timedelta(days=7 * place), total, "clinic", "srs", "self", 4, True)
            for number, course in enumerate(totals)
            for place, total in enumerate(course)
        ],
    )
    bench.table(
        "intermediate.int_measures",
        "measure_id varchar, axis varchar, minimum decimal(9,3), maximum decimal(9,3), higher_is varchar",
        [("srs", "alliance", 0, 40, "better")],
    )
    bench.table("intermediate.int_scores_placed", "score_key varchar, items varchar", [])
    bench.run(*MODELS)

    network_sd = stdev(mean(course) for course in totals) if len(totals) > 1 else 0
    for event, deviations in (("possible_rupture", 1), ("definite_rupture", 2)):
        found = bench.rows(
            f"select cast(episode_key as integer), position, position + scores_to_repair from core.alliance_events where event = '{event}' order by 1, 2"
        )
        assert found == [(number, *rupture) for number, course in enumerate(totals) for rupture in reference_ruptures(course, network_sd, deviations)]
