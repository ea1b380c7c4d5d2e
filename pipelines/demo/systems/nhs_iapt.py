"""Writes a clinic's tables as the IAPT data set of NHS Talking Therapies, version 2.1: one CSV a table, what changed since the month before.

It knows referrals, contacts, totals of PHQ-9 and GAD-7, and ratings of goals; no answers to single questions, no consultation, no
review, and an end code that has no word for moving away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.defects import LEFT_OUT, QUARANTINED, REJECTED, BadRow
from pipelines.demo.draws import Array
from pipelines.demo.export import Column, ExportFile, coded, csv_rows, date_text, emptied, flat, numbered, recoded, with_column
from pipelines.demo.forms import form_bank
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.tables import ClinicTables, without

SUBMISSION = {"Unique_MonthID": "1439", "UniqueSubmissionID": "5039"}
ASSESSMENT = {"phq9": "720433000", "gad7": "445455005"}
GOAL = ("1034351000000101", "1034361000000103", "1034371000000105")
ATTENDANCE = {
    "attended": "5", "attended_late": "6", "did_not_attend": "3", "late_not_seen": "7", "cancelled_late_by_client": "2", "cancelled_by_client": "2",
    "cancelled_by_provider": "4",
}  # fmt: skip
EXPRESSED_ATTENDANCE = {word: word for word in ATTENDANCE} | {"cancelled_late_by_client": "cancelled_by_client"}
APPOINTMENT_TYPE = {"assessment": "01", "treatment": "02", "follow_up": "06"}
MECHANISM = {"in_person": "01", "phone": "02", "video": "11"}
END_CODE = {
    "client_stopped": "47", "could_not_contact": "47", "provider_ended": "48", "deceased": "49", "redirected": "13", "not_suitable": "10",
    "completed": "46", "declined": "14", "not_assessed": "50",
}  # fmt: skip
OTHER_END = "96"
ENDING_OF_CODE = {code: ending for ending, code in END_CODE.items() if ending != "could_not_contact"} | {OTHER_END: "unknown"}
GENDER = {"male": "1", "female": "2", "other": "9"}
ETHNIC_CATEGORY = {"white": "A", "mixed": "D", "asian": "H", "black": "M", "other": "S", "not_stated": "Z"}
EMPLOYMENT = {"employed": "01", "unemployed": "02", "student": "03", "long_term_sick": "04", "homemaker": "05", "retired": "08"}
COMPLAINT = {
    "depression": "F329", "generalised_anxiety": "F411", "mixed_anxiety_depression": "F412", "panic": "F410", "social_anxiety": "F401",
    "ptsd": "F431", "other": "F99X",
}  # fmt: skip
HIGH_INTENSITY = "1129471000000105"


def expressible(tables: ClinicTables) -> ClinicTables:
    """Totals that a form shows, goals as long as they are rated, endings as the end code tells them, no late cancellations, no bookings."""
    sessions = tables.sessions.filter(pc.is_in(tables.sessions["attendance"], pa.array(list(ATTENDANCE))))
    goals = _rated_goals(tables)
    episodes = emptied(tables.episodes, ("consultation_outcome", "consultation_decided_on", "redirected_to", "redirect_arrived_on", "closing_notice"))
    return replace(
        without(tables, "consultation_items", "reviews"),
        sessions=recoded(sessions, "attendance", EXPRESSED_ATTENDANCE),
        episodes=with_column(episodes, "ending", coded(coded(episodes["ending"], END_CODE, OTHER_END), ENDING_OF_CODE)),
        scores={measure: _with_total(measure, tables.scores[measure]) for measure in ASSESSMENT},
        goals=goals,
        goal_ratings=tables.goal_ratings.filter(pc.is_in(tables.goal_ratings["goal"], goals["goal"].combine_chunks())),
    )


def _with_total(measure: str, scores: pa.Table) -> pa.Table:
    return scores.filter(pc.is_valid(form_bank(measure).printed_totals().take(flat(scores["form"]))))


def _rated_goals(tables: ClinicTables) -> pa.Table:
    """The first three goals of an episode, known by their ratings: each is set when it is rated first, and never closed."""
    goal, first = np.unique(tables.goal_ratings["goal"].to_numpy(), return_index=True)
    goals = tables.goals.filter(pc.is_in(tables.goals["goal"], pa.array(goal)))
    goals = with_column(goals, "set_on", flat(tables.goal_ratings["rated_on"]).take(pa.array(first)))
    goals = emptied(goals, ("weight", "closed_on", "close_reason"))
    return goals.filter(pa.array(_place_in_episode(goals) < len(GOAL)))


def _place_in_episode(goals: pa.Table) -> Array:
    """0 for the first goal of an episode, 1 for its second."""
    episode = goals["episode"].to_numpy()
    order = np.argsort(episode, kind="stable")
    place = np.empty(len(episode), int)
    place[order] = np.arange(len(episode)) - np.searchsorted(episode[order], episode[order])
    return place


def files(tables: ClinicTables, clinic: ClinicProfile) -> list[ExportFile]:
    """One file a table."""
    return [_patients(tables), _employment(tables), _referrals(tables), _contacts(tables), _activities(tables), _complaints(tables),
            _goal_ratings(tables), _assessments(tables)]  # fmt: skip


def bad_rows(file: ExportFile, clinic: ClinicProfile) -> list[BadRow]:
    """What to plant: a line cut short, codes and dates that are none, rows of what is not there, and what is no session of therapy."""
    makers = {"care_contacts": _bad_contacts, "activity_assessments": _bad_assessments, "referrals": _bad_referrals}
    if file.table not in makers or not len(file.rows):
        return []
    columns = (file.header or "").split(",")
    example = dict(zip(columns, file.rows[len(file.rows) // 2].as_py().split(","), strict=True))
    return list(makers[file.table](example))


def _bad_contacts(example: dict[str, str]) -> Iterable[BadRow]:
    def contact(key: str, **changes: str) -> str:
        return ",".join((example | {"Unique_CareContactID": key} | changes).values())

    yield BadRow("CC999901,PW00012", REJECTED, "fewer values than columns")
    yield BadRow(contact("CC999902", CareContDate="31/02/2026"), QUARANTINED, "unreadable date", "CC999902", "CareContDate")
    yield BadRow(contact("CC999903", AppType="XX"), QUARANTINED, "unknown code", "CC999903", "AppType")
    yield BadRow(contact("CC999904", PathwayID="PW99999"), QUARANTINED, "unknown episode", "CC999904", "PathwayID")
    for key in ("CC999905", "CC999906"):
        yield BadRow(contact(key, AppType="10"), LEFT_OUT, "employment support", key, "AppType")


def _bad_assessments(example: dict[str, str]) -> Iterable[BadRow]:
    def assessment(code: str, score: str, **changes: str) -> str:
        return ",".join((example | {"CodedAssToolType": code, "PersScore": score} | changes).values())

    for score, reason in (("n/a", "unreadable number"), ("28", "total out of range"), ("14/40", "unreadable number")):
        yield BadRow(assessment(ASSESSMENT["phq9"], score), QUARANTINED, reason, score, "PersScore")
    yield BadRow(assessment("999999999", "3"), LEFT_OUT, "unknown measure", "999999999", "CodedAssToolType")
    missing = assessment(ASSESSMENT["phq9"], "9", Unique_CareContactID="CC999999")
    yield BadRow(missing, QUARANTINED, "unknown contact", "CC999999", "Unique_CareContactID")


def _bad_referrals(example: dict[str, str]) -> Iterable[BadRow]:
    changes = {"PathwayID": "PW99001", "ReferralRequestReceivedDate": "03/03/2026", "ServDischDate": "02/03/2026", "EndCode": "46"}
    yield BadRow(",".join((example | changes).values()), QUARANTINED, "ended before it was referred", "PW99001", "ServDischDate")


def _file(name: str, table: str, columns: Mapping[str, Column | str], rows: int) -> ExportFile:
    every_row = {**columns, **SUBMISSION}
    filled = [pa.repeat(column, rows) if isinstance(column, str) else column for column in every_row.values()]
    return ExportFile(f"{name}.csv", table, ",".join(every_row), csv_rows(filled))


def _person(numbers: Column) -> pa.Array:
    return numbered("PER", numbers, 5)


def _pathway(numbers: Column) -> pa.Array:
    return numbered("PW", numbers, 5)


def _contact(numbers: Column) -> pa.Array:
    return numbered("CC", numbers, 6)


def _day(dates: Column) -> pa.Array:
    return date_text(dates, "%d/%m/%Y")


def _patients(tables: ClinicTables) -> ExportFile:
    rows = tables.clients
    columns = {
        "Person_ID": _person(rows["client"]), "LocalPatientId": numbered("L", rows["client"], 5), "NHSNumber": numbered("999", rows["client"], 7),
        "PersonBirthDate": _day(rows["birth_date"]), "Gender": coded(rows["gender"], GENDER), "EthnicCategory": coded(rows["ethnicity"], ETHNIC_CATEGORY),
        "Postcode": "ZZ99 3WZ",
    }  # fmt: skip
    return _file("IDS001MPI", "patients", columns, len(rows))


def _employment(tables: ClinicTables) -> ExportFile:
    rows = tables.clients
    first = pc.index_in(flat(rows["client"]), flat(tables.episodes["client"]))
    referred = flat(tables.episodes["referred_on"]).take(first)
    columns = {"Person_ID": _person(rows["client"]), "EmployStatus": coded(rows["employment_status"], EMPLOYMENT), "EmployStatusRecDate": _day(referred)}
    return _file("IDS004EmpStatus", "employment", columns, len(rows))


def _referrals(tables: ClinicTables) -> ExportFile:
    rows = tables.episodes
    columns = {
        "PathwayID": _pathway(rows["episode"]), "Person_ID": _person(rows["client"]), "OrgID_Provider": "ZZZ",
        "ReferralRequestReceivedDate": _day(rows["referred_on"]),
        "ServDischDate": _day(rows["ended_on"]), "EndCode": coded(rows["ending"], END_CODE, OTHER_END),
    }  # fmt: skip
    return _file("IDS101Referral", "referrals", columns, len(rows))


def _contacts(tables: ClinicTables) -> ExportFile:
    rows = tables.sessions
    columns = {
        "Unique_CareContactID": _contact(rows["session"]), "PathwayID": _pathway(rows["episode"]), "CareContDate": _day(rows["starts_at"]),
        "CareContTime": date_text(rows["starts_at"], "%H:%M:00"), "AttendOrDNACode": coded(rows["attendance"], ATTENDANCE),
        "PlannedCareContIndicator": "Y", "AppType": coded(rows["kind"], APPOINTMENT_TYPE), "ConsMechanism": coded(rows["medium"], MECHANISM),
        "CareContPatientTherMode": "1",
    }  # fmt: skip
    return _file("IDS201CareContact", "care_contacts", columns, len(rows))


def _activities(tables: ClinicTables) -> ExportFile:
    rows = tables.sessions.filter(pc.is_in(tables.sessions["attendance"], pa.array(["attended", "attended_late"])))
    columns = {
        "Unique_CareActivityID": numbered("CA", rows["session"], 6), "Unique_CareContactID": _contact(rows["session"]),
        "PathwayID": _pathway(rows["episode"]), "CarePersLocalID": numbered("T", rows["practitioner"], 3),
        "CodeProcAndProcStatus": pc.if_else(pc.equal(rows["kind"], "treatment"), HIGH_INTENSITY, ""),
    }  # fmt: skip
    return _file("IDS202CareActivity", "care_activities", columns, len(rows))


def _complaints(tables: ClinicTables) -> ExportFile:
    rows = tables.episodes.filter(pc.is_valid(tables.episodes["problem"]))
    columns = {
        "PathwayID": _pathway(rows["episode"]), "Validated_PresentingComplaint": coded(rows["problem"], COMPLAINT), "PresCompCodSig": "01",
        "PresCompDate": _day(rows["referred_on"]),
    }  # fmt: skip
    return _file("IDS603PresentingComplaints", "presenting_complaints", columns, len(rows))


def _goal_ratings(tables: ClinicTables) -> ExportFile:
    """One assessment tool for the first, the second and the third goal of a pathway."""
    rows, goals = tables.goal_ratings, tables.goals
    goal = pc.index_in(flat(rows["goal"]), flat(goals["goal"]))
    tool = pa.array(GOAL).take(pa.array(_place_in_episode(goals)))
    columns = {
        "PathwayID": _pathway(flat(goals["episode"]).take(goal)), "CodedAssToolType": tool.take(goal),
        "PersScore": flat(rows["rating"]).cast(pa.string()), "AssToolCompDate": _day(rows["rated_on"]), "AssToolCompTime": "",
    }  # fmt: skip
    return _file("IDS606CodedScoreAssessmentRefer", "referral_assessments", columns, len(rows))


def _assessments(tables: ClinicTables) -> ExportFile:
    parts = [_assessments_of(measure, rows) for measure, rows in tables.scores.items()]
    columns = ("PathwayID", "Unique_CareContactID", "Unique_CareActivityID", "CodedAssToolType", "PersScore", *SUBMISSION)
    return ExportFile("IDS607CodedScoreAssessmentAct.csv", "activity_assessments", ",".join(columns), pa.concat_arrays(parts))


def _assessments_of(measure: str, rows: pa.Table) -> pa.Array:
    totals = form_bank(measure).printed_totals().take(flat(rows["form"]))
    fixed = [pa.repeat(text, len(rows)) for text in SUBMISSION.values()]
    return csv_rows([_pathway(rows["episode"]), _contact(rows["session"]), numbered("CA", rows["session"], 6),
                     pa.repeat(ASSESSMENT[measure], len(rows)), totals, *fixed])  # fmt: skip
