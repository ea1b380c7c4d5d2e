"""Everything that happened at one clinic, from its profile and a seed: the parts of the simulation, one after the other."""

from dataclasses import dataclass

import numpy as np

from pipelines.demo.appointments import Appointments, simulate_appointments
from pipelines.demo.calendar import Calendar
from pipelines.demo.courses import Courses, simulate_courses
from pipelines.demo.endings import Endings, simulate_endings
from pipelines.demo.goals import Goals, simulate_goals
from pipelines.demo.outcomes import Outcomes, simulate_outcomes
from pipelines.demo.people import People, simulate_people
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.records import (
    ConsultationRecords,
    Redirects,
    Reviews,
    simulate_consultation_records,
    simulate_redirects,
    simulate_reviews,
)  # fmt: skip
from pipelines.demo.scores import Scores, simulate_scores
from pipelines.demo.shapes import Shapes, plant_shapes


@dataclass(frozen=True)
class ClinicHistory:
    """What happened at one clinic, known to nobody there in full: also what lies after the last day of data."""

    profile: ClinicProfile
    courses: Courses
    endings: Endings
    appointments: Appointments
    people: People
    outcomes: Outcomes
    shapes: Shapes
    scores: dict[str, Scores]
    goals: Goals
    redirects: Redirects
    consultation_records: ConsultationRecords
    reviews: Reviews


def simulate_clinic(profile: ClinicProfile, calendar: Calendar, scale: float, random: np.random.Generator) -> ClinicHistory:
    """The history of one clinic; `scale` multiplies its referrals."""
    count = max(1, round(profile.referrals_a_year * calendar.months / 12 * scale))
    courses = simulate_courses(profile, calendar, count, random)
    endings = simulate_endings(profile, courses, random)
    appointments = simulate_appointments(profile, calendar, courses, endings, random)
    people = simulate_people(profile, courses.referred, random)
    outcomes = simulate_outcomes(profile, courses, endings, people, random)
    shapes = plant_shapes(profile, courses, endings, appointments, outcomes, random)
    return ClinicHistory(
        profile, courses, endings, appointments, people, outcomes, shapes,
        scores=simulate_scores(profile, courses, appointments, people, outcomes, shapes, random),
        goals=simulate_goals(profile, courses, endings, outcomes, shapes, random),
        redirects=simulate_redirects(profile, endings, random),
        consultation_records=simulate_consultation_records(courses, random),
        reviews=simulate_reviews(profile, courses, endings, shapes, random),
    )  # fmt: skip
