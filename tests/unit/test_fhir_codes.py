"""The codes that the FHIR contract lets in are those that the seeds give a meaning to."""

import csv
from pathlib import Path

from pipelines.source_contracts import Table, load_contracts

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def table(name: str) -> Table:
    return next(table for table in load_contracts()["fhir_r4"].tables if table.name == name)


def meanings(*fields: str) -> set[str]:
    return {row["source_code"] for row in seed("fhir_codes.csv") if row["field"] in fields}


def measure_codes(measure: str | None, *roles: str) -> set[str]:
    return {row["source_code"] for row in seed("fhir_measure_codes.csv") if row["role"] in roles and row["measure_id"] == (measure or row["measure_id"])}


def test_every_score_that_is_let_in_has_a_measure():
    assert set(table("score_observations").column("code").values) == measure_codes(None, "panel", "total", "item")


def test_every_answer_that_is_let_in_has_an_item():
    loinc = {code for code in measure_codes("phq9", "item", "total") | measure_codes("gad7", "item", "total") if "-" in code}
    components = table("score_observations").column("answers").pairs
    assert components is not None and set(components.keys) == loinc
    for measure in ("phq9", "gad7"):
        answers = table(f"{measure}_responses").column("answers").pairs
        assert answers is not None and set(answers.keys) == {code for code in measure_codes(measure, "item", "total") if "-" in code}


def test_every_answer_and_rating_that_is_let_in_has_a_number():
    assert set(table("score_observations").column("answer").values) == meanings("answer")
    assert set(table("goal_ratings").column("answer").values) == meanings("attainment")
    assert set(table("goal_ratings").column("code").values) == meanings("attainment_rater", "goal_based_outcome")


def test_items_are_numbered_without_a_gap():
    for measure, count in (("phq9", 9), ("gad7", 7)):
        numbers = [int(row["item_number"]) for row in seed("fhir_measure_codes.csv") if row["measure_id"] == measure and row["role"] == "item"]
        assert numbers == list(range(1, count + 1))
