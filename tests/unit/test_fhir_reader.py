"""FHIR files one at a time: which resources give rows, what stays outside, and what damaged or hostile files do."""

import json
from pathlib import Path

import duckdb
import pytest

from pipelines.data_folder import DataFolder
from pipelines.inbox import scan
from pipelines.ingestion import ingest
from pipelines.network import Clinic, Network
from pipelines.privacy import pseudonym
from pipelines.source_contracts import load_contracts

KEY = b"a key of twenty bytes"
NETWORK = Network("N", "UTC", 3, "internal", 12, (Clinic("harbour", "Harbour", "UTC", ("fhir_r4",), "nhs_talking_therapies"),))


@pytest.fixture
def deliver(tmp_path: Path):
    """Write the files of one FHIR delivery, ingest them, and give the facts by file name and the data folder."""

    def act(files: dict[str, str | bytes | dict | list]):
        folder = tmp_path / "inbox" / "harbour" / "fhir_r4" / "2026-11-03"
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(written(content))
        contracts = dict(load_contracts())
        data = DataFolder(tmp_path / "data")
        read = ingest(scan(tmp_path / "inbox", NETWORK, contracts), contracts, data, KEY)
        return {file.delivered.file: file.facts for file in read}, data

    return act


def written(content: str | bytes | dict | list) -> bytes:
    """A resource as a pretty-printed document, a list of them as NDJSON, anything else as it is."""
    if isinstance(content, dict):
        return json.dumps(content, indent=2).encode()
    if isinstance(content, list):
        return "".join(json.dumps(resource) + "\n" for resource in content).encode()
    return content.encode() if isinstance(content, str) else content


def raw_rows(data: DataFolder, table: str, columns: str) -> list[tuple]:
    return duckdb.sql(f"select {columns} from read_parquet('{data.raw}/fhir_r4/{table}/*/*.parquet') order by source_line").fetchall()


def identified(identifier: str) -> str:
    return pseudonym(KEY, "harbour", "fhir_r4", identifier)


def patient(own_id: str, **fields) -> dict:
    return {"resourceType": "Patient", "id": own_id, **fields}


def encounter(own_id: str, subject: dict, **fields) -> dict:
    return {"resourceType": "Encounter", "id": own_id, "status": "finished", "class": {"code": "AMB"}, "subject": subject, **fields}


def test_names_contact_data_and_free_text_stay_outside(deliver):
    secrets = ["Zelda", "Quux", "1980-02-29", "555-0100", "Goal in her own words", "twelve, I think", "943 476 5919"]
    _, data = deliver(
        {
            "Patient.ndjson": [
                patient(
                    "p1",
                    birthDate="1980-02-29",
                    gender="female",
                    name=[{"use": "official", "family": "Quux", "given": ["Zelda"]}],
                    telecom=[{"value": "555-0100"}],
                    identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "943 476 5919"}],
                    text={"div": "<div>Zelda Quux</div>"},
                )
            ],
            "Goal.ndjson": [{"resourceType": "Goal", "id": "g1", "lifecycleStatus": "Goal in her own words", "description": {"text": "Goal in her own words"}}],
            "Observation.ndjson": [{"resourceType": "Observation", "id": "o1", "code": {"coding": [{"code": "44261-6"}]}, "valueString": "twelve, I think"}],
        }
    )
    assert raw_rows(data, "patients", "client_id, birth_date_year, gender") == [(identified("p1"), "1980", "female")]
    assert raw_rows(data, "goals", "status") == [("invalid",)]
    assert raw_rows(data, "score_observations", "value") == [("invalid",)]
    stored = b"".join(path.read_bytes() for path in data.root.rglob("*") if path.is_file())
    assert [secret for secret in secrets if secret.encode() in stored] == []


@pytest.mark.parametrize(
    "reference",
    [
        {"reference": "Patient/p1"},
        {"reference": "Patient/p1/_history/3"},
        {"reference": "https://clinic.example/fhir/Patient/p1"},
        {"reference": "Patient?identifier=https://clinic.example/id|p1"},
        {"reference": "urn:uuid:p1"},
        {"identifier": {"value": "p1"}},
    ],
)
def test_every_way_to_refer_to_a_patient_gives_the_pseudonym_of_its_id(deliver, reference):
    _, data = deliver({"Encounter.ndjson": [encounter("e1", reference)]})
    assert raw_rows(data, "encounters", "client_id") == [(identified("p1"),)]


@pytest.mark.parametrize("reference", [{"reference": "Group/p1"}, {"reference": "#p1"}, {"reference": "Practitioner?identifier=x|p1"}, {"display": "p1"}])
def test_a_reference_to_anything_else_is_no_client(deliver, reference):
    _, data = deliver({"Encounter.ndjson": [encounter("e1", reference)]})
    assert raw_rows(data, "encounters", "client_id") == [(None,)]


