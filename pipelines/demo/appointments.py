"""The appointments of one clinic: every visit, every one that came to nothing before it, and those missed at a sudden end."""

from dataclasses import dataclass, fields

import numpy as np

from pipelines.demo.calendar import SECONDS_A_DAY, Calendar
from pipelines.demo.courses import Courses, miss_shares
from pipelines.demo.draws import Array, choose, every, spread
from pipelines.demo.endings import Endings
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.vocabulary import (
    ASSESSMENT,
    ATTENDED,
    ATTENDED_LATE,
    CANCELLED_BY_CLIENT,
    CANCELLED_BY_PROVIDER,
    CANCELLED_LATE,
    COMPLETED,
    DID_NOT_ATTEND,
    FOLLOW_UP,
    TREATMENT,
)  # fmt: skip

NO_TIME = -1
NO_VISIT = -1


@dataclass(frozen=True)
class Slots:
    """One value an appointment: whose, when, what for. `visit` numbers the attended ones of an episode; -1 for all others."""

    episode: Array
    day: Array
    kind: Array
    visit: Array


@dataclass(frozen=True)
class Appointments(Slots):
    """Slots with what came of them. Times are local: `second` of the day, `cancelled_at` in seconds since 1970-01-01 or -1."""

    second: Array
    attendance: Array
    cancelled_at: Array
    medium: Array


def simulate_appointments(profile: ClinicProfile, calendar: Calendar, courses: Courses, endings: Endings, random: np.random.Generator) -> Appointments:
    """All appointments of a clinic's episodes, by episode and day, also those after the last day of data."""
    slots = _with_follow_ups(random, courses, endings, _slots(calendar, courses, endings))
    count, episodes = len(slots.episode), len(courses.fate)
    second = (3600 * 8 + 1800 * random.integers(0, 20, episodes))[slots.episode]
    medium = choose(random.random(episodes), (0.6, 0.3, 0.1))[slots.episode]
    attendance = np.where(random.random(count) < 0.03, ATTENDED_LATE, ATTENDED)
    missed = np.flatnonzero(slots.visit == NO_VISIT)
    missed = missed[np.argsort(slots.day[missed], kind="stable")]
    attendance[missed] = _misses(profile, calendar, slots.day[missed], random)
    hours = _hours_of_notice(attendance, random)
    cancelled_at = np.where(hours > 0, slots.day * SECONDS_A_DAY + second - 3600 * hours, NO_TIME)
    return Appointments(slots.episode, slots.day, slots.kind, slots.visit, second, attendance, cancelled_at, medium)


def _slots(calendar: Calendar, courses: Courses, endings: Endings) -> Slots:
    visits, has_tail = courses.visits, np.flatnonzero(endings.tail)
    none = np.full(len(has_tail), NO_VISIT)
    tail_kind = np.where(courses.treatments[has_tail] > 0, TREATMENT, ASSESSMENT)
    order = np.argsort(np.concatenate([visits.episode, has_tail]), kind="stable")
    episode = np.concatenate([visits.episode, has_tail])[order]
    kind = np.concatenate([visits.kind, tail_kind])[order]
    visit = np.concatenate([visits.number, none])[order]
    rows = np.concatenate([visits.missed_before + 1, endings.tail[has_tail]])[order]

    is_visit = np.zeros(rows.sum(), bool)
    is_visit[np.cumsum(rows) - 1] = visit != NO_VISIT
    episode, kind, visit = np.repeat(episode, rows), np.repeat(kind, rows), np.repeat(visit, rows)
    phase = episode * 2 + kind
    size = np.bincount(phase, minlength=2 * len(courses.fate))
    place = np.arange(len(phase)) - (np.cumsum(size) - size)[phase]
    position = np.where(kind == ASSESSMENT, courses.assessed_at[episode] + 7 * place, courses.treated_at[episode] + courses.cadence[episode] * place)
    return Slots(episode, calendar.open_days[position], kind, np.where(is_visit, visit, NO_VISIT))


def _with_follow_ups(random: np.random.Generator, courses: Courses, endings: Endings, slots: Slots) -> Slots:
    """A few completed courses have a follow-up two or three months after the ending; its scores are not last scores."""
    episode = every(endings.in_order(courses.is_finished & (endings.ending == COMPLETED)), 0.04)
    day = endings.ended[episode] + random.integers(60, 90, len(episode))
    number = courses.assessments[episode] + courses.treatments[episode]
    extra = Slots(episode, day, np.full(len(episode), FOLLOW_UP), number)
    order = np.argsort(np.concatenate([slots.episode, extra.episode]), kind="stable")
    return Slots(*(np.concatenate([getattr(slots, field.name), getattr(extra, field.name)])[order] for field in fields(Slots)))


def _misses(profile: ClinicProfile, calendar: Calendar, days: Array, random: np.random.Generator) -> Array:
    uniform = spread(random, len(days))
    before, later = (DID_NOT_ATTEND + choose(uniform, miss_shares(profile, later)) for later in (False, True))
    return np.where(days >= calendar.month_start(profile.later_from_month), later, before)


def _hours_of_notice(attendance: Array, random: np.random.Generator) -> Array:
    """How long before the appointment it was cancelled; 0 if it was not. Less than 24 hours is late."""
    count = len(attendance)
    return np.select(
        [attendance == CANCELLED_LATE, attendance == CANCELLED_BY_CLIENT, attendance == CANCELLED_BY_PROVIDER],
        [random.integers(2, 23, count), random.integers(26, 150, count), random.integers(3, 100, count)],
        0,
    )
