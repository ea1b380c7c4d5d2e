"""Writes a clinic's tables as lists that it keeps in spreadsheets, in words and columns of its own, with the mapping that explains them.

A list of cases, a list of visits with days first and semicolons, and a wide table of questionnaires, one line a visit.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from pipelines.demo.defects import QUARANTINED, REJECTED, BadRow
from pipelines.demo.export import Column, ExportFile, coded, date_text, emptied, flat, joined, numbered, quoted, with_column
from pipelines.demo.forms import MISSING, form_bank
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.tables import ClinicTables, without

ATTENDANCE = {
    "attended": "came", "attended_late": "came late", "did_not_attend": "no show", "late_not_seen": "too late", "cancelled_late_by_client": "late cancel",
    "cancelled_by_client": "cancelled", "cancelled_by_provider": "we cancelled", "rescheduled": "moved", "not_recorded": "?", "scheduled": "booked",
}  # fmt: skip
KIND = {"assessment": "Erstgespräch", "treatment": "session", "follow_up": "follow-up"}
ENDING = {
    "completed": "as agreed", "client_stopped": "stopped coming", "could_not_contact": "no answer", "declined": "did not want", "redirected": "sent on",
    "not_suitable": "not for us", "provider_ended": "ended by us", "moved": "moved away", "illness": "illness", "deceased": "died",
    "not_assessed": "never seen", "administrative": "paperwork", "unknown": "not known",
}  # fmt: skip
ITEMS = {"phq9": 9, "gad7": 7}
NEVER_CLOSED = 10  # one in so many cases that just stopped
WRITTEN_AS_MISSING = "999"


def expressible(tables: ClinicTables) -> ClinicTables:
    """Cases with their endings, visits, and answers to PHQ-9 and GAD-7. Every tenth case whose client stopped coming was never closed."""
    further = ("consultation_outcome", "consultation_decided_on", "problem", "therapy", "redirected_to", "redirect_arrived_on", "closing_notice")
    return replace(
        without(tables, "goals", "goal_ratings", "consultation_items", "reviews"),
        clients=emptied(tables.clients, ("ethnicity", "employment_status", "deprivation_decile")),
        episodes=_some_never_closed(emptied(tables.episodes, further)),
        scores={measure: tables.scores[measure] for measure in ITEMS},
    )


def _some_never_closed(episodes: pa.Table) -> pa.Table:
    stopped = np.flatnonzero(pc.fill_null(pc.equal(episodes["ending"], "client_stopped"), False).to_numpy())
    is_forgotten = pa.array(np.isin(np.arange(len(episodes)), stopped[::NEVER_CLOSED]))
    for column in ("ended_on", "ending"):
        nothing = pa.nulls(len(episodes), episodes.schema.field(column).type)
        episodes = with_column(episodes, column, pc.if_else(is_forgotten, nothing, flat(episodes[column])))
    return episodes


def mapping() -> str:
    """The clinic's mapped.yaml."""
    common = {"delimiter": ";", "dates": "dmy", "missing": [WRITTEN_AS_MISSING]}
    questionnaires = {measure: {"items": [f"{measure}_{item}" for item in range(1, count + 1)]} for measure, count in ITEMS.items()}
    entries = [
        {"files": ["cases*.csv"], "table": "clients", **common,
         "columns": {"client_id": "Number", "first_name": "First name", "last_name": "Last name", "birth_date": "Born", "gender": "Sex"}},
        {"files": ["cases*.csv"], "table": "episodes", **common,
         "columns": {"episode_id": "Case", "client_id": "Number", "practitioner_id": "Therapist", "referred_on": "Came on", "ended_on": "Closed on",
                     "ending": {"column": "How it ended", "codes": {word: ending for ending, word in ENDING.items()}}}},
        {"files": ["visits*.csv"], "table": "sessions", **common, "except": {"What": ["supervision"]},
         "columns": {"session_id": "Visit", "episode_id": "Case", "practitioner_id": "Therapist", "starts_at": ["Day", "Hour"],
                     "kind": {"column": "What", "codes": {word: kind for kind, word in KIND.items()}},
                     "attendance": {"column": "Outcome", "codes": {word: attendance for attendance, word in ATTENDANCE.items()}},
                     "medium": {"column": "Where", "codes": {"room": "in_person", "video": "video", "phone": "phone"}}}},
        {"files": ["questionnaires*.csv"], "table": "scores", **common,
         "columns": {"score_id": ["Visit"], "episode_id": "Case", "session_id": "Visit", "measured_on": "Day"}, "measures": questionnaires},
    ]  # fmt: skip
    return yaml.safe_dump({"files": entries}, sort_keys=False, allow_unicode=True)


