"""A clinic's history as tables without any system's looks: what its files can be written from, as far as it was known on a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.appointments import NO_TIME
from pipelines.demo.calendar import SECONDS_A_DAY
from pipelines.demo.draws import Array, choose
from pipelines.demo.endings import NONE
from pipelines.demo.goals import CLOSE_REASONS, NOT_CLOSED
from pipelines.demo.model import ClinicHistory
from pipelines.demo.people import EMPLOYMENT, ETHNICITIES, GENDERS, ROLES
from pipelines.demo.records import CONSULTATION_ITEMS, DESTINATIONS, DETAILS, FACTORS, NO_DAY, NO_DETAIL, REVIEWERS
from pipelines.demo.vocabulary import ATTENDANCES, COMPLETED, CONSULTATION_OUTCOMES, ENDINGS, KINDS, MEDIA, NOT_ASSESSED

PROBLEMS = ("depression", "generalised_anxiety", "mixed_anxiety_depression", "panic", "social_anxiety", "ptsd", "other")
PROBLEM_SHARES = (0.36, 0.25, 0.2, 0.05, 0.05, 0.05, 0.04)
THERAPIES = ("cognitive_behavioural", "counselling", "psychodynamic", "interpersonal")
BOOKED_FROM_DAYS, BOOKED_UNTIL_DAYS = 7, 28


@dataclass(frozen=True)
class ClinicTables:
    """Tables of one clinic. Entities bear numbers from 0; a table that the system has no place for is empty.

    Times are local. `scores` has one table a measure; its `form` is a form of the measure's bank.
    """

    clients: pa.Table
    practitioners: pa.Table
    episodes: pa.Table
    sessions: pa.Table
    scores: dict[str, pa.Table]
    goals: pa.Table
    goal_ratings: pa.Table
    consultation_items: pa.Table
    reviews: pa.Table


def clinic_tables(history: ClinicHistory, random: np.random.Generator) -> ClinicTables:
    """The whole history as tables, in the order of time."""
    session_order = np.lexsort((history.appointments.episode, history.appointments.second, history.appointments.day))
    session_of_appointment = np.empty(len(session_order), int)
    session_of_appointment[session_order] = np.arange(len(session_order))
    goals, goal_ratings = _goals(history)
    return ClinicTables(
        _clients(history), _practitioners(history), _episodes(history, random), _sessions(history, session_order),
        _scores(history, session_of_appointment), goals, goal_ratings, _consultation_items(history), _reviews(history),
    )  # fmt: skip


def _words(words: Sequence[str], codes: Array) -> pa.Array:
    """The words that the codes stand for; -1 stands for none."""
    return pa.array(words, pa.string()).take(pa.array(codes, pa.int32(), mask=codes < 0))


def _days(days: Array, is_missing: Array | None = None) -> pa.Array:
    return pa.array(days.astype("datetime64[D]"), pa.date32(), mask=is_missing)


def _times(seconds: Array, is_missing: Array | None = None) -> pa.Array:
    return pa.array(seconds.astype("datetime64[s]"), pa.timestamp("s"), mask=is_missing)


def _clients(history: ClinicHistory) -> pa.Table:
    people = history.people
    return pa.table({
        "client": np.arange(len(people.gender)),
        "first_name": pa.array(people.first_name, pa.string()),
        "last_name": pa.array(people.last_name, pa.string()),
        "birth_date": _days(people.birth_day),
        "gender": _words(GENDERS, people.gender),
        "ethnicity": _words(ETHNICITIES, people.ethnicity),
        "employment_status": _words(EMPLOYMENT, people.employment),
        "deprivation_decile": people.deprivation_decile,
    })  # fmt: skip


def _practitioners(history: ClinicHistory) -> pa.Table:
    roles = history.people.therapist_role
    return pa.table({"practitioner": np.arange(len(roles)), "role": _words(ROLES, roles)})


def _episodes(history: ClinicHistory, random: np.random.Generator) -> pa.Table:
    courses, endings, redirects = history.courses, history.endings, history.redirects
    count, is_assessed = len(courses.fate), courses.fate != NOT_ASSESSED
    therapy = choose(random.random(count), (0.5, 0.3, 0.12, 0.08))
    has_notice = (courses.treatments > 0) & (endings.gave_notice | endings.is_sudden | (endings.ending == COMPLETED))
    return pa.table({
        "episode": np.arange(count),
        "client": history.people.client,
        "practitioner": history.people.therapist,
        "referred_on": _days(courses.referred),
        "consultation_outcome": _words(CONSULTATION_OUTCOMES, endings.consultation_outcome),
        "consultation_decided_on": _days(courses.decided, endings.consultation_outcome == NONE),
        "problem": _words(PROBLEMS, np.where(is_assessed, choose(random.random(count), PROBLEM_SHARES), -1)),
        "therapy": _words(THERAPIES, np.where(courses.treatments > 0, therapy, -1)),
        "ended_on": _days(endings.ended),
        "ending": _words(ENDINGS, endings.ending),
        "redirected_to": _words(DESTINATIONS, redirects.destination),
        "redirect_arrived_on": _days(redirects.arrived_on, redirects.arrived_on == NO_DAY),
        "closing_notice": pa.array(endings.gave_notice, pa.bool_(), mask=~has_notice),
    })  # fmt: skip


def _sessions(history: ClinicHistory, order: Array) -> pa.Table:
    rows = history.appointments
    cancelled_at = rows.cancelled_at[order]
    return pa.table({
        "session": np.arange(len(order)),
        "episode": rows.episode[order],
        "practitioner": history.people.therapist[rows.episode[order]],
        "starts_at": _times(rows.day[order] * SECONDS_A_DAY + rows.second[order]),
        "kind": _words(KINDS, rows.kind[order]),
        "attendance": _words(ATTENDANCES, rows.attendance[order]),
        "cancelled_at": _times(cancelled_at, cancelled_at == NO_TIME),
        "medium": _words(MEDIA, rows.medium[order]),
    })  # fmt: skip


def _scores(history: ClinicHistory, session_of_appointment: Array) -> dict[str, pa.Table]:
    tables, number = {}, 0
    for measure, scores in history.scores.items():
        session = session_of_appointment[scores.appointment]
        order = np.argsort(session)
        appointment = scores.appointment[order]
        tables[measure] = pa.table({
            "score": np.arange(number, number + len(order)),
            "episode": history.appointments.episode[appointment],
            "session": session[order],
            "measured_on": _days(history.appointments.day[appointment]),
            "form": scores.form[order],
        })  # fmt: skip
        number += len(order)
    return tables


def _goals(history: ClinicHistory) -> tuple[pa.Table, pa.Table]:
    goals = history.goals
    is_open = goals.close_reason == NOT_CLOSED
    kept = pa.table({
        "goal": np.arange(len(goals.episode)),
        "episode": goals.episode,
        "set_on": _days(goals.set_on),
        "scale": pa.repeat(pa.scalar(history.profile.goal_scale), len(goals.episode)),
        "weight": goals.weight,
        "closed_on": _days(goals.closed_on, is_open),
        "close_reason": _words(CLOSE_REASONS, goals.close_reason),
    })  # fmt: skip
    ratings = pa.table({"goal": goals.rated_goal, "rated_on": _days(goals.rated_on), "rating": goals.rating})
    return kept, ratings.sort_by([("rated_on", "ascending"), ("goal", "ascending")])


def _consultation_items(history: ClinicHistory) -> pa.Table:
    records = history.consultation_records
    decided = history.courses.decided[records.episode]
    return pa.table({"episode": records.episode, "item": _words(CONSULTATION_ITEMS, records.item), "done": records.is_done, "decided_on": _days(decided)})


def _reviews(history: ClinicHistory) -> pa.Table:
    reviews = history.reviews
    table = pa.table({
        "episode": reviews.episode,
        "reviewed_on": _days(reviews.reviewed_on),
        "reviewer": _words(REVIEWERS, reviews.reviewer),
        "factor": _words(FACTORS, reviews.factor),
        "detail": _words(DETAILS, np.where(reviews.detail == NO_DETAIL, -1, reviews.detail)),
    })  # fmt: skip
    return table.sort_by([("reviewed_on", "ascending"), ("episode", "ascending"), ("reviewer", "ascending")])


def as_known_on(tables: ClinicTables, day: int, has_bookings: bool = True) -> ClinicTables:
    """The tables as they stood on the evening of a day: nothing later is in them, but for each open episode its next booking."""
    date = pa.scalar(day, pa.date32())
    episodes = _episodes_known(tables.episodes.filter(pc.less_equal(tables.episodes["referred_on"], date)), date)
    goals = _until(tables.goals, "set_on", date)
    return replace(
        tables,
        clients=tables.clients.filter(pc.is_in(tables.clients["client"], episodes["client"])),
        episodes=episodes,
        sessions=_sessions_known(tables.sessions, episodes, day, has_bookings),
        scores={measure: _until(scores, "measured_on", date) for measure, scores in tables.scores.items()},
        goals=_forget(goals, pc.greater(goals["closed_on"], date), ("closed_on", "close_reason")),
        goal_ratings=_until(tables.goal_ratings, "rated_on", date),
        consultation_items=_until(tables.consultation_items, "decided_on", date),
        reviews=_until(tables.reviews, "reviewed_on", date),
    )


def _until(table: pa.Table, column: str, date: pa.Scalar) -> pa.Table:
    return table.filter(pc.less_equal(table[column], date))


def _forget(table: pa.Table, where: pa.ChunkedArray, columns: Sequence[str]) -> pa.Table:
    """The table without the values of these columns in the rows that `where` marks."""
    for column in columns:
        values = table[column]
        kept = pc.if_else(pc.fill_null(where, False), pa.scalar(None, values.type), values)
        table = table.set_column(table.schema.get_field_index(column), column, kept)
    return table


def _episodes_known(episodes: pa.Table, date: pa.Scalar) -> pa.Table:
    undecided = pc.greater(episodes["consultation_decided_on"], date)
    waiting = pc.if_else(pc.fill_null(undecided, False), pa.scalar("waiting"), episodes["consultation_outcome"])
    episodes = episodes.set_column(episodes.schema.get_field_index("consultation_outcome"), "consultation_outcome", waiting)
    episodes = _forget(episodes, undecided, ("consultation_decided_on", "problem", "therapy"))
    is_open = pc.greater(episodes["ended_on"], date)
    episodes = _forget(episodes, pc.greater(episodes["redirect_arrived_on"], date), ("redirect_arrived_on",))
    return _forget(episodes, is_open, ("ended_on", "ending", "redirected_to", "redirect_arrived_on", "closing_notice"))


def _sessions_known(sessions: pa.Table, episodes: pa.Table, day: int, has_bookings: bool) -> pa.Table:
    past = sessions.filter(pc.less(sessions["starts_at"], _midnight(day + 1)))
    if not has_bookings:
        return past
    # an export is made some days into the next month; what lies between is left out with the rest of that month
    first, last = _midnight(day + BOOKED_FROM_DAYS), _midnight(day + BOOKED_UNTIL_DAYS)
    soon = sessions.filter(pc.and_(pc.greater_equal(sessions["starts_at"], first), pc.less(sessions["starts_at"], last)))
    open_episodes = episodes.filter(pc.is_null(episodes["ended_on"]))["episode"]
    soon = soon.filter(pc.is_in(soon["episode"], open_episodes))
    _, next_one = np.unique(soon["episode"].to_numpy(), return_index=True)
    booked = soon.take(np.sort(next_one))
    booked = booked.set_column(booked.schema.get_field_index("attendance"), "attendance", pa.repeat("scheduled", len(booked)))
    booked = _forget(booked, pa.chunked_array([pa.repeat(True, len(booked))]), ("cancelled_at",))
    return pa.concat_tables([past, booked])


def _midnight(day: int) -> pa.Scalar:
    return pa.scalar(day * SECONDS_A_DAY, pa.timestamp("s"))


def without(tables: ClinicTables, *names: str) -> ClinicTables:
    """The tables, of which these hold no row."""
    return replace(tables, **{name: getattr(tables, name).slice(0, 0) for name in names})


def appointments_alone(tables: ClinicTables) -> ClinicTables:
    """The tables of a system that keeps appointments of clients and nothing else: each appointment bears its `client`."""
    row = pc.index_in(tables.sessions["episode"].combine_chunks(), tables.episodes["episode"].combine_chunks())
    sessions = tables.sessions.append_column("client", tables.episodes["client"].combine_chunks().take(row))
    clients = tables.clients.filter(pc.is_in(tables.clients["client"], sessions["client"].combine_chunks()))
    bare = without(tables, "episodes", "goals", "goal_ratings", "consultation_items", "reviews")
    return replace(bare, clients=clients, sessions=sessions, scores={})
