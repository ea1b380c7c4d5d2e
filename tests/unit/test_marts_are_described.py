"""Whoever opens the published file finds each table and column explained, in words of their own and not those of its name."""

import re
from pathlib import Path

import pytest
import yaml

MARTS = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "marts"
MODELS = {model["name"]: model for file in sorted(MARTS.rglob("*.yml")) for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])}


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def test_every_mart_says_its_grain():
    built = {path.stem for path in MARTS.rglob("*") if path.suffix in (".sql", ".py")}
    assert built == set(MODELS)
    assert [name for name, model in MODELS.items() if not model["description"].strip().lower().startswith("grain:")] == []


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_column_is_explained(name):
    columns = MODELS[name]["columns"]
    bare = [column["name"] for column in columns if not column.get("data_type") or words(column.get("description") or "") in ([], words(column["name"]))]
    assert bare == []
