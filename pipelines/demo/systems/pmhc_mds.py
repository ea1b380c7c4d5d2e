"""Writes a clinic's tables as the Australian Primary Mental Health Care minimum data set, version 4, CSV.

Columns and codes as in the PMHC MDS v4 specification (docs.pmhc-mds.com). It knows contacts but no cancellations, the K10+ but no other
measure of the demo, and no goals, consultations or reviews.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.export import Column, ExportFile, coded, csv_rows, date_text, emptied, joined, numbered, recoded, with_column
from pipelines.demo.forms import MISSING, form_bank
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.tables import ClinicTables, without

DATE = "%d%m%Y"
OPEN, ANSWER_MISSING, SCORE_MISSING = "0", 9, 99
# what a contact's attendance becomes; all other appointments leave no contact
CONTACT_ATTENDANCE = {"attended": "attended", "attended_late": "attended", "did_not_attend": "did_not_attend", "late_not_seen": "did_not_attend"}
NO_SHOW = {"attended": "2", "did_not_attend": "1"}
COMPLETION = {
    "completed": "1", "could_not_contact": "2", "client_stopped": "3", "declined": "3", "moved": "4", "redirected": "5",
}  # fmt: skip
OTHER_COMPLETION = "6"
ENDING_OF_COMPLETION = {"1": "completed", "2": "could_not_contact", "3": "client_stopped", "4": "moved", "5": "redirected", "6": "other"}
CONTACT_TYPE = {"assessment": "1", "treatment": "2", "follow_up": "2"}
MODALITY = {"in_person": "1", "phone": "2", "video": "3"}
GENDER = {"male": "1", "female": "2", "other": "3"}
LABOUR_FORCE = {"employed": "1", "unemployed": "2", "student": "3", "retired": "3", "long_term_sick": "3", "homemaker": "3"}
CATEGORY = {"psychological_therapist": "1", "counsellor": "3", "wellbeing_practitioner": "7", "trainee": "2"}
START, REVIEW = "1", "2"


def expressible(tables: ClinicTables) -> ClinicTables:
    """Contacts that took place or should have, the K10, and endings as coarse as the completion status."""
    sessions = tables.sessions.filter(pc.is_in(tables.sessions["attendance"], pa.array(CONTACT_ATTENDANCE)))
    sessions = recoded(sessions, "attendance", CONTACT_ATTENDANCE)
    sessions = recoded(sessions, "kind", {"assessment": "assessment", "treatment": "treatment", "follow_up": "treatment"})
    ending = coded(coded(tables.episodes["ending"], COMPLETION, OTHER_COMPLETION), ENDING_OF_COMPLETION)
    episodes = emptied(tables.episodes, ("consultation_outcome", "problem", "therapy", "redirected_to"))
    episodes = with_column(episodes, "ending", ending)
    return replace(
        without(tables, "goals", "goal_ratings", "consultation_items", "reviews"), sessions=sessions, episodes=episodes, scores={"k10": tables.scores["k10"]},
    )  # fmt: skip


def files(tables: ClinicTables, clinic: ClinicProfile) -> list[ExportFile]:
    """The files of the treatment context."""
    path = f"PHN999:{clinic.id.title()}"
    return [
        ExportFile("metadata.csv", "metadata", "key,value", pa.array(["type,PMHC", "version,4.0"])),
        _organisations(path, clinic),
        _clients(path, tables),
        _practitioners(path, tables),
        _episodes(path, tables),
        _service_contacts(path, tables),
        _service_contact_practitioners(path, tables),
        _collection_occasions(path, tables),
        _k10p(path, tables),
    ]


def _file(name: str, table: str, path: str, columns: Mapping[str, Column | str], rows: int) -> ExportFile:
    """A file whose first column is the organisation's path; a text instead of a column stands in every row."""
    filled = [pa.repeat(column, rows) if isinstance(column, str) else column for column in columns.values()]
    return ExportFile(name, table, ",".join(["organisation_path", *columns]), csv_rows([pa.repeat(path, rows), *filled]))


