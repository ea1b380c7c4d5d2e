"""In how many ended episodes of the demo a correct warehouse must find each factor that is computed from the data."""

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.draws import Array
from pipelines.demo.expected import CLIENT_UNPLANNED, symptom_results
from pipelines.demo.expected_courses import ENDED_WHILE_WORSE, SHARP_SUSTAINED, SUSTAINED_GRADUAL, TRANSIENT, classify_courses, courses_of, last_of, lost_gains
from pipelines.demo.expected_deadlocks import deadlocked
from pipelines.demo.expected_episodes import NEVER, Episodes, episodes_of, first_and_last
from pipelines.demo.expected_goals import goals_reached
from pipelines.demo.tables import ClinicTables

# published thresholds; that of SWEMWBS is in hundredths, and it has no cut-off
RELIABLE_CHANGE = {"phq9": 6, "gad7": 4, "wsas": 8, "core10": 6, "swemwbs": 287}
CUTOFF = {"phq9": 10, "gad7": 8, "wsas": 10, "core10": 11}
# what the sums 7 to 35 of SWEMWBS count as (Stewart-Brown et al. 2009), in hundredths; more is better
SWEMWBS_SCORES = np.array([
    700, 951, 1125, 1240, 1333, 1408, 1475, 1532, 1584, 1636, 1688, 1743, 1798, 1859, 1925, 1998, 2073, 2154, 2235, 2321, 2411, 2503, 2602, 2703, 2813,
    2931, 3070, 3255, 3500,
])  # fmt: skip
REDIRECTS = ("redirected", "not_suitable")
WORSENINGS = {
    "sharp_sustained_worsening": SHARP_SUSTAINED, "sustained_gradual_worsening": SUSTAINED_GRADUAL, "ended_while_worse": ENDED_WHILE_WORSE,
}  # fmt: skip
ATTENDED, BY_OTHERS = ("attended", "attended_late"), ("rescheduled", "cancelled_by_provider")
BY_CLIENT = ("did_not_attend", "late_not_seen", "cancelled_late_by_client", "cancelled_by_client")
LATE_SESSIONS, ARRIVAL_DAYS, RESPONSIBILITY_GAIN = 3, 30, 3


def computed_factors(tables: ClinicTables) -> dict[str, int]:
    """Ended episodes with each factor, in a clinic that uses PHQ-9 and GAD-7."""
    episodes = episodes_of(tables)
    is_ended = episodes.ended < NEVER
    found = {**_of_scores(tables, episodes), **_of_redirects(tables, episodes), "sudden_interruption": _interrupted(tables, episodes)}
    if len(tables.goals):
        found["goals_reached"] = goals_reached(tables, episodes)
    if "responsibility_client" in tables.scores:
        first, last = first_and_last(tables, episodes, "responsibility_client")
        found["responsibility_taken"] = last - first >= RESPONSIBILITY_GAIN
    return {factor: int((is_ended & is_there).sum()) for factor, is_there in found.items()}


def _of_scores(tables: ClinicTables, episodes: Episodes) -> dict[str, Array]:
    worse, lost, lasting, labels, stuck, worked_through = ([] for _ in range(6))
    for measure, threshold in RELIABLE_CHANGE.items():
        if measure not in tables.scores:
            continue
        first, last = (_severity(measure, scores) for scores in first_and_last(tables, episodes, measure))
        scores, days = courses_of(tables, episodes, measure)
        scores = _severity(measure, scores)
        worse.append(last - first >= threshold)
        lost.append(lost_gains(scores, threshold))
        lasting.append(_has_lasting_gain(scores, threshold))
        labels.append(classify_courses(scores, days, threshold))
        worked_through.append((labels[-1] == TRANSIENT) & (first - last >= threshold))
        if measure in CUTOFF:
            stuck.append(deadlocked(tables, episodes, measure, threshold, CUTOFF[measure]))
    worsenings = {factor: np.any(np.array(labels) == label, axis=0) for factor, label in WORSENINGS.items()}
    others = {"deterioration": worse, "loss_of_gains": lost, "lasting_gain": lasting, "deadlock": stuck, "worsening_worked_through": worked_through}
    return worsenings | {factor: np.any(found, axis=0) for factor, found in others.items()}


def _severity(measure: str, scores: Array) -> Array:
    """Scores of which more is worse."""
    if measure != "swemwbs":
        return scores
    is_there = ~np.isnan(scores)
    severity = np.full(scores.shape, np.nan)
    severity[is_there] = SWEMWBS_SCORES[-1] - SWEMWBS_SCORES[scores[is_there].astype(int) - 7]
    return severity


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


def _interrupted(tables: ClinicTables, episodes: Episodes) -> Array:
    """Left without notice, and the next session after the last one of treatment that stood was missed or called off by the client.

    A closing session within four weeks never follows in the demo.
    """
    held: dict[int, list[tuple[Any, str, str]]] = defaultdict(list)
    for row in tables.sessions.select(["episode", "starts_at", "kind", "attendance"]).sort_by("starts_at").to_pylist():
        held[row["episode"]].append((row["starts_at"], row["kind"], row["attendance"]))
    has_notice = tables.episodes["closing_notice"].to_pylist()
    found = np.zeros(len(episodes.number), bool)
    for row in np.flatnonzero(np.isin(episodes.ending, CLIENT_UNPLANNED) & (episodes.sessions > 0)):
        sessions = held[int(episodes.number[row])]
        last = max(at for at, kind, attendance in sessions if kind == "treatment" and attendance in ATTENDED)
        after = [attendance for at, kind, attendance in sessions if at > last and kind != "follow_up" and attendance not in BY_OTHERS]
        found[row] = has_notice[row] is False and bool(after) and after[0] in BY_CLIENT
    return found
