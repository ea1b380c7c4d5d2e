"""In how many ended episodes of the demo a correct warehouse must find each factor that is computed from scores, goals and redirects."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.draws import Array
from pipelines.demo.expected import CLIENT_UNPLANNED, symptom_results
from pipelines.demo.expected_courses import ENDED_WHILE_WORSE, SHARP_SUSTAINED, SUSTAINED_GRADUAL, classify_courses, courses_of, last_of, lost_gains
from pipelines.demo.expected_episodes import NEVER, Episodes, episodes_of, first_and_last
from pipelines.demo.expected_goals import goals_reached
from pipelines.demo.tables import ClinicTables

# Published thresholds, all of measures whose higher score is worse. SWEMWBS, whose sum is converted, stays out.
RELIABLE_CHANGE = {"phq9": 6, "gad7": 4, "wsas": 8, "core10": 6}
REDIRECTS = ("redirected", "not_suitable")
WORSENINGS = {
    "sharp_sustained_worsening": SHARP_SUSTAINED, "sustained_gradual_worsening": SUSTAINED_GRADUAL, "ended_while_worse": ENDED_WHILE_WORSE,
}  # fmt: skip
LATE_SESSIONS, ARRIVAL_DAYS, RESPONSIBILITY_GAIN = 3, 30, 3


def computed_factors(tables: ClinicTables) -> dict[str, int]:
    """Ended episodes with each factor, in a clinic that uses PHQ-9 and GAD-7."""
    episodes = episodes_of(tables)
    is_ended = episodes.ended < NEVER
    found = {**_of_scores(tables, episodes), **_of_redirects(tables, episodes)}
    if len(tables.goals):
        found["goals_reached"] = goals_reached(tables, episodes)
    if "responsibility_client" in tables.scores:
        first, last = first_and_last(tables, episodes, "responsibility_client")
        found["responsibility_taken"] = last - first >= RESPONSIBILITY_GAIN
    return {factor: int((is_ended & is_there).sum()) for factor, is_there in found.items()}


def _of_scores(tables: ClinicTables, episodes: Episodes) -> dict[str, Array]:
    worse, lost, lasting, labels = ([] for _ in range(4))
    for measure, threshold in RELIABLE_CHANGE.items():
        if measure not in tables.scores:
            continue
        first, last = first_and_last(tables, episodes, measure)
        scores, days = courses_of(tables, episodes, measure)
        worse.append(last - first >= threshold)
        lost.append(lost_gains(scores, threshold))
        lasting.append(_has_lasting_gain(scores, threshold))
        labels.append(classify_courses(scores, days, threshold))
    worsenings = {factor: np.any(np.array(labels) == label, axis=0) for factor, label in WORSENINGS.items()}
    return worsenings | {"deterioration": np.any(worse, axis=0), "loss_of_gains": np.any(lost, axis=0), "lasting_gain": np.any(lasting, axis=0)}


def _has_lasting_gain(scores: Array, reliable_change: float) -> Array:
    """Courses of three scores or more whose last two both are reliably better than the first."""
    length = (~np.isnan(scores)).sum(axis=1)
    before_last = scores[np.arange(len(scores)), np.maximum(length - 2, 0)]
    return (length >= 3) & (scores[:, 0] - last_of(scores) >= reliable_change) & (scores[:, 0] - before_last >= reliable_change)


def _of_redirects(tables: ClinicTables, episodes: Episodes) -> dict[str, Array]:
    outcome = np.asarray(pc.fill_null(tables.episodes["consultation_outcome"], "").to_pylist())
    decided, arrived = (_days(tables, column) for column in ("consultation_decided_on", "redirect_arrived_on"))
    results = symptom_results(tables, episodes)
    has_effect = (results.better & ~results.worse) | results.recovered
    left_without_effect = np.isin(episodes.ending, CLIENT_UNPLANNED) & (episodes.sessions > 0) & results.is_paired & ~has_effect
    is_late = (outcome == "accepted") & (episodes.sessions <= LATE_SESSIONS) & (np.isin(episodes.ending, REDIRECTS) | left_without_effect)
    has_arrived = (arrived < NEVER) & (arrived - decided <= ARRIVAL_DAYS)
    return {"late_redirect": is_late, "timely_redirect_arrived": (outcome == "redirected") & has_arrived}


def _days(tables: ClinicTables, column: str) -> Array:
    return pc.fill_null(tables.episodes[column].cast(pa.int32()), NEVER).to_numpy()
