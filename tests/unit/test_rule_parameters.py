"""Rules name their thresholds in SQL and find them in a seed: neither side may know a name that the other does not."""

import csv
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


def test_every_rule_parameter_is_known_and_used() -> None:
    named = {
        parameter
        for model in (PROJECT / "models").rglob("*.sql")
        for call in re.findall(r"rules\(\[(.*?)\]\)", model.read_text(encoding="utf-8"), re.DOTALL)
        for parameter in re.findall(r"'(\w+)'", call)
    }
    with (PROJECT / "seeds" / "rule_parameters.csv").open(encoding="utf-8", newline="") as seed:
        assert named == {row["parameter"] for row in csv.DictReader(seed)}
