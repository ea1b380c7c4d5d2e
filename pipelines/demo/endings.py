"""How the episodes of one clinic ended: in which way, when, with notice or without."""

from dataclasses import dataclass

import numpy as np

from pipelines.demo.courses import Courses
from pipelines.demo.draws import Array, choose, every, ranked, spread
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.vocabulary import (
    CLIENT_STOPPED,
    COMPLETED,
    CONSULTATION_ONLY,
    CONSULTATION_OUTCOMES,
    COURSE,
    ENDINGS,
    LATE_REDIRECT,
    NOT_ASSESSED,
    NOT_STARTED,
    NOT_SUITABLE,
    REDIRECTED,
    TREATED_ONCE,
)  # fmt: skip

# what a consultation that did not lead to therapy came to: outcome, ending, share
CONSULTATION_ENDINGS = (
    ("assessment_only", "completed", 0.30), ("redirected", "redirected", 0.37), ("unsuitable", "not_suitable", 0.09),
    ("client_declined", "declined", 0.14), ("dropped_out", "client_stopped", 0.10),
)  # fmt: skip
UNTREATED_ENDINGS = (("could_not_contact", 0.45), ("declined", 0.3), ("not_assessed", 0.2), ("administrative", 0.05))
# the shares of the treated that ended in the ways of ENDINGS between client_stopped and completed
OTHER_ENDINGS = (0.03, 0.012, 0.015, 0.008, 0.002, 0.035, 0.006)
NONE = -1


@dataclass(frozen=True)
class Endings:
    """One value an episode. `tail` is how many booked appointments a person missed who left without a word (`is_sudden`)."""

    ended: Array
    ending: Array
    consultation_outcome: Array
    is_sudden: Array
    gave_notice: Array
    tail: Array

    def in_order(self, where: Array) -> Array:
        """The episodes that `where` marks, as they ended one after the other."""
        index = np.flatnonzero(where)
        return index[np.argsort(self.ended[index], kind="stable")]


def simulate_endings(profile: ClinicProfile, courses: Courses, random: np.random.Generator) -> Endings:
    """Give every episode its ending."""
    ending, consultation_outcome = _without_treatment(random, courses)
    late = np.flatnonzero(courses.fate == LATE_REDIRECT)
    ending[late] = np.where(spread(random, len(late)) < 0.8, REDIRECTED, NOT_SUITABLE)
    treated = np.flatnonzero((courses.fate == TREATED_ONCE) | (courses.fate == COURSE))
    treated = treated[np.argsort(courses.last_attended[treated], kind="stable")]
    ending[treated] = _of_the_treated(profile, random, courses.treatments[treated])

    stopped = treated[ending[treated] == CLIENT_STOPPED]
    is_sudden = np.zeros(len(ending), bool)
    is_sudden[every(stopped, profile.sudden)] = True
    gave_notice = (ending == COMPLETED) & (random.random(len(ending)) < 0.9)
    gave_notice[stopped] = ~is_sudden[stopped]
    tail = np.where(is_sudden, random.integers(1, 3, len(ending)), 0)
    tail[every(np.flatnonzero(courses.fate == NOT_ASSESSED), 0.25)] = 1
    ended = _days(random, courses, ending, is_sudden, tail)
    return Endings(ended, ending, consultation_outcome, is_sudden, gave_notice, tail)


def _without_treatment(random: np.random.Generator, courses: Courses) -> tuple[Array, Array]:
    count = len(courses.fate)
    ending = np.take([ENDINGS.index(name) for name, _ in UNTREATED_ENDINGS], choose(spread(random, count), [share for _, share in UNTREATED_ENDINGS]))
    outcome = np.where(courses.fate >= NOT_STARTED, CONSULTATION_OUTCOMES.index("accepted"), NONE)
    consulted = courses.fate == CONSULTATION_ONLY
    result = choose(spread(random, consulted.sum(), block=50), [share for _, _, share in CONSULTATION_ENDINGS])
    outcome[consulted] = np.take([CONSULTATION_OUTCOMES.index(name) for name, _, _ in CONSULTATION_ENDINGS], result)
    ending[consulted] = np.take([ENDINGS.index(name) for _, name, _ in CONSULTATION_ENDINGS], result)
    return ending, outcome


def _of_the_treated(profile: ClinicProfile, random: np.random.Generator, treatments: Array) -> Array:
    """Short courses are stopped more often, long ones completed; the shares hold among any number of people in a row."""
    shares = (profile.stopped, *OTHER_ENDINGS)
    length = profile.short_courses_stop * np.log(treatments) + random.gumbel(size=len(treatments))
    return choose(ranked(random, length), (*shares, 1 - sum(shares)))


def _days(random: np.random.Generator, courses: Courses, ending: Array, is_sudden: Array, tail: Array) -> Array:
    count = len(ending)
    after_last = np.select(
        [courses.fate == NOT_STARTED, is_sudden, ending == CLIENT_STOPPED, ending == COMPLETED],
        [
            random.integers(20, 60, count),
            courses.cadence * tail + random.integers(14, 28, count),
            random.integers(7, 21, count),
            random.integers(0, 7, count),
        ],
        random.integers(3, 21, count),
    )
    ended = courses.last_attended + after_last
    return np.where(courses.fate == NOT_ASSESSED, courses.referred + random.integers(25, 60, count), ended)