def _organisations(path: str, clinic: ClinicProfile) -> ExportFile:
    columns = {
        "organisation_key": clinic.id.title(), "organisation_name": clinic.name, "organisation_legal_name": "", "organisation_abn": "51824753556",
        "organisation_type": "1", "organisation_state": "1", "organisation_start_date": "01072020", "organisation_end_date": "09099999",
        "organisation_tags": "",
    }  # fmt: skip
    return _file("organisations.csv", "organisations", path, columns, 1)


def _clients(path: str, tables: ClinicTables) -> ExportFile:
    rows = tables.clients
    columns = {
        "client_key": numbered("C", rows["client"], 4), "slk": _linkage_key(rows), "date_of_birth": date_text(rows["birth_date"], DATE),
        "est_date_of_birth": "1", "client_gender": coded(rows["gender"], GENDER), "client_atsi_status": "4", "country_of_birth": "1101",
        "main_lang_at_home": "1201", "prof_english": "0", "client_tags": "",
    }  # fmt: skip
    return _file("clients.csv", "clients", path, columns, len(rows))


def _linkage_key(clients: pa.Table) -> pa.Array:
    """SLK-581: letters 2, 3 and 5 of the last name, 2 and 3 of the first, birth date, sex; 2 for a letter that is not there."""
    last = [_letters(name, (1, 2, 4)) for name in clients["last_name"].to_pylist()]
    first = [_letters(name, (1, 2)) for name in clients["first_name"].to_pylist()]
    return joined(pa.array(last), pa.array(first), date_text(clients["birth_date"], DATE), coded(clients["gender"], GENDER))


def _letters(name: str, places: tuple[int, ...]) -> str:
    letters = [letter for letter in name.upper() if letter.isalpha()]
    return "".join(letters[place] if place < len(letters) else "2" for place in places)


def _practitioners(path: str, tables: ClinicTables) -> ExportFile:
    rows = tables.practitioners
    columns = {
        "practitioner_key": numbered("P", rows["practitioner"], 3), "practitioner_category": coded(rows["role"], CATEGORY), "atsi_cultural_training": "1",
        "practitioner_year_of_birth": "9999", "practitioner_gender": "0", "practitioner_atsi_status": "9", "practitioner_active": "1",
        "practitioner_tags": "",
    }  # fmt: skip
    return _file("practitioners.csv", "practitioners", path, columns, len(rows))


def _episodes(path: str, tables: ClinicTables) -> ExportFile:
    rows = tables.episodes
    client_row = pc.index_in(rows["client"], tables.clients["client"].combine_chunks())
    columns = {
        "episode_key": numbered("E", rows["episode"], 4), "client_key": numbered("C", rows["client"], 4),
        "episode_end_date": date_text(rows["ended_on"], DATE), "client_consent": "1",
        "episode_completion_status": pc.fill_null(coded(rows["ending"], {word: code for code, word in ENDING_OF_COMPLETION.items()}), OPEN),
        "referral_date": date_text(rows["referred_on"], DATE), "program_type": "1", "principal_focus": "1", "mental_health_treatment_plan": "1",
        "homelessness": "3", "client_postcode": "9999", "labour_force_status": coded(tables.clients["employment_status"].take(client_row), LABOUR_FORCE),
        "employment_participation": "9", "income_source": "9", "health_care_card": "9", "ndis_participant": "9", "marital_status": "6",
        "suicide_referral_flag": "2", "principal_diagnosis": "203", "additional_diagnosis": "000", "medication_antipsychotics": "9",
        "medication_anxiolytics": "9", "medication_hypnotics": "9", "medication_antidepressants": "9", "medication_psychostimulants": "9",
        "referrer_profession": "1", "referrer_organisation_type": "1", "organisation_type_referred_to_at_episode_conclusion": "",
        "episode_tags": "",
    }  # fmt: skip
    return _file("episodes.csv", "episodes", path, columns, len(rows))


