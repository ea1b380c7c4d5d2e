"""Where people started and where they ended up: first and last score of every measure, and who was measured at the end."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, ndtr, ndtri

from pipelines.demo.courses import Courses
from pipelines.demo.draws import Array, ranked, spread, spread_together
from pipelines.demo.endings import Endings
from pipelines.demo.people import UNEMPLOYED, People
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.vocabulary import CLIENT_STOPPED, COMPLETED, LATE_REDIRECT

REGRESSION = 0.5  # correlation of a person's first and last standing
OF_UNEMPLOYMENT = 0.4  # shifts of the last standing, in standard deviations
OF_STOPPING, OF_COMPLETING = 0.3, -0.12
EVEN_TOGETHER = 6  # a person's two standings and the first two measures; more would not be even any more with a hundred people
MEASURED_AT_FIRST = 0.98  # of the people seen


@dataclass(frozen=True)
class Distribution:
    """First and last totals of a measure in units of its scale: mean and standard deviation; `own` = correlation with the person's standing."""

    first: tuple[float, float]
    last: tuple[float, float]
    least: int
    most: int
    own: float = 0.84
    higher_is_better: bool = False


# NHS Talking Therapies 2022-23 for PHQ-9, GAD-7 and WSAS; the others in proportion
DISTRIBUTIONS = {
    "phq9": Distribution((15.4, 5.7), (9.4, 6.4), 0, 27),
    "gad7": Distribution((14.0, 4.8), (8.4, 5.7), 0, 21),
    "wsas": Distribution((20.0, 8.0), (13.0, 9.0), 0, 40),
    "core10": Distribution((20.5, 6.3), (12.5, 7.5), 0, 40),
    "k10": Distribution((31.0, 7.0), (22.5, 7.5), 10, 50),
    "swemwbs": Distribution((18.5, 4.2), (23.0, 5.0), 7, 35, higher_is_better=True),
    "responsibility_client": Distribution((4.2, 2.0), (6.2, 2.2), 0, 10, 0.4, True),
    "responsibility_therapist": Distribution((4.6, 1.9), (6.0, 2.1), 0, 10, 0.4, True),
}


@dataclass(frozen=True)
class Outcomes:
    """One value an episode: whether scores were taken at first and until the end, the totals of each measure, and by how much more than
    expected the person gained, in standard deviations."""

    has_first: Array
    has_last: Array
    first: dict[str, Array]
    last: dict[str, Array]
    gain: Array


def simulate_outcomes(profile: ClinicProfile, courses: Courses, endings: Endings, people: People, random: np.random.Generator) -> Outcomes:
    """First and last totals for all episodes, spread evenly over the people as they finish."""
    order = endings.in_order(courses.is_finished)
    measures = [measure for measure in profile.measures if measure in DISTRIBUTIONS]
    numbers = _evenly_normal(order, len(courses.fate), 2 + 2 * len(measures), random)
    has_first = (courses.assessments > 0) & (spread(random, len(courses.fate)) < MEASURED_AT_FIRST)
    at_start = profile.severity + numbers[:, 0]
    at_end = REGRESSION * at_start + np.sqrt(1 - REGRESSION**2) * numbers[:, 1] + _circumstances(profile, courses, endings, people)
    first, last = {}, {}
    for measure, own_first, own_last in zip(measures, numbers.T[2::2], numbers.T[3::2], strict=True):
        first[measure], last[measure] = _totals(DISTRIBUTIONS[measure], at_start, at_end, own_first, own_last)
        _hold_back(profile, courses, first[measure], last[measure], DISTRIBUTIONS[measure])
    return Outcomes(has_first, has_first & _measured_to_the_end(profile, courses, endings, order, random), first, last, REGRESSION * at_start - at_end)


def _evenly_normal(order: Array, count: int, columns: int, random: np.random.Generator) -> Array:
    """Standard normal numbers, `columns` for each episode; the first few cover all combinations evenly over the episodes in `order`."""
    numbers = random.standard_normal((count, columns))
    together = min(columns, EVEN_TOGETHER)
    numbers[order, :together] = ndtri(np.clip(spread_together(random, len(order), together), 1e-6, 1 - 1e-6))
    return numbers


def _circumstances(profile: ClinicProfile, courses: Courses, endings: Endings, people: People) -> Array:
    """What shifts a person's last standing: employment, the therapist, how it ended, and the clinic."""
    unemployed = people.employment[people.client] == UNEMPLOYED
    return (
        OF_UNEMPLOYMENT * (unemployed - 0.25)
        + people.therapist_effect[people.therapist]
        + np.select([endings.ending == CLIENT_STOPPED, endings.ending == COMPLETED], [OF_STOPPING, OF_COMPLETING], 0.0)
        + profile.last_scores
    )


def _totals(measure: Distribution, at_start: Array, at_end: Array, own_first: Array, own_last: Array) -> tuple[Array, Array]:
    sign = -1 if measure.higher_is_better else 1
    first_standing = sign * (measure.own * at_start + np.sqrt(1 - measure.own**2) * own_first)
    # measures agree more when people are well: then all of them are low
    agreement = np.sqrt(measure.own)
    last_standing = sign * (agreement * at_end + np.sqrt(1 - agreement**2) * own_last)
    first = measure.first[0] + measure.first[1] * first_standing
    if measure.higher_is_better:
        last = measure.last[0] + measure.last[1] * last_standing
    else:
        last = measure.least + _skewed(last_standing, measure.last[0] - measure.least, measure.last[1])
    return _whole(first, measure), _whole(last, measure)


def _whole(totals: Array, measure: Distribution) -> Array:
    return np.clip(np.round(totals), measure.least, measure.most).astype(int)


def _skewed(standing: Array, mean: float, deviation: float) -> Array:
    """Numbers with most people low and a tail of high ones, as last scores have (gamma distribution)."""
    shape = (mean / deviation) ** 2
    return gammaincinv(shape, ndtr(standing)) * mean / shape


def _hold_back(profile: ClinicProfile, courses: Courses, first: Array, last: Array, measure: Distribution) -> None:
    """Keep only a part of the improvement, where the story, a single session or a late redirect says so; worsening stays."""
    kept = np.select([courses.fate == LATE_REDIRECT, courses.treatments < 2], [0.15, 0.35], profile.change_kept)
    is_better = (last > first) if measure.higher_is_better else (last < first)
    last[:] = np.where(is_better, np.round(first + kept * (last - first)), last)


def _measured_to_the_end(profile: ClinicProfile, courses: Courses, endings: Endings, order: Array, random: np.random.Generator) -> Array:
    """Who has scores beyond the first: the share of finished courses is the clinic's; those who stop are missed more often."""
    has_last = np.zeros(len(courses.fate), bool)
    has_last[courses.treatments == 1] = random.random((courses.treatments == 1).sum()) < profile.paired
    # a few have no first score, so more of the others need a last one for the same share of pairs
    share = min(profile.paired / MEASURED_AT_FIRST, 1.0)
    preference = 0.7 * (endings.ending[order] != CLIENT_STOPPED) + random.gumbel(size=len(order))
    has_last[order] = ranked(random, preference) >= 1 - share
    return has_last
