"""Writes a clinic's tables as canonical CSV files."""

from functools import cache

import pyarrow as pa

from pipelines.demo.export import Column, ExportFile, csv_rows, date_text, local_time, numbered, quoted, yes_no, zoned_time
from pipelines.demo.forms import MISSING, NOT_APPLICABLE, form_bank
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.tables import ClinicTables

# how some clinics' files differ, all of it within the format
WINDOWS_LINE_ENDS, BYTE_ORDER_MARK, ZONED_TIMES, FURTHER_COLUMN = "harbour", "foundry", "weir", "meadow"
RATERS = {"responsibility_therapist": "clinician"}


def expressible(tables: ClinicTables) -> ClinicTables:
    """Everything."""
    return tables


def files(tables: ClinicTables, clinic: ClinicProfile) -> list[ExportFile]:
    """One file a table."""
    written = [
        _clients(tables), _practitioners(tables), _episodes(tables), _sessions(tables, clinic), _scores(tables),
        _goals(tables), _goal_ratings(tables), _consultation_items(tables), _reviews(tables),
    ]  # fmt: skip
    line_end = "\r\n" if clinic.id == WINDOWS_LINE_ENDS else "\n"
    return [ExportFile(file.name, file.table, file.header, file.rows, line_end, clinic.id == BYTE_ORDER_MARK) for file in written]


def client_id(numbers: Column) -> pa.Array:
    """C00012"""
    return numbered("C", numbers, 5)


def episode_id(numbers: Column) -> pa.Array:
    """E00012"""
    return numbered("E", numbers, 5)


def session_id(numbers: Column) -> pa.Array:
    """S000012"""
    return numbered("S", numbers, 6)


def goal_id(numbers: Column) -> pa.Array:
    """G00012"""
    return numbered("G", numbers, 5)


def score_id(numbers: Column) -> pa.Array:
    """M000012"""
    return numbered("M", numbers, 6)


def _practitioner_id(numbers: Column) -> pa.Array:
    return numbered("P", numbers, 3)


def _file(table: str, columns: dict[str, Column]) -> ExportFile:
    return ExportFile(f"{table}.csv", table, ",".join(columns), csv_rows(list(columns.values())))


def _clients(tables: ClinicTables) -> ExportFile:
    rows = tables.clients
    return _file("clients", {
        "client_id": client_id(rows["client"]),
        "first_name": quoted(rows["first_name"]),
        "last_name": quoted(rows["last_name"]),
        "birth_date": date_text(rows["birth_date"]),
        "gender": rows["gender"],
        "ethnicity": rows["ethnicity"],
        "employment_status": rows["employment_status"],
        "deprivation_decile": rows["deprivation_decile"],
    })  # fmt: skip


def _practitioners(tables: ClinicTables) -> ExportFile:
    rows = tables.practitioners
    return _file("practitioners", {"practitioner_id": _practitioner_id(rows["practitioner"]), "role": rows["role"]})


def _episodes(tables: ClinicTables) -> ExportFile:
    rows = tables.episodes
    return _file("episodes", {
        "episode_id": episode_id(rows["episode"]),
        "client_id": client_id(rows["client"]),
        "practitioner_id": _practitioner_id(rows["practitioner"]),
        "referred_on": date_text(rows["referred_on"]),
        "consultation_outcome": rows["consultation_outcome"],
        "consultation_decided_on": date_text(rows["consultation_decided_on"]),
        "problem": rows["problem"],
        "therapy": rows["therapy"],
        "ended_on": date_text(rows["ended_on"]),
        "ending": rows["ending"],
        "redirected_to": rows["redirected_to"],
        "redirect_arrived_on": date_text(rows["redirect_arrived_on"]),
        "closing_notice": yes_no(rows["closing_notice"]),
    })  # fmt: skip


def _sessions(tables: ClinicTables, clinic: ClinicProfile) -> ExportFile:
    rows = tables.sessions
    is_zoned = clinic.id == ZONED_TIMES
    columns = {
        "session_id": session_id(rows["session"]),
        "episode_id": episode_id(rows["episode"]),
        "practitioner_id": _practitioner_id(rows["practitioner"]),
        "starts_at": zoned_time(rows["starts_at"], clinic.time_zone) if is_zoned else local_time(rows["starts_at"]),
        "kind": rows["kind"],
        "attendance": rows["attendance"],
        "cancelled_at": zoned_time(rows["cancelled_at"], clinic.time_zone) if is_zoned else local_time(rows["cancelled_at"]),
        "medium": rows["medium"],
    }
    if clinic.id == FURTHER_COLUMN:
        columns["room"] = numbered("Room ", rows["practitioner"], 1)
    return _file("sessions", columns)


def _scores(tables: ClinicTables) -> ExportFile:
    parts = [_scores_of(measure, rows) for measure, rows in tables.scores.items()]
    return ExportFile("scores.csv", "scores", "score_id,episode_id,session_id,measured_on,measure,total,items,keyed,rater", pa.concat_arrays(parts))


def _scores_of(measure: str, rows: pa.Table) -> pa.Array:
    form = rows["form"].combine_chunks()
    totals, items = _form_texts(measure)
    return csv_rows([
        score_id(rows["score"]),
        episode_id(rows["episode"]),
        session_id(rows["session"]),
        date_text(rows["measured_on"]),
        pa.repeat(measure, len(rows)),
        totals.take(form),
        items.take(form),
        pa.repeat("yes", len(rows)),
        pa.repeat(RATERS.get(measure, "self"), len(rows)),
    ])  # fmt: skip


@cache
def _form_texts(measure: str) -> tuple[pa.Array, pa.Array]:
    """The printed total and the items of every form of a measure's bank."""
    bank = form_bank(measure)
    words = {MISSING: "", NOT_APPLICABLE: "na"}
    digits = 0 if bank.scale.unit == 1 else 1
    items = bank.texts(lambda answers: ";".join(words.get(answer, f"{answer * bank.scale.unit:.{digits}f}") for answer in answers))
    return bank.printed_totals(), items


def _goals(tables: ClinicTables) -> ExportFile:
    rows = tables.goals
    return _file("goals", {
        "goal_id": goal_id(rows["goal"]),
        "episode_id": episode_id(rows["episode"]),
        "set_on": date_text(rows["set_on"]),
        "scale": rows["scale"],
        "weight": rows["weight"],
        "closed_on": date_text(rows["closed_on"]),
        "close_reason": rows["close_reason"],
    })  # fmt: skip


def _goal_ratings(tables: ClinicTables) -> ExportFile:
    rows = tables.goal_ratings
    return _file("goal_ratings", {"goal_id": goal_id(rows["goal"]), "rated_on": date_text(rows["rated_on"]), "rating": rows["rating"]})


def _consultation_items(tables: ClinicTables) -> ExportFile:
    rows = tables.consultation_items
    return _file("consultation_items", {"episode_id": episode_id(rows["episode"]), "item": rows["item"], "done": yes_no(rows["done"])})


def _reviews(tables: ClinicTables) -> ExportFile:
    rows = tables.reviews
    return _file("reviews", {
        "episode_id": episode_id(rows["episode"]),
        "reviewed_on": date_text(rows["reviewed_on"]),
        "reviewer": rows["reviewer"],
        "factor": rows["factor"],
        "detail": rows["detail"],
    })  # fmt: skip
