"""Which courses of PHQ-9 scores a correct warehouse must find in the demo: short, sharp, gradual and late worsenings, lost gains, deadlocks.

A worsening is a rise of at least the reliable change above the best of the last three stable scores; it is over when the score is back
within half of that. The rules and their worked examples are this project's.
"""

import numpy as np
import pyarrow as pa

from pipelines.demo.draws import Array
from pipelines.demo.expected import CASENESS, RELIABLE_CHANGE
from pipelines.demo.expected_episodes import NEVER, NO_SCORE, Episodes, episodes_of
from pipelines.demo.forms import form_bank
from pipelines.demo.tables import ClinicTables

LABELS = ("none", "transient", "ended_while_worse", "sustained_gradual", "sharp_sustained", "not_classifiable")
NONE, TRANSIENT, ENDED_WHILE_WORSE, SUSTAINED_GRADUAL, SHARP_SUSTAINED, NOT_CLASSIFIABLE = range(len(LABELS))
SHORT_SCORES, SHORT_DAYS, SUSTAINED_SCORES = 3, 28, 4
STALEMATE_SESSIONS, STALEMATE_SCORES = 8, 6


def worsening_labels(tables: ClinicTables) -> dict[str, int]:
    """How many ended episodes have each label of their PHQ-9 course, and how many lost gains or stood still."""
    episodes = episodes_of(tables)
    scores, days = courses_of(tables, episodes, "phq9")
    label = classify_courses(scores, days, RELIABLE_CHANGE["phq9"])
    has_course = (episodes.ended < NEVER) & (episodes.sessions >= 1) & ~np.isnan(scores[:, 0])
    counts = {name: int((has_course & (label == code)).sum()) for code, name in enumerate(LABELS)}
    counts["loss_of_gains"] = int((has_course & lost_gains(scores, RELIABLE_CHANGE["phq9"])).sum())
    counts["stalemate_by_scores"] = int((has_course & (episodes.sessions >= STALEMATE_SESSIONS) & stands_still(scores)).sum())
    return counts


def courses_of(tables: ClinicTables, episodes: Episodes, measure: str) -> tuple[Array, Array]:
    """Valid scores of each episode until its ending and their days: one row an episode, padded with not a number at the end."""
    scores = tables.scores[measure]
    value = form_bank(measure).score[scores["form"].to_numpy()]
    row, day = episodes.row_of(scores["episode"].to_numpy()), scores["measured_on"].cast(pa.int32()).to_numpy()
    usable = np.flatnonzero(~np.isnan(value) & (day <= episodes.ended[row]))
    usable = usable[np.lexsort((scores["session"].to_numpy()[usable], row[usable]))]
    length = np.bincount(row[usable], minlength=len(episodes.number))
    place = np.arange(len(usable)) - (np.cumsum(length) - length)[row[usable]]
    courses = np.full((len(episodes.number), max(length.max(initial=0), 1)), NO_SCORE)
    days = np.zeros(courses.shape)
    courses[row[usable], place], days[row[usable], place] = value[usable], day[usable]
    return courses, days


def classify_courses(scores: Array, days: Array, reliable_change: float) -> Array:
    """The label of each course: the gravest of its worsenings."""
    rows = len(scores)
    label, in_spell = np.zeros(rows, int), np.zeros(rows, bool)
    history = np.full((rows, 3), np.inf)
    history[:, 2] = scores[:, 0]
    anchor, peak, count, onset, is_sharp, has_gap = (np.zeros(rows) for _ in range(6))
    last_day = days[:, 0].copy()
    for step in range(1, scores.shape[1]):
        value, day = scores[:, step], days[:, step]
        is_there = ~np.isnan(value)
        has_gap[is_there & in_spell & (day - last_day > SHORT_DAYS)] = 1
        starts = is_there & ~in_spell & (value - history.min(axis=1) >= reliable_change)
        goes_on = is_there & in_spell & (value - anchor > reliable_change / 2)
        ends = is_there & in_spell & ~goes_on
        label = np.where(ends, np.maximum(label, _closed(count, day - onset, peak - anchor, is_sharp, reliable_change)), label)
        stable = is_there & ~in_spell & ~starts
        history[stable] = np.column_stack([history[stable][:, 1:], value[stable]])
        history[ends] = np.column_stack([np.full((ends.sum(), 2), np.inf), value[ends]])
        anchor[starts], onset[starts] = history[starts].min(axis=1), day[starts]
        is_sharp[starts] = _sudden_losses(scores, step, reliable_change)[starts]
        peak = np.where(starts, value, np.where(goes_on, np.maximum(peak, value), peak))
        count = np.where(starts, 1, count + goes_on)
        in_spell = (in_spell | starts) & ~ends
        last_day = np.where(is_there, day, last_day)
    open_label = _open(count, last_day - onset, peak - anchor, is_sharp, reliable_change)
    label = np.where(in_spell, np.maximum(label, open_label), label)
    too_short = (~np.isnan(scores)).sum(axis=1) < 4
    return np.where(too_short | (has_gap == 1), NOT_CLASSIFIABLE, label)