def files(tables: ClinicTables, clinic: ClinicProfile) -> list[ExportFile]:
    """The three lists."""
    return [_cases(tables), _visits(tables), _questionnaires(tables)]


def bad_rows(file: ExportFile, clinic: ClinicProfile) -> list[BadRow]:
    """What to plant: supervision among the visits, a day that is none, a word without a code, a case that is not there, a line cut short."""
    if file.table != "sessions":
        return []
    columns = (file.header or "").split(";")
    example = dict(zip(columns, file.rows[len(file.rows) // 2].as_py().split(";"), strict=True))

    def visit(key: str, **changes: str) -> str:
        return ";".join((example | {"Visit": key} | changes).values())

    return [
        BadRow("V999901;K00012", REJECTED, "fewer values than columns"),
        BadRow(visit("V999902", Day="31/02/2026"), QUARANTINED, "unreadable time", "V999902", "starts_at"),
        BadRow(visit("V999903", What="walk"), QUARANTINED, "unknown code", "V999903", "kind"),
        BadRow(visit("V999904", Case="K99999"), QUARANTINED, "unknown episode", "V999904", "episode_id"),
        BadRow(visit("V999905", What="supervision"), REJECTED, "left out by the mapping"),
    ]


def _file(name: str, table: str, columns: dict[str, Column]) -> ExportFile:
    return ExportFile(f"{name}.csv", table, ";".join(columns), joined(*columns.values(), between=";"))


def _case(numbers: Column) -> pa.Array:
    return numbered("K", numbers, 5)


def _visit(numbers: Column) -> pa.Array:
    return numbered("V", numbers, 6)


def _day(dates: Column) -> pa.Array:
    return date_text(dates, "%d/%m/%Y")


def _cases(tables: ClinicTables) -> ExportFile:
    rows, clients = tables.episodes, tables.clients
    client = pc.index_in(flat(rows["client"]), flat(clients["client"]))
    return _file("cases", "episodes", {
        "Case": _case(rows["episode"]),
        "Number": numbered("", rows["client"], 4),
        "First name": quoted(flat(clients["first_name"]).take(client)),
        "Last name": quoted(flat(clients["last_name"]).take(client)),
        "Born": _day(flat(clients["birth_date"]).take(client)),
        "Sex": flat(clients["gender"]).take(client),
        "Therapist": numbered("T", rows["practitioner"], 2),
        "Came on": _day(rows["referred_on"]),
        "Closed on": _day(rows["ended_on"]),
        "How it ended": coded(rows["ending"], ENDING),
    })  # fmt: skip


def _visits(tables: ClinicTables) -> ExportFile:
    rows = tables.sessions
    return _file("visits", "sessions", {
        "Visit": _visit(rows["session"]),
        "Case": _case(rows["episode"]),
        "Therapist": numbered("T", rows["practitioner"], 2),
        "Day": _day(rows["starts_at"]),
        "Hour": date_text(rows["starts_at"], "%H:%M"),
        "What": coded(rows["kind"], KIND),
        "Outcome": coded(rows["attendance"], ATTENDANCE),
        "Where": coded(rows["medium"], {"in_person": "room", "video": "video", "phone": "phone"}),
    })  # fmt: skip


def _questionnaires(tables: ClinicTables) -> ExportFile:
    """One line a visit at which something was filled in; a questionnaire that was not given leaves its cells empty."""
    sessions = np.unique(np.concatenate([scores["session"].to_numpy() for scores in tables.scores.values()]))
    row = pc.index_in(pa.array(sessions), flat(tables.sessions["session"]))
    visits = tables.sessions.take(row)
    columns: dict[str, Column] = {"Visit": _visit(visits["session"]), "Case": _case(visits["episode"]), "Day": _day(visits["starts_at"])}
    for measure, count in ITEMS.items():
        scores = tables.scores[measure]
        place = pc.index_in(pa.array(sessions), flat(scores["session"]))
        texts = form_bank(measure).texts(lambda answers: ";".join(WRITTEN_AS_MISSING if answer == MISSING else str(answer) for answer in answers))
        header = ";".join(f"{measure}_{item}" for item in range(1, count + 1))
        columns[header] = pc.fill_null(texts.take(flat(scores["form"]).take(place)), ";" * (count - 1))
    return _file("questionnaires", "scores", columns)