def _service_contacts(path: str, tables: ClinicTables) -> ExportFile:
    rows = tables.sessions
    no_show = coded(rows["attendance"], NO_SHOW)
    columns = {
        "service_contact_key": numbered("S", rows["session"], 5), "episode_key": numbered("E", rows["episode"], 4),
        "service_contact_date": date_text(rows["starts_at"], DATE), "service_contact_type": coded(rows["kind"], CONTACT_TYPE),
        "service_contact_postcode": "9999", "service_contact_modality": coded(rows["medium"], MODALITY), "service_contact_participants": "1",
        "service_contact_venue": pc.if_else(pc.equal(rows["medium"], "in_person"), "2", "98"),
        "service_contact_duration": pc.if_else(pc.equal(no_show, "1"), "0", "4"), "service_contact_copayment": "0",
        "service_contact_participation_indicator": "1", "service_contact_interpreter": "2", "service_contact_no_show": no_show,
        "service_contact_final": "3", "service_contact_start_time": date_text(rows["starts_at"], "%H:%M"), "funding_source": "0",
        "service_contact_tags": "",
    }  # fmt: skip
    return _file("service-contacts.csv", "service_contacts", path, columns, len(rows))


def _service_contact_practitioners(path: str, tables: ClinicTables) -> ExportFile:
    rows = tables.sessions
    columns = {
        "service_contact_practitioner_key": numbered("SP", rows["session"], 5), "service_contact_key": numbered("S", rows["session"], 5),
        "practitioner_key": numbered("P", rows["practitioner"], 3), "primary_practitioner_indicator": "1",
    }  # fmt: skip
    return _file("service-contact-practitioners.csv", "service_contact_practitioners", path, columns, len(rows))


def _collection_occasions(path: str, tables: ClinicTables) -> ExportFile:
    rows = tables.scores["k10"]
    columns = {
        "collection_occasion_key": numbered("CO", rows["score"], 5), "episode_key": numbered("E", rows["episode"], 4),
        # a spreadsheet had this file open and took the dates for numbers, as the specification warns
        "collection_occasion_date": pc.utf8_ltrim(date_text(rows["measured_on"], DATE), "0"), "reason_for_collection": _reason(rows),
        "collection_occasion_tags": "",
    }  # fmt: skip
    return _file("collection-occasions.csv", "collection_occasions", path, columns, len(rows))


def _reason(scores: pa.Table) -> pa.Array:
    """Start for the first of an episode, review for all others; an end is recorded as a review, since nobody knows it on the day."""
    episodes = scores["episode"].to_numpy()
    is_first = np.zeros(len(episodes), bool)
    is_first[np.unique(episodes, return_index=True)[1]] = True
    return pa.array(np.where(is_first, START, REVIEW))


def _k10p(path: str, tables: ClinicTables) -> ExportFile:
    rows = tables.scores["k10"]
    columns = {
        "measure_key": numbered("K", rows["score"], 5), "collection_occasion_key": numbered("CO", rows["score"], 5),
        # one text for 10 items, 4 further ones that the score leaves out, and the score
        ",".join([*(f"k10p_item{item}" for item in range(1, 15)), "k10p_score"]): _answers().take(rows["form"].combine_chunks()),
        "k10p_tags": "",
    }  # fmt: skip
    return _file("k10p.csv", "k10p", path, columns, len(rows))


@cache
def _answers() -> pa.Array:
    return form_bank("k10").texts(_answer_cells)


def _answer_cells(answers: list[int]) -> str:
    score = SCORE_MISSING if MISSING in answers else sum(answers)
    cells = [ANSWER_MISSING if answer == MISSING else answer for answer in answers]
    return ",".join(map(str, [*cells, 3, 2, 1, 2, score]))
