"""The worked examples of the clinical rules (W1 to W34, W44, W46 to W48) each have a test that names them: `grep -rniE 'w12([^0-9]|$)'` finds it.

A name counts in the name or the description of a dbt unit test, in one of its rows, or in the name of a property test.
"""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = [*range(1, 35), 44, 46, 47, 48]


def unit_tests() -> list[str]:
    files = sorted((ROOT / "dbt_project" / "models").rglob("*.yml"))
    return [str(test) for file in files for test in yaml.safe_load(file.read_text(encoding="utf-8")).get("unit_tests", [])]


def property_tests() -> list[str]:
    files = sorted((ROOT / "tests" / "property").glob("test_*.py"))
    return [name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)]


TESTS = [*unit_tests(), *property_tests()]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_worked_example_has_a_test(number):
    named = re.compile(rf"(?<![a-z0-9])w{number}(?![0-9])", re.IGNORECASE)
    assert any(named.search(test) for test in TESTS)
