"""The courses that the demo plants on purpose: short, sharp, gradual and late worsenings, lost gains, deadlocks, large gains, ruptures.

Each shape is planted where a person's first and last score suit it, so that outcomes stay what they were; the two shapes of the clinic
with many sharp worsenings (`sharp_and_lasting`, `large_gains` of its profile) change them.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.demo.appointments import Appointments
from pipelines.demo.courses import Courses
from pipelines.demo.draws import Array, every, spread
from pipelines.demo.endings import Endings
from pipelines.demo.outcomes import Outcomes
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.vocabulary import CLIENT_STOPPED

SHAPES = ("plain", "worked_through", "sharp_and_lasting", "gradual", "ended_while_worse", "loss_of_gains", "stalemate", "large_gain")
PLAIN, WORKED_THROUGH, SHARP_AND_LASTING, GRADUAL, ENDED_WHILE_WORSE, LOSS_OF_GAINS, STALEMATE, LARGE_GAIN = range(len(SHAPES))
NO_RUPTURE, REPAIRED, UNREPAIRED, DIPPED, STRAINED, WORN = range(6)

LONG_COURSE = 8  # visits, from which on a shape has room
STRAIN_SESSIONS = 12  # treatments, in which a strain shows whether it passes
LONGEST_GAP = 28  # days between two visits, and in all of a short worsening


@dataclass(frozen=True)
class Shapes:
    """One value an episode: the shape of its PHQ-9 course, and what became of the alliance.

    It broke and was repaired or not; or, in long courses, it dipped once, was strained for five sessions, or wore down for good, each by
    less than a definite rupture.
    """

    shape: Array
    rupture: Array

    def planted(self, name: str) -> Array:
        """Which episodes have the shape."""
        return self.shape == SHAPES.index(name)


def plant_shapes(
    profile: ClinicProfile, courses: Courses, endings: Endings, appointments: Appointments, outcomes: Outcomes, random: np.random.Generator
) -> Shapes:
    """Choose the episodes of each shape, evenly over time, and set their first and last PHQ-9 and GAD-7 to fit."""
    shape = np.full(len(courses.fate), PLAIN)
    if "phq9" in profile.measures:
        finished = endings.in_order(courses.is_finished & outcomes.has_last)
        has_room, is_quick = _rooms(courses, appointments)
        long = finished[has_room[finished]]
        _plant_sharp_and_large(profile, finished, long, shape)
        _plant_by_outcome(profile, long[shape[long] == PLAIN], is_quick, outcomes, shape)
        _fit_scores(shape, outcomes, random)
    return Shapes(shape, _ruptures(profile, courses, endings, random))


def _rooms(courses: Courses, appointments: Appointments) -> tuple[Array, Array]:
    """Which courses have at least `LONG_COURSE` visits and no long gap, and in which of them a worsening in the middle is short."""
    count = len(courses.fate)
    visits = courses.assessments + courses.treatments
    is_visit = (appointments.visit >= 0) & (appointments.visit < visits[appointments.episode])
    episode, day = appointments.episode[is_visit], appointments.day[is_visit]
    gap = np.where(np.diff(episode) == 0, np.diff(day), 0)
    longest = np.zeros(count, int)
    np.maximum.at(longest, episode[1:], gap)
    has_room = (visits >= LONG_COURSE) & (longest <= LONGEST_GAP)
    onset = (np.cumsum(visits) - visits + visits // 2)[has_room]
    is_quick = np.zeros(count, bool)
    is_quick[has_room] = day[onset + 2] - day[onset] <= LONGEST_GAP
    return has_room, is_quick


def _plant_sharp_and_large(profile: ClinicProfile, finished: Array, long: Array, shape: Array) -> None:
    shape[every(long, profile.sharp_and_lasting)] = SHARP_AND_LASTING
    shape[every(finished[shape[finished] == PLAIN], profile.large_gains)] = LARGE_GAIN


def _plant_by_outcome(profile: ClinicProfile, long: Array, is_quick: Array, outcomes: Outcomes, shape: Array) -> None:
    first, last = outcomes.first["phq9"][long], outcomes.last["phq9"][long]
    better = long[is_quick[long] & (first - last >= 6) & (first - last <= 15) & (first <= 20)]
    shape[every(better, profile.worked_through)] = WORKED_THROUGH
    worse = long[last - first >= 6]
    shape[worse[0::2]], shape[worse[1::2]] = SHARP_AND_LASTING, GRADUAL
    same = long[(np.abs(last - first) <= 4) & (first >= 12) & (first <= 20)]
    shape[same[0::4]], shape[same[1::4]], shape[same[2::4]] = LOSS_OF_GAINS, ENDED_WHILE_WORSE, STALEMATE


def _fit_scores(shape: Array, outcomes: Outcomes, random: np.random.Generator) -> None:
    """Give shaped courses the PHQ-9 that the shape needs; the GAD-7 goes along with it, without a course of its own."""
    count = len(shape)
    phq_first, phq_last = outcomes.first["phq9"], outcomes.last["phq9"]
    gad_first, gad_last = outcomes.first["gad7"], outcomes.last["gad7"]
    phq_first[:] = np.select(
        [(shape == SHARP_AND_LASTING) | (shape == GRADUAL), shape == LARGE_GAIN, shape == LOSS_OF_GAINS],
        [random.integers(9, 14, count), random.integers(20, 27, count), random.integers(16, 21, count)],
        phq_first,
    )
    to_last = [SHARP_AND_LASTING, GRADUAL, ENDED_WHILE_WORSE, LOSS_OF_GAINS, STALEMATE, LARGE_GAIN]
    change = np.select([shape == name for name in to_last], [9, 10, 4, -1, 0, -random.integers(15, 20, count)], 0)
    phq_last[:] = np.where(np.isin(shape, to_last), phq_first + change, phq_last)
    steady = np.isin(shape, (SHARP_AND_LASTING, GRADUAL, ENDED_WHILE_WORSE, LOSS_OF_GAINS, STALEMATE))
    gad_first[:] = np.where(shape == LARGE_GAIN, random.integers(14, 20, count), gad_first)
    gad_last[:] = np.select([steady, shape == LARGE_GAIN], [np.clip(gad_first + random.integers(-1, 3, count), 0, 21), random.integers(1, 7, count)], gad_last)


def bend(shape: Array, first: Array, last: Array, visit: Array, visits: Array, random: np.random.Generator) -> Array:
    """PHQ-9 totals of the visits of shaped courses: `visit` counts from 0 to `visits` - 1. Courses of no other shape get a straight line."""
    line = first + (last - first) * visit / np.maximum(visits - 1, 1)
    to_end, since_middle = visits - 1 - visit, visit - visits // 2
    ripple = random.integers(0, 2, len(visit)) * (visit > 0)
    valley = first - np.minimum(10 * visit / np.maximum(visits - 6, 1), 10)
    totals = np.select(
        [shape == name for name in (WORKED_THROUGH, SHARP_AND_LASTING, GRADUAL, ENDED_WHILE_WORSE, LOSS_OF_GAINS, STALEMATE)],
        [
            line + np.where((since_middle == 0) | (since_middle == 1), 9, 0),
            first + np.select([to_end == 0, to_end == 5, to_end >= 6], [9, 8, -ripple], 13 - ripple),
            first + np.where(to_end > 7, -ripple, np.clip(3 * (7 - to_end), 0, 10)),
            first + np.select([to_end == 0, to_end == 1], [4, 7], -ripple),
            np.where(to_end >= 5, valley, np.minimum(first - 10 + 3 * (5 - to_end), first - 1)),
            first + np.where(to_end > 0, ripple, 0),
        ],
        line,
    )
    return np.round(totals).astype(int)


def _ruptures(profile: ClinicProfile, courses: Courses, endings: Endings, random: np.random.Generator) -> Array:
    """Ruptures of the alliance in courses long enough to see them; unrepaired ones first where people left without a word."""
    rupture = np.full(len(courses.fate), NO_RUPTURE)
    candidates = endings.in_order(courses.treatments >= 6)
    if "srs" not in profile.measures or not len(candidates):
        return rupture
    left = (endings.ending[candidates] == CLIENT_STOPPED) & endings.is_sudden[candidates]
    # where most ruptures stay unrepaired, they are what sudden endings are about
    unrepaired = profile.ruptures * (1 - profile.ruptures_repaired)
    of_left = min(unrepaired / max(left.mean(), 1e-9), 1.0) * 0.9
    rupture[every(candidates[left], of_left)] = UNREPAIRED
    rest = candidates[rupture[candidates] == NO_RUPTURE]
    missing = max(unrepaired * len(candidates) - (rupture == UNREPAIRED).sum(), 0)
    kinds = spread(random, len(rest))
    rupture[rest] = np.where(kinds < missing / max(len(rest), 1), UNREPAIRED, NO_RUPTURE)
    repaired = profile.ruptures * profile.ruptures_repaired * len(candidates) / max(len(rest), 1)
    rupture[rest[kinds >= 1 - repaired]] = REPAIRED
    long = candidates[(rupture[candidates] == NO_RUPTURE) & (courses.treatments[candidates] >= STRAIN_SESSIONS)]
    rupture[long[0::12]], rupture[long[4::12]], rupture[long[8::12]] = DIPPED, STRAINED, WORN
    return rupture
