"""The scores of one clinic: which form was filled in at which visit, measure by measure."""

from dataclasses import dataclass

import numpy as np

from pipelines.demo.appointments import Appointments
from pipelines.demo.courses import Courses
from pipelines.demo.draws import Array, spread
from pipelines.demo.forms import FormBank, form_bank
from pipelines.demo.outcomes import DISTRIBUTIONS, Outcomes
from pipelines.demo.people import RETIRED, UNEMPLOYED, People
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.shapes import DIPPED, NO_RUPTURE, PLAIN, REPAIRED, STRAINED, UNREPAIRED, WORN, Shapes, bend
from pipelines.demo.vocabulary import FOLLOW_UP, TREATMENT

EVERY_SESSION = ("phq9", "gad7")
VISITS_BETWEEN = 4  # of the longer measures
TAKEN_IN_BETWEEN = 0.95  # of the visits between the first and the last
WITH_A_GAP, WITH_TOO_MANY_GAPS = 0.015, 0.003  # of the forms of every session
OCCASIONAL_WITH_A_GAP = 0.15  # of other forms that may have one
FIRST_ITEM_NOT_APPLICABLE = (RETIRED, UNEMPLOYED)
EARLY_CHANGE = 0.75  # exponent of the ordinary course: more of the change in the first sessions
SRS_FLAT, SRS_MEAN, SRS_DEVIATION = 1 / 3, 34.75, 2.1
SRS_WOBBLE = 0.3  # points up and down between ordinary sessions, less than any rule calls a rupture


@dataclass(frozen=True)
class Scores:
    """One value an administration of one measure: the appointment it belongs to, and the form in the measure's bank."""

    appointment: Array
    form: Array


@dataclass(frozen=True)
class _Visits:
    """One value a visit of a measured episode; `number` counts from 0 to `count` - 1, a follow-up has the number `count`."""

    appointment: Array
    episode: Array
    number: Array
    count: Array
    is_follow_up: Array


def simulate_scores(
    profile: ClinicProfile,
    courses: Courses,
    appointments: Appointments,
    people: People,
    outcomes: Outcomes,
    shapes: Shapes,
    random: np.random.Generator,
) -> dict[str, Scores]:
    """The scores of every measure that the clinic uses."""
    visits = _measured_visits(courses, appointments, outcomes)
    scores = {}
    for measure in profile.measures:
        if measure == "srs":
            scores[measure] = _alliance_scores(courses, appointments, shapes, random)
        elif measure in EVERY_SESSION:
            scores[measure] = _session_scores(measure, visits, outcomes, shapes, random)
        else:
            scores[measure] = _occasional_scores(measure, visits, outcomes, people, random)
    return scores


def _measured_visits(courses: Courses, appointments: Appointments, outcomes: Outcomes) -> _Visits:
    """The visits at which forms may be filled in: all of them, or only the first where nobody was measured any more."""
    index = np.flatnonzero(appointments.visit >= 0)
    episode, number = appointments.episode[index], appointments.visit[index]
    is_used = outcomes.has_first[episode] & (outcomes.has_last[episode] | (number == 0))
    index, episode, number = index[is_used], episode[is_used], number[is_used]
    count = courses.assessments[episode] + courses.treatments[episode]
    return _Visits(index, episode, number, count, appointments.kind[index] == FOLLOW_UP)


def _select(visits: _Visits, where: Array) -> _Visits:
    return _Visits(visits.appointment[where], visits.episode[where], visits.number[where], visits.count[where], visits.is_follow_up[where])


def _session_scores(measure: str, visits: _Visits, outcomes: Outcomes, shapes: Shapes, random: np.random.Generator) -> Scores:
    """Scores of nearly every visit: an ordinary course with a little noise, or the planted shape."""
    is_between = (visits.number > 0) & (visits.number < visits.count - 1)
    is_planted = shapes.shape[visits.episode] != PLAIN
    visits = _select(visits, ~is_between | is_planted | (random.random(len(is_between)) < TAKEN_IN_BETWEEN))
    is_between, shape = (visits.number > 0) & (visits.number < visits.count - 1), shapes.shape[visits.episode]
    limits, bank = DISTRIBUTIONS[measure], form_bank(measure)
    first, last = outcomes.first[measure][visits.episode], outcomes.last[measure][visits.episode]
    totals = _ordinary_course(visits, first, last, is_between, random)
    if measure == "phq9":
        planted = (shape != PLAIN) & ~visits.is_follow_up
        totals[planted] = bend(shape[planted], first[planted], last[planted], visits.number[planted], visits.count[planted], random)
    may_have_gaps = is_between & (shape == PLAIN)
    return Scores(visits.appointment, _forms(bank, np.clip(totals, limits.least, limits.most), may_have_gaps, random))


