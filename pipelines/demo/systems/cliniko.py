"""Writes a clinic's tables as a dump of Cliniko's web interface: one file a list, one record a line; cancelled appointments are a list of their own.

It knows patients, cases, appointments and forms (PHQ-9 and GAD-7). It knows that a case is closed, not when and how, and nothing of goals,
consultations and reviews.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.calendar import SECONDS_A_DAY
from pipelines.demo.defects import LEFT_OUT, QUARANTINED, REJECTED, BadRow
from pipelines.demo.expected_episodes import NEVER
from pipelines.demo.export import Column, ExportFile, as_json, coded, date_text, emptied, filled, flat, joined, numbered, recoded, utc_time, with_column
from pipelines.demo.forms import form_bank
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.tables import ClinicTables, without

ADDRESS = "https://api.au1.cliniko.com/v1"
FORM = {"phq9": "PHQ-9", "gad7": "GAD-7"}
ATTENDANCE = {
    "attended": "attended", "attended_late": "attended", "did_not_attend": "did_not_attend", "late_not_seen": "did_not_attend",
    "cancelled_late_by_client": "cancelled_late_by_client", "cancelled_by_client": "cancelled_by_client",
    "cancelled_by_provider": "cancelled_by_provider", "rescheduled": "cancelled_by_client", "not_recorded": "not_recorded", "scheduled": "scheduled",
}  # fmt: skip
CANCELLED = ("cancelled_late_by_client", "cancelled_by_client", "cancelled_by_provider")
TYPES = {"assessment": "301", "treatment": "302", "follow_up": "303"}
TYPE_NAMES = {"301": "Initial Consultation", "302": "Standard Session", "303": "Follow up after therapy"}
GENDER = {"female": "Female", "male": "Male", "other": "Non-binary"}
# eighteen digits, which a floating-point number cannot hold
FIRST_PATIENT, FIRST_CASE, FIRST_APPOINTMENT, FIRST_FORM = "4", "5", "6", "7"
WIDTH = 17


def expressible(tables: ClinicTables) -> ClinicTables:
    """Answers to PHQ-9 and GAD-7; a closed case ends, for unknown reasons, with its last appointment."""
    sessions = tables.sessions.filter(pc.is_in(tables.sessions["attendance"], pa.array(list(ATTENDANCE))))
    sessions = recoded(_not_on_the_phone(sessions), "attendance", ATTENDANCE)
    further = ("consultation_outcome", "consultation_decided_on", "problem", "therapy", "redirected_to", "redirect_arrived_on", "closing_notice")
    episodes = _ended_with_the_last_appointment(emptied(tables.episodes, further), sessions)
    return replace(
        without(tables, "goals", "goal_ratings", "consultation_items", "reviews"),
        clients=emptied(tables.clients, ("ethnicity", "employment_status", "deprivation_decile")),
        sessions=sessions,
        episodes=episodes,
        scores={measure: tables.scores[measure] for measure in FORM},
    )


def _not_on_the_phone(sessions: pa.Table) -> pa.Table:
    """A call on the phone is not told from a visit."""
    return recoded(sessions, "medium", {"in_person": "in_person", "video": "video", "phone": "in_person"})


def _ended_with_the_last_appointment(episodes: pa.Table, sessions: pa.Table) -> pa.Table:
    number, is_closed = episodes["episode"].to_numpy(), flat(pc.is_valid(episodes["ended_on"]))
    past = sessions.filter(pc.not_equal(sessions["attendance"], "scheduled"))
    last = np.full(len(number), -NEVER)
    day = past["starts_at"].cast(pa.date32(), safe=False).cast(pa.int32()).to_numpy()
    np.maximum.at(last, np.searchsorted(number, past["episode"].to_numpy()), day)
    closed_on = pc.fill_null(episodes["ended_on"].cast(pa.int32()), 0).to_numpy()
    ended = np.where(last > -NEVER, last, closed_on)
    ended_on = pa.array(ended.astype("datetime64[D]"), pa.date32(), mask=~is_closed.to_numpy(zero_copy_only=False))
    unknown = pc.if_else(is_closed, pa.scalar("unknown"), pa.scalar(None, pa.string()))
    return with_column(with_column(episodes, "ended_on", ended_on), "ending", unknown)


def files(tables: ClinicTables, clinic: ClinicProfile) -> list[ExportFile]:
    """One file a list."""
    is_cancelled = pc.is_in(tables.sessions["attendance"], pa.array(CANCELLED))
    types = [
        f'{{"id":"{number}","name":"{name}","category":"Psychotherapy","max_attendees":1,"links":{{"self":"{ADDRESS}/appointment_types/{number}"}}}}'
        for number, name in TYPE_NAMES.items()
    ]
    forms = [_forms(measure, rows, tables, clinic) for measure, rows in tables.scores.items()]
    written = {
        "patients": ("patients", _patients(tables)),
        "practitioners": ("practitioners", _practitioners(tables)),
        "appointment_types": ("appointment_types", pa.array(types)),
        "patient_cases": ("patient_cases", _cases(tables, clinic)),
        "individual_appointments": ("individual_appointments", _appointments(tables.sessions.filter(pc.invert(is_cancelled)), tables, clinic)),
        "individual_appointments_cancelled": ("individual_appointments", _appointments(tables.sessions.filter(is_cancelled), tables, clinic)),
        "patient_forms": ("patient_forms", pa.concat_arrays(forms)),
    }
    return [ExportFile(f"{name}.ndjson", table, None, rows) for name, (table, rows) in written.items()]


def bad_rows(file: ExportFile, clinic: ClinicProfile) -> list[BadRow]:
    """What to plant: records deleted or archived, an appointment that nobody has, a form of two measures, a line that is no JSON."""
    if file.name == "individual_appointments.ndjson":
        example = json.loads(file.rows[0].as_py())

        def appointment(number: str, **changes: object) -> str:
            return json.dumps(example | {"id": number, "links": {"self": f"{ADDRESS}/individual_appointments/{number}"}} | changes, separators=(",", ":"))

        return [
            BadRow(appointment("999901", deleted_at="2026-09-01T00:00:00Z"), LEFT_OUT, "deleted", "999901", "deleted_at"),
            BadRow(appointment("999902", archived_at="2026-09-01T00:00:00Z"), LEFT_OUT, "archived", "999902", "archived_at"),
            BadRow(appointment("999903", starts_at="2026-02-30T00:00:00Z"), QUARANTINED, "unreadable time", "999903", "starts_at"),
            BadRow(appointment("999904", patient=None, patient_case=None), QUARANTINED, "no client", "999904", "patient_id"),
            BadRow('{"id":"999905","starts_at":"2026-', REJECTED, "not JSON"),
        ]
    if file.table == "patient_forms" and len(file.rows):
        example = json.loads(file.rows[0].as_py()) | {"id": "999906", "name": "PHQ-9 and GAD-7", "links": {"self": f"{ADDRESS}/patient_forms/999906"}}
        return [BadRow(json.dumps(example, separators=(",", ":")), QUARANTINED, "a form of several measures", "999906", "measure")]
    return []


def _id(first: str, numbers: Column) -> pa.Array:
    return numbered(first, numbers, WIDTH)


def _patients(tables: ClinicTables) -> pa.Array:
    rows = tables.clients
    return filled(
        '{"id":"<id>","first_name":<first>,"last_name":<last>,"date_of_birth":"<born>","gender":"<gender>","archived_at":null,"deleted_at":"",'
        '"updated_at":"2024-10-01T00:00:00Z","links":{"self":"' + ADDRESS + '/patients/<id>"}}',
        {
            "id": _id(FIRST_PATIENT, rows["client"]), "first": as_json(rows["first_name"]), "last": as_json(rows["last_name"]),
            "born": date_text(rows["birth_date"]), "gender": coded(rows["gender"], GENDER),
        },
    )  # fmt: skip


def _practitioners(tables: ClinicTables) -> pa.Array:
    rows = tables.practitioners
    return filled(
        '{"id":"<id>","designation":"Psychotherapist","active":true,"links":{"self":"' + ADDRESS + '/practitioners/<id>"}}',
        {"id": numbered("2", rows["practitioner"], 3)},
    )


def _cases(tables: ClinicTables, clinic: ClinicProfile) -> pa.Array:
    rows = tables.episodes
    is_closed = flat(pc.is_valid(rows["ended_on"]))
    changed = pc.coalesce(flat(rows["ended_on"]), flat(rows["referred_on"])).cast(pa.timestamp("s"))
    noon = pc.add(changed.cast(pa.int64()), SECONDS_A_DAY // 2).cast(pa.timestamp("s"))
    return filled(
        '{"id":"<id>","name":"Therapy","issue_date":"<issued>","closed":<closed>,"attendee_ids":[],"archived_at":null,"updated_at":"<updated>",'
        '"patient":{"links":{"self":"' + ADDRESS + '/patients/<patient>"}},"links":{"self":"' + ADDRESS + '/patient_cases/<id>"}}',
        {
            "id": _id(FIRST_CASE, rows["episode"]), "issued": date_text(rows["referred_on"]), "closed": pc.if_else(is_closed, "true", "false"),
            "updated": utc_time(noon, clinic.time_zone), "patient": _id(FIRST_PATIENT, rows["client"]),
        },
    )  # fmt: skip


def _patient_of(episodes: Column, tables: ClinicTables) -> pa.Array:
    row = pc.index_in(flat(episodes), flat(tables.episodes["episode"]))
    return _id(FIRST_PATIENT, flat(tables.episodes["client"]).take(row))


def _appointments(rows: pa.Table, tables: ClinicTables, clinic: ClinicProfile) -> pa.Array:
    attendance, start = flat(rows["attendance"]), utc_time(rows["starts_at"], clinic.time_zone)
    cancelled_at = joined('"', utc_time(_cancelled_at(rows), clinic.time_zone), '"')
    by_provider = pc.equal(attendance, "cancelled_by_provider")
    columns: Mapping[str, Column] = {
        "id": _id(FIRST_APPOINTMENT, rows["session"]), "start": start, "patient": _patient_of(rows["episode"], tables),
        "practitioner": numbered("2", rows["practitioner"], 3), "type": coded(rows["kind"], TYPES), "case": _id(FIRST_CASE, rows["episode"]),
        "arrived": pc.if_else(pc.equal(attendance, "attended"), "true", "false"),
        "missed": pc.if_else(pc.equal(attendance, "did_not_attend"), "true", "false"),
        "cancelled": pc.if_else(pc.is_in(attendance, pa.array(CANCELLED)), cancelled_at, "null"),
        "reason": pc.if_else(pc.is_in(attendance, pa.array(CANCELLED[:2])), "50", "null"),
        "note": pc.if_else(by_provider, '"Therapist is sick"', "null"),
        "call": pc.if_else(pc.equal(rows["medium"], "video"), '"https://example.test/call"', "null"),
        # a booking changes when it is marked
        "updated": pc.if_else(pc.equal(attendance, "scheduled"), "2026-09-30T00:00:00Z", "2026-10-31T00:00:00Z"),
    }  # fmt: skip
    links = {"patient": "patients/<patient>", "practitioner": "practitioners/<practitioner>", "appointment_type": "appointment_types/<type>",
             "patient_case": "patient_cases/<case>"}  # fmt: skip
    linked = ",".join(f'"{name}":{{"links":{{"self":"{ADDRESS}/{place}"}}}}' for name, place in links.items())
    return filled(
        '{"id":"<id>","starts_at":"<start>","patient_arrived":<arrived>,"did_not_arrive":<missed>,"cancelled_at":<cancelled>,'
        '"cancellation_reason":<reason>,"cancellation_note":<note>,"telehealth_url":<call>,"archived_at":null,"deleted_at":"","updated_at":"<updated>",'
        + linked + ',"links":{"self":"' + ADDRESS + '/individual_appointments/<id>"}}',
        columns,
    )  # fmt: skip


def _cancelled_at(rows: pa.Table) -> pa.Array:
    """When an appointment was cancelled; a moved one early enough."""
    early = pc.subtract(flat(rows["starts_at"]).cast(pa.int64()), 2 * SECONDS_A_DAY).cast(pa.timestamp("s"))
    return pc.coalesce(flat(rows["cancelled_at"]), early)


def _forms(measure: str, rows: pa.Table, tables: ClinicTables, clinic: ClinicProfile) -> pa.Array:
    session = pc.index_in(flat(rows["session"]), flat(tables.sessions["session"]))
    return filled(
        f'{{"id":"<id>","name":"{FORM[measure]}","completed_at":"<time>","updated_at":"<time>","archived_at":null,'
        '"content":{"sections":[{"name":"Questions","questions":[<questions>]}]},'
        '"patient":{"links":{"self":"' + ADDRESS + '/patients/<patient>"}},"booking":{"links":{"self":"' + ADDRESS + '/bookings/<booking>"}},'
        '"links":{"self":"' + ADDRESS + '/patient_forms/<id>"}}',
        {
            "id": _id(FIRST_FORM, rows["score"]), "time": utc_time(flat(tables.sessions["starts_at"]).take(session), clinic.time_zone),
            "questions": _questions(measure).take(flat(rows["form"])), "patient": _patient_of(rows["episode"], tables),
            "booking": _id(FIRST_APPOINTMENT, rows["session"]),
        },
    )  # fmt: skip


@cache
def _questions(measure: str) -> pa.Array:
    """The questions of every form of a measure's bank, by number: four options, of which one or none is chosen."""
    return form_bank(measure).texts(lambda answers: ",".join(_question(answer) for answer in answers))


def _question(answer: int) -> str:
    options = (f'{{"value":"{points}","selected":true}}' if points == answer else f'{{"value":"{points}"}}' for points in range(4))
    return f'{{"type":"radiobuttons","answers":[{",".join(options)}]}}'
