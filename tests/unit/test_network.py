"""network.yaml: what is accepted, and the one line that says what is wrong where."""

import datetime
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.network import load_network, newest_complete_month
from pipelines.schema_validation import load_yaml

MINIMAL = """
network: {name: Riverside, time_zone: Europe/London}
clinics:
  - {id: harbour, name: Harbour Clinic, systems: [canonical]}
"""


def load(tmp_path: Path, text: str):
    file = tmp_path / "network.yaml"
    file.write_text(text, encoding="utf-8")
    return load_network(file, ["canonical", "fhir_r4"])


def test_defaults_of_a_minimal_network(tmp_path):
    network = load(tmp_path, MINIMAL)
    assert network.report_on_day == 3
    assert network.disclosure == "internal"
    assert network.language == "en"
    clinic = network.clinics[0]
    assert (clinic.id, clinic.time_zone, clinic.roll_up) == ("harbour", "Europe/London", "nhs_talking_therapies")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MINIMAL.replace("canonical", "cliniko9"), "clinics[0].systems: 'cliniko9' is not a known system; known are canonical, fhir_r4"),
        (MINIMAL.replace("id: harbour", "id: ../etc"), "clinics[0].id: '../etc' does not match"),
        (MINIMAL.replace("Europe/London", "London"), "network.time_zone: 'London' is not a time zone"),
        (MINIMAL + "  - {id: harbour, name: B, systems: [canonical]}\n", "clinics: the id 'harbour' stands twice"),
        (MINIMAL + "clinics: []\n", "the key 'clinics' stands twice"),
        (MINIMAL.replace("[canonical]", "[canonical], unlinked_records: [C-17]"), "clinics[0].unlinked_records[0]: 'C-17' does not match"),
        (MINIMAL + "unknown: 1\n", "'unknown' was unexpected"),
        ("network: [", "not valid YAML"),
        (
            MINIMAL + "measures: [{id: x, name: X, axis: symptoms, minimum: 0, maximum: 9, higher_is: worse, source: s}]\n",
            "measures[0]: needs reliable_change, or sd and reliability",
        ),
        (
            MINIMAL
            + "measures: [{id: x, name: X, axis: symptoms, minimum: 0, maximum: 9, higher_is: worse, source: s, reliable_change: 3, "
            + "criterion: c, clinical: {mean: 5, sd: 1}}]\n",
            "measures[0]: criterion c needs functional with mean and sd",
        ),
    ],
)
def test_a_broken_network_names_file_key_and_remedy(tmp_path, text, expected):
    with pytest.raises(ConfigurationError) as error:
        load(tmp_path, text)
    assert expected in str(error.value)
    assert str(tmp_path / "network.yaml") in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("as_of", "month"),
    [("2026-11-03", "2026-10-01"), ("2026-10-31", "2026-10-01"), ("2026-10-30", "2026-09-01"), ("2026-01-15", "2025-12-01"), ("2028-02-28", "2028-01-01")],
)
def test_newest_complete_month(as_of, month):
    assert newest_complete_month(datetime.date.fromisoformat(as_of)) == datetime.date.fromisoformat(month)


def test_a_column_named_no_is_no_truth_value(tmp_path):
    path = tmp_path / "mapped.yaml"
    path.write_text("session_id: No\ncodes: {yes: attended, off: true}\n", encoding="utf-8")
    assert load_yaml(path) == {"session_id": "No", "codes": {"yes": "attended", "off": True}}
