"""Writes a clinic's tables as an HL7 FHIR R4 bulk export: one NDJSON file a resource type.

It knows what happened and what was measured (PHQ-9 and GAD-7), and goals with attainment scaling, but not why an episode ended: the
resource EpisodeOfCare has no place for it. Late cancellations look like all others.
"""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.export import (
    Column,
    ExportFile,
    as_json,
    coded,
    date_text,
    emptied,
    filled,
    flat,
    joined,
    numbered,
    recoded,
    utc_time,
    with_column,
    zoned_time,
)
from pipelines.demo.forms import form_bank
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.tables import ClinicTables, without

# LOINC: code of the total, name of the panel's questionnaire, codes of the items in order
LOINC = {
    "phq9": ("44261-6", "44249-1", ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")),
    "gad7": ("70274-6", "69737-5", ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")),
}
ANSWERS = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
ATTAINMENT = {-2: "LA34484-8", -1: "LA34483-0", 0: "LA34481-4", 1: "LA34480-6", 2: "LA34479-8"}
BASELINE, BY_CLIENT = "107332-9", "107334-5"
PHRASES = ("Walk to the shops alone", "Sleep through four nights a week", "See a friend every week", "Go back to work part-time")

ATTENDANCE = {
    "attended": "attended", "attended_late": "attended", "did_not_attend": "did_not_attend", "late_not_seen": "did_not_attend",
    "cancelled_late_by_client": "cancelled_by_client", "cancelled_by_client": "cancelled_by_client", "rescheduled": "cancelled_by_client",
    "cancelled_by_provider": "cancelled_by_provider", "not_recorded": "not_recorded", "scheduled": "scheduled",
}  # fmt: skip
APPOINTMENT_STATUS = {
    "attended": "fulfilled", "did_not_attend": "noshow", "cancelled_by_client": "cancelled", "cancelled_by_provider": "cancelled",
    "not_recorded": "booked", "scheduled": "booked",
}  # fmt: skip
KIND = {"assessment": "assessment", "treatment": "treatment", "follow_up": "treatment"}
SERVICE = {"assessment": "90791", "treatment": "90834"}
ENCOUNTER_CLASS = {"in_person": "AMB", "video": "VR", "phone": "VR"}
GENDER = {"female": "female", "male": "male", "other": "other"}


def expressible(tables: ClinicTables) -> ClinicTables:
    """Without circumstances of clients, problems, endings, late cancellations, other measures, records and reviews."""
    clients = emptied(tables.clients, ("ethnicity", "employment_status", "deprivation_decile"))
    episodes = emptied(
        tables.episodes,
        ("consultation_outcome", "consultation_decided_on", "problem", "therapy", "redirected_to", "redirect_arrived_on", "closing_notice"),
    )
    unknown = pc.if_else(pc.is_valid(episodes["ended_on"]), pa.scalar("unknown"), pa.scalar(None, pa.string()))
    episodes = with_column(episodes, "ending", unknown)
    sessions = tables.sessions
    for column, codes in {"attendance": ATTENDANCE, "kind": KIND}.items():
        sessions = recoded(sessions, column, codes)
    scores = {measure: tables.scores[measure] for measure in LOINC}
    return replace(without(tables, "consultation_items", "reviews"), clients=clients, episodes=episodes, sessions=sessions, scores=scores)


def files(tables: ClinicTables, clinic: ClinicProfile) -> list[ExportFile]:
    """One file a resource type."""
    observations = [_totals(measure, rows, tables, clinic) for measure, rows in tables.scores.items()]
    responses = [_responses(measure, rows, tables, clinic) for measure, rows in tables.scores.items()]
    written = {
        "Organization": pa.array([f'{{"resourceType":"Organization","id":"org-1","active":true,"name":{json.dumps(clinic.name)}}}']),
        "Patient": _patients(tables),
        "Practitioner": _practitioners(tables),
        "EpisodeOfCare": _episodes(tables),
        "Appointment": _appointments(tables, clinic),
        "Encounter": _encounters(tables, clinic),
        "Observation": pa.concat_arrays([*observations, _goal_ratings(tables)]),
        "QuestionnaireResponse": pa.concat_arrays(responses),
        "Goal": _goals(tables),
    }
    return [ExportFile(f"{resource}.000.ndjson", resource, None, rows) for resource, rows in written.items()]


def patient_id(numbers: Column) -> pa.Array:
    """pat-00012"""
    return numbered("pat-", numbers, 5)


def episode_id(numbers: Column) -> pa.Array:
    """eoc-00012"""
    return numbered("eoc-", numbers, 5)


def appointment_id(numbers: Column) -> pa.Array:
    """app-000012"""
    return numbered("app-", numbers, 6)


def observation_id(numbers: Column) -> pa.Array:
    """obs-000012"""
    return numbered("obs-", numbers, 6)


def goal_id(numbers: Column) -> pa.Array:
    """goal-00012"""
    return numbered("goal-", numbers, 5)


def _practitioner_id(numbers: Column) -> pa.Array:
    return numbered("prac-", numbers, 3)


def _patient_of(episodes: Column, tables: ClinicTables) -> pa.Array:
    """The patient of each episode."""
    row = pc.index_in(flat(episodes), flat(tables.episodes["episode"]))
    return patient_id(flat(tables.episodes["client"]).take(row))


def _patients(tables: ClinicTables) -> pa.Array:
    rows = tables.clients
    return filled(
        '{"resourceType":"Patient","id":"<id>","active":true,"name":[{"use":"official","family":<last>,"given":[<first>]}],'
        '"gender":"<gender>","birthDate":"<born>"}',
        {
            "id": patient_id(rows["client"]),
            "last": as_json(rows["last_name"]),
            "first": as_json(rows["first_name"]),
            "gender": coded(rows["gender"], GENDER),
            "born": date_text(rows["birth_date"]),
        },
    )


def _practitioners(tables: ClinicTables) -> pa.Array:
    rows = tables.practitioners
    return filled(
        '{"resourceType":"Practitioner","id":"<id>","active":true,"qualification":[{"code":{"coding":[{"code":"<role>"}]}}]}',
        {"id": _practitioner_id(rows["practitioner"]), "role": rows["role"]},
    )


def _episodes(tables: ClinicTables) -> pa.Array:
    rows = tables.episodes
    end = joined(',"end":"', date_text(rows["ended_on"]), '"')
    is_over = flat(pc.is_valid(rows["ended_on"]))
    return filled(
        '{"resourceType":"EpisodeOfCare","id":"<id>","status":"<status>","patient":{"reference":"Patient/<patient>"},'
        '"managingOrganization":{"reference":"Organization/org-1"},"period":{"start":"<start>"<end>},'
        '"careManager":{"reference":"Practitioner/<practitioner>"}}',
        {
            "id": episode_id(rows["episode"]),
            "status": pc.if_else(is_over, "finished", "active"),
            "patient": patient_id(rows["client"]),
            "start": date_text(rows["referred_on"]),
            "end": pc.if_else(is_over, end, ""),
            "practitioner": _practitioner_id(rows["practitioner"]),
        },
    )


def _session_columns(rows: pa.Table, tables: ClinicTables, clinic: ClinicProfile) -> dict[str, Column]:
    ends_at = flat(rows["starts_at"]).cast(pa.int64())
    return {
        "id": appointment_id(rows["session"]),
        "encounter": numbered("enc-", rows["session"], 6),
        "patient": _patient_of(rows["episode"], tables),
        "episode": episode_id(rows["episode"]),
        "practitioner": _practitioner_id(rows["practitioner"]),
        "service": coded(rows["kind"], SERVICE),
        "start": zoned_time(rows["starts_at"], clinic.time_zone),
        "end": zoned_time(pc.add(ends_at, 50 * 60).cast(pa.timestamp("s")), clinic.time_zone),
    }


def _appointments(tables: ClinicTables, clinic: ClinicProfile) -> pa.Array:
    rows = tables.sessions
    reason = '"cancelationReason":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason","code":"%s"}]},'
    reasons = coded(rows["attendance"], {"cancelled_by_client": reason % "pat", "cancelled_by_provider": reason % "prov"})
    return filled(
        '{"resourceType":"Appointment","id":"<id>","status":"<status>",<reason>'
        '"serviceType":[{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":"<service>"}]}],"start":"<start>","end":"<end>",'
        '"supportingInformation":[{"reference":"EpisodeOfCare/<episode>"}],"participant":['
        '{"actor":{"reference":"Patient/<patient>"},"status":"accepted"},{"actor":{"reference":"Practitioner/<practitioner>"},"status":"accepted"}]}',
        {**_session_columns(rows, tables, clinic), "status": coded(rows["attendance"], APPOINTMENT_STATUS), "reason": reasons},
    )


def _encounters(tables: ClinicTables, clinic: ClinicProfile) -> pa.Array:
    """Only what took place: a missed appointment has no encounter."""
    rows = tables.sessions.filter(pc.equal(tables.sessions["attendance"], "attended"))
    return filled(
        '{"resourceType":"Encounter","id":"<encounter>","status":"finished",'
        '"class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"<class>"},'
        '"type":[{"coding":[{"system":"http://www.ama-assn.org/go/cpt","code":"<service>"}]}],"subject":{"reference":"Patient/<patient>"},'
        '"episodeOfCare":[{"reference":"EpisodeOfCare/<episode>"}],"participant":[{"individual":{"reference":"Practitioner/<practitioner>"}}],'
        '"appointment":[{"reference":"Appointment/<id>"}],"period":{"start":"<start>","end":"<end>"}}',
        {**_session_columns(rows, tables, clinic), "class": coded(rows["medium"], ENCOUNTER_CLASS)},
    )


def _score_columns(rows: pa.Table, tables: ClinicTables, clinic: ClinicProfile) -> dict[str, Column]:
    session = pc.index_in(flat(rows["session"]), flat(tables.sessions["session"]))
    return {
        "id": observation_id(rows["score"]),
        "response": numbered("qr-", rows["score"], 6),
        "patient": _patient_of(rows["episode"], tables),
        "encounter": numbered("enc-", rows["session"], 6),
        "time": utc_time(tables.sessions["starts_at"].take(session), clinic.time_zone),
    }


def _totals(measure: str, rows: pa.Table, tables: ClinicTables, clinic: ClinicProfile) -> pa.Array:
    """Totals in the three ways that real servers write them; a form without a total has no such observation."""
    printed = form_bank(measure).printed_totals().take(flat(rows["form"]))
    rows, printed = rows.filter(pc.is_valid(printed)), printed.drop_null()
    way = pc.bit_wise_and(flat(rows["score"]), 3)
    number = joined('"valueInteger":', printed)
    quantity = joined('"valueQuantity":{"value":', printed, ',"unit":"{score}","system":"http://unitsofmeasure.org","code":"{score}"}')
    text = joined('"valueString":"', printed, '"')
    value = pc.if_else(pc.equal(way, 0), text, pc.if_else(pc.equal(way, 1), quantity, number))
    code, _, _ = LOINC[measure]
    return filled(
        '{"resourceType":"Observation","id":"<id>","status":"final",'
        '"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"survey"}]}],'
        f'"code":{{"coding":[{{"system":"http://loinc.org","code":"{code}"}}]}},'
        '"subject":{"reference":"Patient/<patient>"},"encounter":{"reference":"Encounter/<encounter>"},"effectiveDateTime":"<time>",<value>,'
        '"derivedFrom":[{"reference":"QuestionnaireResponse/<response>"}]}',
        {**_score_columns(rows, tables, clinic), "value": value},
    )


def _responses(measure: str, rows: pa.Table, tables: ClinicTables, clinic: ClinicProfile) -> pa.Array:
    _, panel, _ = LOINC[measure]
    return filled(
        '{"resourceType":"QuestionnaireResponse","id":"<response>",'
        f'"questionnaire":"http://loinc.org/q/{panel}","status":"completed",'
        '"subject":{"reference":"Patient/<patient>"},"encounter":{"reference":"Encounter/<encounter>"},"authored":"<time>","item":[<items>]}',
        {**_score_columns(rows, tables, clinic), "items": _item_texts(measure).take(flat(rows["form"]))},
    )


@cache
def _item_texts(measure: str) -> pa.Array:
    """The answered items of every form of a measure's bank."""
    _, _, items = LOINC[measure]
    answer = '{"linkId":"/%s","answer":[{"valueCoding":{"system":"http://loinc.org","code":"%s"}}]}'
    return form_bank(measure).texts(lambda answers: ",".join(answer % (item, ANSWERS[value]) for item, value in zip(items, answers, strict=True) if value >= 0))


def _goals(tables: ClinicTables) -> pa.Array:
    rows = tables.goals
    is_closed, is_achieved = flat(pc.is_valid(rows["closed_on"])), flat(pc.fill_null(pc.equal(rows["close_reason"], "achieved"), False))
    achieved = '"achievementStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/goal-achievement","code":"achieved"}]},'
    closed = joined(',"statusDate":"', date_text(rows["closed_on"]), '"')
    return filled(
        '{"resourceType":"Goal","id":"<id>","extension":[{"url":"http://hl7.org/fhir/us/pco/StructureDefinition/pco-goal-attainment-scaling",'
        '"extension":[{"url":"text","valueString":"as expected"}]}],"lifecycleStatus":"<status>",<achieved>"description":{"text":"<phrase>"},'
        '"subject":{"reference":"Patient/<patient>"},"startDate":"<start>"<closed>}',
        {
            "id": goal_id(rows["goal"]),
            "status": pc.if_else(is_achieved, "completed", pc.if_else(is_closed, "cancelled", "active")),
            "achieved": pc.if_else(is_achieved, achieved, ""),
            "phrase": pa.array(PHRASES).take(pa.array(rows["goal"].to_numpy() % len(PHRASES))),
            "patient": _patient_of(rows["episode"], tables),
            "start": date_text(rows["set_on"]),
            "closed": pc.if_else(is_closed, closed, ""),
        },
    )


def _goal_ratings(tables: ClinicTables) -> pa.Array:
    ratings, goals = tables.goal_ratings, tables.goals
    goal = pc.index_in(flat(ratings["goal"]), flat(goals["goal"]))
    is_first = pc.equal(flat(ratings["rated_on"]), flat(goals["set_on"]).take(goal))
    levels = pa.array([ATTAINMENT[level] for level in sorted(ATTAINMENT)])
    return filled(
        '{"resourceType":"Observation","id":"<id>","status":"final",'
        '"category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"survey"}]}],'
        '"code":{"coding":[{"system":"http://loinc.org","code":"<code>"}]},"subject":{"reference":"Patient/<patient>"},'
        '"focus":[{"reference":"Goal/<goal>"}],"effectiveDateTime":"<date>",'
        '"valueCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"<level>"}]}}',
        {
            "id": numbered("gas-", pa.array(np.arange(len(ratings))), 5),
            "code": pc.if_else(is_first, BASELINE, BY_CLIENT),
            "patient": _patient_of(flat(goals["episode"]).take(goal), tables),
            "goal": goal_id(ratings["goal"]),
            "date": date_text(ratings["rated_on"]),
            "level": levels.take(pa.array(ratings["rating"].to_numpy() - min(ATTAINMENT))),
        },
    )
