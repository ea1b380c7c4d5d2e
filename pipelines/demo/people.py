"""The invented people of one clinic: clients with names, birth dates and circumstances, and their therapists."""

from dataclasses import dataclass

import numpy as np

from pipelines.demo.draws import Array, choose, spread
from pipelines.demo.profiles import ClinicProfile

FIRST_NAMES = (
    "Ada", "Adam", "Aisha", "Alan", "Amara", "Ana", "Andrew", "Aoife", "Asha", "Ben", "Beth", "Bilal", "Björn", "Carla", "Chen", "Chloé", "Ciarán",
    "Dana", "Daniel", "David", "Deepa", "Ella", "Elif", "Emeka", "Erik", "Eva", "Farah", "Fiona", "Gareth", "George", "Grace", "Hana", "Hannah",
    "Ibrahim", "Ines", "Isaac", "Jack", "James", "Jana", "Joan", "John", "José", "Kate", "Keiko", "Kofi", "Layla", "Leo", "Liam", "Lucía", "Łukasz",
    "Maja", "Mark", "Mary", "Mei", "Mia", "Mohammed", "Nadia", "Naomi", "Niamh", "Noah", "Olga", "Omar", "Oscar", "Paul", "Petra", "Priya", "Rachel",
    "Ravi", "Rosa", "Ruth", "Sam", "Sara", "Sean", "Siân", "Simon", "Sofia", "Stephen", "Tariq", "Tom", "Tunde", "Umar", "Vera", "Wei", "Yasmin",
    "Yusuf", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Adeyemi", "Ahmed", "Ali", "Allen", "Andersson", "Baker", "Barnes", "Begum", "Bennett", "Brown", "Byrne", "Campbell", "Carter", "Chan",
    "Clark", "Cohen", "Collins", "Cooper", "Costa", "Davies", "Dubois", "Edwards", "Evans", "Farrell", "Fernández", "Fischer", "Fletcher", "Foster",
    "García", "Gill", "Gray", "Green", "Griffiths", "Hall", "Harris", "Hughes", "Hussain", "Ito", "Jackson", "Jensen", "Johnson", "Jones", "Kaur",
    "Kelly", "Khan", "King", "Kowalski", "Kumar", "Lee", "Lewis", "Lindqvist", "Lopez", "Martin", "Mason", "McCarthy", "Mensah", "Miller", "Moore",
    "Morgan", "Müller", "Murphy", "Nguyen", "Novák", "Nwosu", "O'Brien", "Okafor", "Olsen", "Owen", "Palmer", "Patel", "Pérez", "Phillips", "Price",
    "Quinn", "Rahman", "Reid", "Roberts", "Rossi", "Russell", "Santos", "Schmidt", "Scott", "Shah", "Sharma", "Silva", "Singh", "Smith", "Stewart",
    "Suzuki", "Taylor", "Thomas", "Turner", "Walker", "Walsh", "Wang", "White", "Williams", "Wilson", "Wood", "Wright", "Yılmaz", "Young", "Zając",
)  # fmt: skip
# names that a careless CSV reader breaks on; the first clients of every clinic bear them
AWKWARD_NAMES = (('Ana "Annie"', "Smith, Jr."), ("Anna\nMaria", "van der Berg"), ("Þóra", "D’Arcy, née O'Neill"), ("美玲", "陈"))

GENDERS = ("female", "male", "other")
ETHNICITIES = ("white", "asian", "black", "mixed", "other", "not_stated")
EMPLOYMENT = ("unemployed", "employed", "student", "retired", "long_term_sick", "homemaker")
UNEMPLOYED, EMPLOYED, STUDENT, RETIRED = range(4)
EMPLOYMENT_OF_OTHERS = (0.62, 0.12, 0.1, 0.1, 0.06)
ROLES = ("psychological_therapist", "counsellor", "wellbeing_practitioner", "trainee")
THERAPIST_EFFECT = 0.24  # standard deviations: about 6 % of the variance of outcomes (Saxon, Firth & Barkham 2016)
UNUSUAL_THERAPISTS = 50  # one in so many differs by three times as much
RETURN_AFTER_DAYS = 270


@dataclass(frozen=True)
class People:
    """Clients (one value a client), the client and therapist of each episode, and how much each therapist's clients differ."""

    client: Array
    first_name: list[str]
    last_name: list[str]
    birth_day: Array
    gender: Array
    ethnicity: Array
    employment: Array
    deprivation_decile: Array
    therapist: Array
    therapist_role: Array
    therapist_effect: Array


def simulate_people(profile: ClinicProfile, referred: Array, random: np.random.Generator) -> People:
    """Clients and therapists for the referrals of one clinic; some clients come back for a second episode."""
    client = _clients_of_episodes(referred, random)
    count = client.max(initial=-1) + 1
    first_referral = np.zeros(count, int)
    first_referral[client[::-1]] = referred[::-1]
    age = np.clip(np.round(18 + random.gamma(2.2, 9.5, count)), 18, 88)
    employment = choose(spread(random, count), _employment_shares(profile))
    first_name, last_name = _names(count, random)
    therapists = max(3, profile.referrals_a_year // 28)
    return People(
        client, first_name, last_name,
        birth_day=first_referral - np.round(age * 365.25).astype(int) - random.integers(1, 365, count),
        gender=choose(spread(random, count), (0.64, 0.345, 0.015)),
        ethnicity=choose(spread(random, count), (0.74, 0.1, 0.07, 0.04, 0.02, 0.03)),
        employment=np.where(age >= 67, RETIRED, employment),
        deprivation_decile=np.clip(np.round(random.normal(4.0 if profile.unemployed > 0.5 else 5.5, 2.3, count)), 1, 10).astype(int),
        therapist=choose(spread(random, len(client)), [1] * therapists),
        therapist_role=choose(spread(random, therapists), (0.4, 0.25, 0.25, 0.1)),
        therapist_effect=_therapist_effects(therapists, random),
    )  # fmt: skip


def _employment_shares(profile: ClinicProfile) -> tuple[float, ...]:
    return (profile.unemployed, *((1 - profile.unemployed) * share for share in EMPLOYMENT_OF_OTHERS))


def _clients_of_episodes(referred: Array, random: np.random.Generator) -> Array:
    """Numbers of clients in order of their first referral; about one in twelve late referrals is of somebody known."""
    count = len(referred)
    episode = np.arange(count)
    known = np.searchsorted(referred, referred - RETURN_AFTER_DAYS)
    returns = (known > 0) & (spread(random, count) < 1 / 12)
    earlier = np.floor(random.random(count) * known).astype(int)
    first_episode = np.where(returns & ~returns[earlier], earlier, episode)
    return np.unique(first_episode, return_inverse=True)[1]


def _names(count: int, random: np.random.Generator) -> tuple[list[str], list[str]]:
    first = np.take(np.array(FIRST_NAMES, object), random.integers(0, len(FIRST_NAMES), count))
    last = np.take(np.array(LAST_NAMES, object), random.integers(0, len(LAST_NAMES), count))
    awkward = AWKWARD_NAMES[:count]
    first[: len(awkward)] = [name for name, _ in awkward]
    last[: len(awkward)] = [name for _, name in awkward]
    return first.tolist(), last.tolist()


def _therapist_effects(count: int, random: np.random.Generator) -> Array:
    """Shifts of outcomes in standard deviations that even out within the clinic: therapists differ, the clinic does not."""
    effect = THERAPIST_EFFECT * random.standard_normal(count)
    effect[random.integers(0, UNUSUAL_THERAPISTS, count) == 0] *= 3
    return effect - effect.mean()
