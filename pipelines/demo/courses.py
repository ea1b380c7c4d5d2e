"""How far the people referred to one clinic got: seen or not, accepted or not, how many sessions, on which days."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from pipelines.demo.calendar import Calendar
from pipelines.demo.draws import Array, choose, gamma_poisson, poisson, spread
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.vocabulary import ASSESSMENT, COURSE, LATE_REDIRECT, NOT_ASSESSED, TREATED_ONCE, TREATMENT

SEEN = 0.81  # of the referred
MEAN_SESSIONS, SESSIONS_SHAPE, MOST_SESSIONS = 8.0, 1.3, 40
# of appointments: cancelled by the provider, by the client in time, rescheduled, too late to be seen, not recorded
OTHER_MISSES = (0.04, 0.035, 0.01, 0.005, 0.003)
# people who stop miss their last appointments, too; what is missed before is that much less
MISSED_BEFORE_THE_END = 0.9


@dataclass(frozen=True)
class Visits:
    """One value an attended appointment, by episode, assessments first; `missed_before` appointments came to nothing before it."""

    episode: Array
    number: Array
    kind: Array
    missed_before: Array


@dataclass(frozen=True)
class Courses:
    """One value an episode, in order of referral. Days are day numbers and may lie after the last day of data.

    `assessed_at` and `treated_at` are the positions, among the open days, of the first appointment of each phase.
    """

    referred: Array
    fate: Array
    assessments: Array
    treatments: Array
    visits: Visits
    cadence: Array
    assessed_at: Array
    treated_at: Array
    decided: Array
    last_attended: Array

    @property
    def is_finished(self) -> Array:
        """At least two attended treatment sessions."""
        return self.treatments >= 2


def simulate_courses(profile: ClinicProfile, calendar: Calendar, count: int, random: np.random.Generator) -> Courses:
    """What becomes of `count` referrals of one clinic."""
    referred = calendar.arrivals(random, count)
    fate = _fates(profile, random, count)
    assessments = np.where(fate == NOT_ASSESSED, 0, 1 + (random.random(count) < 0.1))
    treatments = _treatments(fate, random)
    visits = _visits(profile, calendar, random, referred, assessments, treatments)
    cadence = np.where(random.random(count) < 0.65, 7, 14)
    missed = np.bincount(visits.episode * 2 + visits.kind, weights=visits.missed_before, minlength=2 * count).astype(int)

    assessed_at = calendar.working_position(calendar.position(referred) + _lag(random, count, median=10, sigma=0.45))
    decided_at = assessed_at + 7 * np.maximum(assessments + missed[0::2] - 1, 0)
    treated_at = calendar.working_position(decided_at + _lag(random, count, median=7, sigma=0.45))
    treated_last_at = treated_at + cadence * np.maximum(treatments + missed[1::2] - 1, 0)
    decided = calendar.open_days[decided_at]
    last_attended = np.where(treatments > 0, calendar.open_days[treated_last_at], decided)
    return Courses(referred, fate, assessments, treatments, visits, cadence, assessed_at, treated_at, decided, last_attended)


def _fates(profile: ClinicProfile, random: np.random.Generator, count: int) -> Array:
    accepted = SEEN * profile.accepted
    late = accepted * profile.late_redirects
    others = accepted - late
    return choose(spread(random, count), (1 - SEEN, SEEN - accepted, others * 0.14, others * 0.22, others * 0.64, late))


def _treatments(fate: Array, random: np.random.Generator) -> Array:
    """Attended treatment sessions: one, a course with a long right tail, or, before a late redirect, one to three."""
    treatments = np.where(fate == TREATED_ONCE, 1, 0)
    is_course, is_late = fate == COURSE, fate == LATE_REDIRECT
    treatments[is_course] = 2 + gamma_poisson(spread(random, is_course.sum()), MEAN_SESSIONS - 2, SESSIONS_SHAPE, MOST_SESSIONS)
    treatments[is_late] = 1 + choose(spread(random, is_late.sum()), (0.75, 0.15, 0.1))
    return treatments


def _lag(random: np.random.Generator, count: int, median: float, sigma: float) -> Array:
    return np.round(median * np.exp(sigma * ndtri(spread(random, count)))).astype(int)


def _visits(profile: ClinicProfile, calendar: Calendar, random: np.random.Generator, referred: Array, assessments: Array, treatments: Array) -> Visits:
    visits = assessments + treatments
    episode = np.repeat(np.arange(len(visits)), visits)
    number = np.arange(len(episode)) - np.repeat(np.cumsum(visits) - visits, visits)
    kind = np.where(number < assessments[episode], ASSESSMENT, TREATMENT)
    probable_day = referred[episode] + 21 + 11 * number
    is_later = probable_day >= calendar.month_start(profile.later_from_month)
    missed = sum(miss_shares(profile, later=False)) + is_later * (profile.did_not_attend_later - profile.did_not_attend)
    missed_before = poisson(spread(random, len(episode)), MISSED_BEFORE_THE_END * missed / (1 - missed))
    return Visits(episode, number, kind, missed_before)


def miss_shares(profile: ClinicProfile, later: bool) -> tuple[float, ...]:
    """Of all appointments, those that came to nothing: not attended, cancelled late by the client, and `OTHER_MISSES`."""
    return (profile.did_not_attend_later if later else profile.did_not_attend, profile.cancelled_late, *OTHER_MISSES)