def test_lines_single_resources_and_bundles_are_read_alike(deliver):
    bundle = {"resourceType": "Bundle", "entry": [{"resource": patient("p3")}, {"request": {"method": "DELETE"}}, {"resource": patient("p4")}]}
    lines = "\ufeff" + json.dumps(patient("p1")) + "\r\n\r\n"
    facts, data = deliver({"a.ndjson": lines, "b.json": patient("p2"), "c.json": bundle, "d.json": [patient("p5"), patient("p6")]})
    assert {row[0] for row in raw_rows(data, "patients", "client_id")} == {identified(f"p{number}") for number in range(1, 7)}
    assert {name: (fact.rows_read, fact.rows_rejected) for name, fact in facts.items()} == {
        "a.ndjson": (1, 0),
        "b.json": (1, 0),
        "c.json": (3, 1),
        "d.json": (2, 0),
    }


def test_every_resource_that_gives_no_row_is_rejected_with_its_line_and_reason(deliver):
    lines = [
        json.dumps(patient("p1")),
        '{"resourceType": "Patient", "id": "p2"',
        json.dumps({"resourceType": "Condition", "id": "c1"}),
        '{"resourceType": "Patient", "id": "p3", "id": "p4"}',
        '{"resourceType": "Patient", "id": "p5", "meta": {"lastUpdated": "2026-01-01", "lastUpdated": "2026-01-02"}}',
        json.dumps(patient("p\0")),
        json.dumps({"resourceType": "Patient"}),
        json.dumps({"id": "x"}),
        json.dumps({"resourceType": "Zelda Quux, born 1980"}),
        json.dumps({"resourceType": "Observation", "id": "o1", "code": {"coding": [{"code": "8302-2"}]}}),
        json.dumps({"resourceType": "Appointment", "id": "a1", "participant": [{"actor": {"reference": "Location/1"}}]}),
        "[" * 100_000,
        json.dumps(patient("p9")) + "\x01rest",
    ]
    facts, data = deliver({"mixed.ndjson": "\n".join(lines) + "\n"})
    expected = [
        (2, None, "not valid JSON"),
        (3, None, "Condition is not read from fhir_r4"),
        (4, None, "a name stands twice in the same JSON object"),
        (5, None, "a name stands twice in the same JSON object"),
        (6, None, "it holds a NUL character"),
        (7, "client_id", "it has no value at $.id"),
        (8, None, "not a FHIR resource: it has no resourceType"),
        (9, None, "not a FHIR resource: its resourceType is not the name of one"),
        (10, "code", "none of the values at $.code.coding[*].code is read from fhir_r4"),
        (11, "client_id", "none of the values at $.actor.reference is read from fhir_r4"),
        (12, None, "not valid JSON"),
        (13, None, "not valid JSON"),
    ]
    assert [(reject.line, reject.column_name, reject.reason) for reject in facts["mixed.ndjson"].rejects] == expected
    [rejects] = data.rejects.glob("fhir_r4/*/*/*.parquet")
    assert duckdb.sql(f"select line, column_name, reason from '{rejects}'").fetchall() == expected
    assert (facts["mixed.ndjson"].rows_read, facts["mixed.ndjson"].admitted) == (13, {"patients": 1})


def test_a_file_of_one_type_that_is_not_read_is_warned_of_and_every_row_is_counted(deliver):
    facts, _ = deliver({"Condition.ndjson": [{"resourceType": "Condition", "id": str(number)} for number in range(1500)]})
    condition = facts["Condition.ndjson"]
    assert condition.warnings == ("resources that are not read: Condition",)
    assert (condition.rows_read, condition.rows_rejected, condition.admitted, condition.refused) == (1500, 1500, {}, None)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "a.ndjson",
            '{"resourceType": "Patient"}\n{"resourceType": "Pat',
            "line 2: the file ends in the middle of a resource; it was cut off, please send it again",
        ),
        ("a.json", '{\n "resourceType": "Patient",\n "id"', "not valid JSON; the file was changed or cut off on its way, please send it again"),
        ("a.ndjson", b'{"resourceType": "Patient", "id": "\xff"}\n', "not a text file in UTF-8; save it as UTF-8 and send it again"),
        ("a.ndjson", b'{"resourceType": "Patient", \0}\n', "not a text file in UTF-8; save it as UTF-8 and send it again"),
        ("a.ndjson", '{"resourceType": "Patient", "id": "p1"}'.encode("utf-16"), "not a text file in UTF-8; save it as UTF-8 and send it again"),
        ("a.ndjson", '{"x": "' + "y" * (33 << 20) + '"}\n', "could not be read as JSON; a line is longer than 32 MB, or the file is damaged"),
        ("a.json", '{"a":' * 200_000 + "1" + "}" * 200_000, None),
    ],
)
def test_damaged_files_are_refused_and_deep_ones_do_no_harm(deliver, name, content, reason):
    facts, data = deliver({name: content})
    assert facts[name].refused == reason
    assert not list(data.raw.glob("fhir_r4/patients/*/*.parquet"))