def _ordinary_course(visits: _Visits, first: Array, last: Array, is_between: Array, random: np.random.Generator) -> Array:
    done = np.minimum(visits.number / np.maximum(visits.count - 1, 1), 1.0)
    noise = is_between * (random.integers(0, 2, len(done)) + random.integers(0, 2, len(done)) - 1)
    return np.round(first + (last - first) * done**EARLY_CHANGE).astype(int) + noise


def _forms(bank: FormBank, totals: Array, may_have_gaps: Array, random: np.random.Generator) -> Array:
    uniform = np.where(may_have_gaps, random.random(len(totals)), 1.0)
    return np.select(
        [uniform < WITH_TOO_MANY_GAPS, uniform < WITH_TOO_MANY_GAPS + WITH_A_GAP],
        [bank.with_too_many_gaps(totals, random), bank.with_gap(totals, random)],
        bank.complete(totals, random),
    )


def _occasional_scores(measure: str, visits: _Visits, outcomes: Outcomes, people: People, random: np.random.Generator) -> Scores:
    """Scores at the first and last visit and every few in between, on a straight line."""
    is_due = (visits.number == 0) | (visits.number == visits.count - 1) | (visits.number % VISITS_BETWEEN == 0)
    visits = _select(visits, is_due & ~visits.is_follow_up)
    first, last = outcomes.first[measure][visits.episode], outcomes.last[measure][visits.episode]
    totals = np.round(first + (last - first) * visits.number / np.maximum(visits.count - 1, 1)).astype(int)
    bank = form_bank(measure)
    if bank.scale.may_miss:
        has_gap = (visits.number > 0) & (visits.number < visits.count - 1) & (random.random(len(totals)) < OCCASIONAL_WITH_A_GAP)
        return Scores(visits.appointment, np.where(has_gap, bank.with_gap(totals, random), bank.complete(totals, random)))
    if not bank.scale.first_may_not_apply:
        return Scores(visits.appointment, bank.complete(totals, random))
    items = len(bank.scale.weights)
    does_not_apply = np.isin(people.employment[people.client[visits.episode]], FIRST_ITEM_NOT_APPLICABLE)
    of_others = np.round(totals * (items - 1) / items).astype(int)
    return Scores(visits.appointment, np.where(does_not_apply, bank.without_first_item(of_others, random), bank.complete(totals, random)))


def _alliance_scores(courses: Courses, appointments: Appointments, shapes: Shapes, random: np.random.Generator) -> Scores:
    """Session Rating Scale at every treatment session: a third of the people always give full marks, the others hardly move unless
    the alliance breaks; then the score drops by 6 to 9 points, and comes back after two sessions or not at all. Lesser troubles begin at the
    sixth session: one of 2 points, or 4.2 points for five sessions or for good, between one and two deviations of the network."""
    count = len(courses.fate)
    level = np.where(spread(random, count) < SRS_FLAT, 40.0, np.clip(random.normal(SRS_MEAN, SRS_DEVIATION, count), 27.0, 39.5))
    level = np.where((shapes.rupture != NO_RUPTURE) & (level == 40.0), 38.0, level)
    wobble = np.where(level == 40.0, 0.0, random.uniform(0.1, SRS_WOBBLE, count))
    drop = random.uniform(6, 9, count)
    index = np.flatnonzero((appointments.visit >= 0) & (appointments.kind == TREATMENT))
    episode = appointments.episode[index]
    session = appointments.visit[index] - courses.assessments[episode]
    # counted back from the end: unrepaired ruptures come in the last two sessions, repaired ones leave room to see the repair
    to_end = courses.treatments[episode] - 1 - session
    rupture = shapes.rupture[episode]
    fallen = np.where(rupture == REPAIRED, np.select([to_end == 2, to_end == 1], [1.0, 0.4], 0.0), to_end <= 1) * (rupture != NO_RUPTURE)
    lesser = np.select(
        [(rupture == DIPPED) & (session == 5), (rupture == STRAINED) & (session >= 5) & (session < 10), (rupture == WORN) & (session >= 5)],
        [2.0, 4.2, 4.2],
        0.0,
    )
    fallen = np.where(np.isin(rupture, (REPAIRED, UNREPAIRED)), fallen, 0.0)
    totals = level[episode] + wobble[episode] * np.where(session % 2 == 0, 1, -1) - drop[episode] * fallen - lesser
    return Scores(index, form_bank("srs").complete(np.round(np.clip(totals, 0, 40) * 10).astype(int), random))