def _sustained(count: Array, length: Array) -> Array:
    return (count >= SUSTAINED_SCORES) | ((length > SHORT_DAYS) & (count >= 2))


def _graded(magnitude: Array, is_sharp: Array, reliable_change: float) -> Array:
    return np.where((magnitude >= 2 * reliable_change) | (is_sharp == 1), SHARP_SUSTAINED, SUSTAINED_GRADUAL)


def _closed(count: Array, length: Array, magnitude: Array, is_sharp: Array, reliable_change: float) -> Array:
    return np.where(_sustained(count, length), _graded(magnitude, is_sharp, reliable_change), TRANSIENT)


def _open(count: Array, length: Array, magnitude: Array, is_sharp: Array, reliable_change: float) -> Array:
    return np.where(_sustained(count, length), _graded(magnitude, is_sharp, reliable_change), ENDED_WHILE_WORSE)


def _sudden_losses(scores: Array, step: int, reliable_change: float) -> Array:
    """Whether the score rose suddenly at `step` (Tang & DeRubeis 1999, mirrored): far, by a quarter, and beyond the usual variation."""
    before, after = scores[:, max(step - 3, 0) : step], scores[:, step : step + 3]
    n_before, n_after = before.shape[1], (~np.isnan(after)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = ((before - before.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
        mean_after = np.nansum(after, axis=1) / n_after
        squares = squares + np.nansum((after - mean_after[:, None]) ** 2, axis=1)
        limit = np.select([n_before + n_after == 6, n_before + n_after == 5, n_before + n_after == 4], [2.776, 3.182, 4.303], np.inf)
        usual = limit * np.sqrt(squares / (n_before + n_after - 2))
        rise = scores[:, step] - scores[:, step - 1]
        is_sudden = (rise >= reliable_change) & (rise >= 0.25 * scores[:, step - 1]) & (mean_after - before.mean(axis=1) > usual)
    return is_sudden & (n_before >= 2) & (n_after >= 2)


def lost_gains(scores: Array, reliable_change: float) -> Array:
    """Courses that had got reliably better at their best and ended reliably worse than that."""
    best = np.nanmin(np.where(np.isnan(scores).all(axis=1)[:, None], 0, scores), axis=1)
    return (scores[:, 0] - best >= reliable_change) & (last_of(scores) - best >= reliable_change)


def last_of(scores: Array) -> Array:
    """The last score of each course."""
    length = (~np.isnan(scores)).sum(axis=1)
    return scores[np.arange(len(scores)), np.maximum(length - 1, 0)]


def stands_still(scores: Array, reliable_change: float = RELIABLE_CHANGE["phq9"], cutoff: float = CASENESS["phq9"]) -> Array:
    """Courses whose last six scores stay close to the first, without slope (Theil and Sen), and in the clinical range."""
    length = (~np.isnan(scores)).sum(axis=1)
    result = np.zeros(len(scores), bool)
    long = np.flatnonzero(length >= STALEMATE_SCORES)
    tail = scores[long[:, None], length[long, None] - STALEMATE_SCORES + np.arange(STALEMATE_SCORES)]
    later, earlier = np.triu_indices(STALEMATE_SCORES, 1)[::-1]
    slope = np.median((tail[:, later] - tail[:, earlier]) / (later - earlier), axis=1)
    is_near = (np.abs(tail - scores[long, :1]) < reliable_change).all(axis=1)
    result[long] = is_near & (np.abs(slope * 5) < reliable_change / 2) & (tail[:, -1] >= cutoff)
    return result