def test_long_numeric_ids_keep_every_digit(deliver):
    _, data = deliver({"a.ndjson": '{"resourceType": "Patient", "id": 123456789012345678}\n{"resourceType": "Patient", "id": 1234567890123456789012}\n'})
    assert raw_rows(data, "patients", "client_id") == [(identified("123456789012345678"),), (identified("1234567890123456789012"),)]


def test_the_record_that_replaces_a_patient_is_found_among_other_links(deliver):
    links = [{"type": "seealso", "other": {"reference": "Patient/x"}}, {"type": "replaced-by", "other": {"reference": "Patient/p2"}}]
    _, data = deliver({"a.ndjson": [patient("p1", link=links)]})
    assert raw_rows(data, "patients", "merged_into_id") == [(identified("p2"),)]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"valueInteger": 12}, "12"),
        ({"valueQuantity": {"value": 12.0, "code": "{score}"}}, "12.0"),
        ({"valueString": "14/27"}, "14/27"),
        ({"value": {"integer": 12}}, "12"),
        ({"valueString": "about 12"}, "invalid"),
        ({"valueQuantity": {"value": {"integer": 12}}}, "invalid"),
        ({}, None),
    ],
)
def test_a_score_is_found_in_every_carrier(deliver, value, kept):
    coding = [{"system": "urn:local", "code": "PHQ"}, {"system": "http://loinc.org", "code": "44261-6"}]
    _, data = deliver({"a.ndjson": [{"resourceType": "Observation", "id": "o1", "code": {"coding": coding}, **value}]})
    assert raw_rows(data, "score_observations", "code, value") == [("44261-6", kept)]


def test_answers_are_found_at_any_depth_and_only_those_that_are_asked_for(deliver):
    def answered(link, **value):
        return {"linkId": link, "answer": [value]}

    ordinal = {"code": "x", "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 3}]}
    items = [
        {
            "linkId": "group",
            "item": [answered("/44250-9", valueCoding={"code": "LA6570-1"}), {"linkId": "inner", "item": [answered("44255-8", valueInteger=1)]}],
        },
        answered("/44259-0", valueCoding=ordinal),
        {"linkId": "/44254-1", "answer": []},
        answered("/44251-7", valueString="rather not say"),
        answered("/birthday", valueDate="1980-02-29"),
        answered("/69725-0", valueCoding={"code": "LA6568-5"}),
    ]
    response = {"resourceType": "QuestionnaireResponse", "id": "r1", "status": "completed", "item": items}
    _, data = deliver({"a.ndjson": [response]})
    [(answers,)] = raw_rows(data, "phq9_responses", "answers")
    assert set(answers.split()) == {"44250-9=LA6570-1", "44255-8=1", "44259-0=3", "44251-7=invalid"}
    assert raw_rows(data, "gad7_responses", "answers") == [("69725-0=LA6568-5",)]


def test_a_group_appointment_gives_one_row_for_each_client(deliver):
    actors = ["Practitioner/t1", "Patient/p1", "Location/l1", "Patient/p2"]
    appointment = {"resourceType": "Appointment", "id": "a1", "status": "fulfilled", "participant": [{"actor": {"reference": actor}} for actor in actors]}
    facts, data = deliver({"a.ndjson": [appointment]})
    rows = raw_rows(data, "appointments", "appointment_id, client_id, practitioner_id")
    assert sorted(rows) == sorted((identified("a1"), identified(client), identified("t1")) for client in ("p1", "p2"))
    assert facts["a.ndjson"].rows_read == 2


def test_members_of_a_panel_are_kept_as_pseudonyms(deliver):
    members = [{"reference": "Observation/o2"}, {"reference": "Observation/o3"}]
    panel = {"resourceType": "Observation", "id": "o1", "code": {"coding": [{"code": "44249-1"}]}, "hasMember": members}
    _, data = deliver({"a.ndjson": [panel]})
    assert raw_rows(data, "score_observations", "member_ids") == [(f"{identified('o2')} {identified('o3')}",)]


def test_the_log_and_the_manifest_of_an_export_are_no_resources(deliver):
    facts, _ = deliver({"log.ndjson": '{"eventId": "kickoff"}\n', "export_manifest.json": {"output": []}, "Patient.000.ndjson": [patient("p1")]})
    assert list(facts) == ["Patient.000.ndjson"]


def test_copies_of_one_file_do_not_get_in_each_others_way(deliver):
    facts, data = deliver({f"copy-{number}.json": patient("p1") for number in range(40)})
    assert len(facts) == 40
    assert raw_rows(data, "patients", "client_id") == [(identified("p1"),)]
