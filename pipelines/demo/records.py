"""What the people of one clinic wrote down about the work: the record of the first consultation, redirects, reviews of ended episodes."""

from dataclasses import dataclass

import numpy as np

from pipelines.demo.courses import Courses
from pipelines.demo.draws import Array, choose, every, spread
from pipelines.demo.endings import Endings
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.shapes import SHARP_AND_LASTING, STALEMATE, UNREPAIRED, Shapes
from pipelines.demo.vocabulary import LATE_REDIRECT, REDIRECTED

CONSULTATION_ITEMS = (
    "problem_formulated", "goal_in_own_words", "baseline_measure", "risk_asked", "previous_therapy_asked",
    "frame_agreed", "fit_considered", "alternatives_offered", "decision_recorded", "consent_recorded",
)  # fmt: skip
ITEM_DONE = (0.95, 0.85, 0.92, 0.96, 0.8, 0.9, 0.7, 0.6, 0.85, 0.88)
REVIEWERS = ("therapist", "supervisor", "client")
FACTORS = ("deadlock", "transference", "technical_error", "incompatibility", "external", "none_found")
DEADLOCK, TRANSFERENCE, TECHNICAL_ERROR, INCOMPATIBILITY, EXTERNAL, NONE_FOUND = range(len(FACTORS))
ORDINARY_FACTORS = (0.06, 0.07, 0.08, 0.05, 0.09, 0.65)
DETAILS = ("missed_risk", "no_contract", "goal_imposed", "premature_interpretation", "unsuitable_accepted", "over_promise", "boundary", "other")
UNSUITABLE_ACCEPTED = 4
NO_DETAIL = -1
DESTINATIONS = ("Northgate Trauma Service", "Community Mental Health Team", "Bridge Counselling", "Family Doctor", "Dr E. Marsh")
NO_DAY = -1


@dataclass(frozen=True)
class Redirects:
    """One value an episode: whether the person was sent to a colleague, to whom (-1: to nobody), and the day of arrival (-1: never)."""

    destination: Array
    arrived_on: Array


@dataclass(frozen=True)
class ConsultationRecords:
    """One value an item of an episode's record."""

    episode: Array
    item: Array
    is_done: Array


@dataclass(frozen=True)
class Reviews:
    """One value a factor that a reviewer named."""

    episode: Array
    reviewed_on: Array
    reviewer: Array
    factor: Array
    detail: Array


def simulate_redirects(profile: ClinicProfile, endings: Endings, random: np.random.Generator) -> Redirects:
    """Where redirected people were sent and whether they arrived there within 30 days, as most do."""
    count = len(endings.ending)
    redirected = endings.in_order(endings.ending == REDIRECTED)
    destination, arrived_on = np.full(count, -1), np.full(count, NO_DAY)
    destination[redirected] = random.integers(0, len(DESTINATIONS), len(redirected))
    arriving = every(redirected, profile.redirects_arriving)
    arrived_on[arriving] = endings.ended[arriving] + random.integers(3, 28, len(arriving))
    return Redirects(destination, arrived_on)


def simulate_consultation_records(courses: Courses, random: np.random.Generator) -> ConsultationRecords:
    """The ten items of every consultation."""
    seen = np.flatnonzero(courses.assessments)
    items = len(CONSULTATION_ITEMS)
    is_done = random.random((len(seen), items)) < ITEM_DONE
    return ConsultationRecords(np.repeat(seen, items), np.tile(np.arange(items), len(seen)), is_done.ravel())


def simulate_reviews(profile: ClinicProfile, courses: Courses, endings: Endings, shapes: Shapes, random: np.random.Generator) -> Reviews:
    """Factors that reviewers named for ended courses. What the scores show is found often, but not always."""
    episode = every(endings.in_order(courses.treatments > 0), profile.reviewed)
    second_look = every(episode, 0.2)
    episode = np.concatenate([episode, second_look])
    reviewer = np.where(np.arange(len(episode)) < len(episode) - len(second_look), choose(random.random(len(episode)), (0.75, 0.0, 0.25)), 1)
    likely = np.select(
        [
            shapes.shape[episode] == STALEMATE, shapes.rupture[episode] == UNREPAIRED, courses.fate[episode] == LATE_REDIRECT,
            shapes.shape[episode] == SHARP_AND_LASTING,
        ],
        [DEADLOCK, INCOMPATIBILITY, TECHNICAL_ERROR, TRANSFERENCE], NONE_FOUND,
    )  # fmt: skip
    factor = np.where((likely != NONE_FOUND) & (random.random(len(episode)) < 0.7), likely, choose(spread(random, len(episode)), ORDINARY_FACTORS))
    detail = np.where(factor == TECHNICAL_ERROR, random.integers(0, len(DETAILS), len(episode)), NO_DETAIL)
    detail[(factor == TECHNICAL_ERROR) & (courses.fate[episode] == LATE_REDIRECT)] = UNSUITABLE_ACCEPTED
    return Reviews(episode, endings.ended[episode] + random.integers(2, 25, len(episode)), reviewer, factor, detail)
