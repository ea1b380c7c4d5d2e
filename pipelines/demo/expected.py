"""What a correct warehouse must count in the demo each month, worked out from the tables by other means than SQL.

Rules of NHS England Talking Therapies: finished courses, recovery, reliable change (PHQ-9 10 and 6, GAD-7 8 and 4).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipelines.demo.calendar import Calendar
from pipelines.demo.draws import Array
from pipelines.demo.expected_episodes import NEVER, Episodes, episodes_of, first_and_last
from pipelines.demo.expected_goals import goals_attained
from pipelines.demo.tables import ClinicTables

CASENESS = {"phq9": 10, "gad7": 8}
RELIABLE_CHANGE = {"phq9": 6, "gad7": 4}
CLIENT_UNPLANNED = ("client_stopped", "could_not_contact", "declined")
EXTERNAL = ("moved", "deceased", "illness", "administrative")
UNKNOWN = ("unknown", "other", "not_assessed")


@dataclass(frozen=True)
class MonthlyCounts:
    """Numerator, denominator and missing (of the denominator, those without a result) of one indicator, one value a month."""

    numerator: list[int]
    denominator: list[int]
    missing: list[int]

    def rolling_12(self) -> dict[str, int]:
        """The last twelve months together."""
        return {"numerator": sum(self.numerator[-12:]), "denominator": sum(self.denominator[-12:]), "missing": sum(self.missing[-12:])}


class SymptomResults(NamedTuple):
    """One truth value an episode: both measures before and after, known below caseness, any reliably better, any reliably worse, recovered."""

    is_paired: Array
    is_known_below: Array
    better: Array
    worse: Array
    recovered: Array


def monthly_counts(tables: ClinicTables, calendar: Calendar) -> dict[str, MonthlyCounts]:
    """The indicators of the first release by month; outcomes only for a clinic that uses PHQ-9 and GAD-7.

    A system without episodes tells of attendance alone: what the warehouse makes of its gaps is not worked out here.
    """
    counts = _attendance(tables, calendar)
    if not len(tables.episodes):
        return counts
    episodes = episodes_of(tables)
    counts |= _endings(episodes, calendar)
    if set(CASENESS) <= set(tables.scores):
        counts |= _outcomes(tables, episodes, calendar)
    if len(tables.goals):
        has_goal = np.isin(episodes.number, tables.goals["episode"].to_numpy())
        is_attained, is_unknown = goals_attained(tables, episodes)
        counts["goals_recorded"] = _by_month(calendar, episodes.ended, has_goal, episodes.is_finished)
        counts["goal_attainment"] = _by_month(calendar, episodes.ended, is_attained, episodes.is_finished & has_goal, is_unknown)
    return counts


def _by_month(calendar: Calendar, days: Array, numerator: Array, denominator: Array, missing: Array | None = None) -> MonthlyCounts:
    """Counts of the rows whose day lies in each month; only rows of the denominator count."""
    starts = np.array([calendar.month_start(number) for number in range(1, calendar.months + 2)])
    month: Array = np.searchsorted(starts, days, side="right") - 1
    is_inside = (month >= 0) & (month < calendar.months) & denominator
    flags = (np.ones(len(days), bool), numerator, np.zeros(len(days), bool) if missing is None else missing)
    everyone, counted, unknown = (np.bincount(month[is_inside & flag], minlength=calendar.months).tolist() for flag in flags)
    return MonthlyCounts(counted, everyone, unknown)


def _attendance(tables: ClinicTables, calendar: Calendar) -> dict[str, MonthlyCounts]:
    sessions = tables.sessions
    attendance = np.asarray(sessions["attendance"].to_pylist())
    day = sessions["starts_at"].cast(pa.date32(), safe=False).cast(pa.int32()).to_numpy()
    is_appointment = ~np.isin(attendance, ("scheduled", "rescheduled"))
    is_unmarked = attendance == "not_recorded"
    is_missed = np.isin(attendance, ("did_not_attend", "late_not_seen", "cancelled_late_by_client"))
    is_attended = np.isin(attendance, ("attended", "attended_late"))
    return {
        "did_not_attend": _by_month(calendar, day, attendance == "did_not_attend", is_appointment, is_unmarked),
        "provider_cancelled": _by_month(calendar, day, attendance == "cancelled_by_provider", is_appointment, is_unmarked),
        "missed_sessions": _by_month(calendar, day, is_missed, is_missed | is_attended),
    }


def _endings(episodes: Episodes, calendar: Calendar) -> dict[str, MonthlyCounts]:
    is_counted = (episodes.ended < NEVER) & (episodes.sessions >= 1) & ~np.isin(episodes.ending, EXTERNAL)
    unplanned, unknown = np.isin(episodes.ending, CLIENT_UNPLANNED), np.isin(episodes.ending, UNKNOWN)
    return {"unplanned_ending": _by_month(calendar, episodes.ended, unplanned, is_counted, unknown)}


def symptom_results(tables: ClinicTables, episodes: Episodes) -> SymptomResults:
    """PHQ-9 and GAD-7 of each episode before and after."""
    pairs = {measure: first_and_last(tables, episodes, measure) for measure in CASENESS}
    is_paired = np.all([~np.isnan(last) for _, last in pairs.values()], axis=0)
    at_caseness = np.any([first >= CASENESS[measure] for measure, (first, _) in pairs.items()], axis=0)
    below_at_end = np.all([last < CASENESS[measure] for measure, (_, last) in pairs.items()], axis=0)
    is_known_below = np.all([~np.isnan(first) for first, _ in pairs.values()], axis=0) & ~at_caseness
    better = np.any([first - last >= RELIABLE_CHANGE[measure] for measure, (first, last) in pairs.items()], axis=0) & is_paired
    worse = np.any([last - first >= RELIABLE_CHANGE[measure] for measure, (first, last) in pairs.items()], axis=0) & is_paired
    return SymptomResults(is_paired, is_known_below, better, worse, is_paired & at_caseness & below_at_end)


def _outcomes(tables: ClinicTables, episodes: Episodes, calendar: Calendar) -> dict[str, MonthlyCounts]:
    is_paired, is_known_below, better, worse, recovered = symptom_results(tables, episodes)
    finished, at_risk = episodes.is_finished, episodes.is_finished & ~is_known_below
    results = {
        "reliable_improvement": (better & ~worse, finished),
        "reliable_deterioration": (worse & ~better, finished),
        "no_reliable_change": (is_paired & (better == worse), finished),
        "recovery": (recovered, at_risk),
        "reliable_recovery": (recovered & better & ~worse, at_risk),
    }
    counts = {name: _by_month(calendar, episodes.ended, numerator, denominator, ~is_paired) for name, (numerator, denominator) in results.items()}
    return {**counts, "paired_scores": _by_month(calendar, episodes.ended, is_paired, finished)}
