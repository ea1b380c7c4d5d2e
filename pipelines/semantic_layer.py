"""The indicators as definitions for dbt's semantic layer (MetricFlow), written from the catalogue: `python -m pipelines.semantic_layer`."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"
CATALOGUE = PROJECT / "seeds" / "indicators.csv"
DEFINITIONS = PROJECT / "semantic" / "indicators.yml"
HEADER = "# Written from seeds/indicators.csv by `python -m pipelines.semantic_layer`; do not edit.\n"
COUNTS = {
    "numerator": "What counts towards the indicator.",
    "denominator": "Among how many it is counted.",
    "missing": "Part of the denominator whose result is unknown; never in the numerator.",
}


def definitions(catalogue: Path = CATALOGUE) -> str:
    """The YAML file: one semantic model over the months of all clinics, and a ratio for each indicator."""
    with catalogue.open(encoding="utf-8", newline="") as stream:
        indicators = sorted(csv.DictReader(stream), key=lambda row: int(row["position"]))
    document = {
        "version": 2,
        "semantic_models": [_model()],
        "metrics": [*(_count(name) for name in COUNTS), *(_indicator(row) for row in indicators)],
    }
    return HEADER + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=150)


def _model() -> dict[str, Any]:
    return {
        "name": "indicator_counts",
        "description": "Counts of each indicator by clinic and month. Months add up to any span; rates do not, so they are always taken from the counts.",
        "model": "ref('clinic_months')",
        "defaults": {"agg_time_dimension": "reported_month"},
        "entities": [
            {"name": "figure", "type": "primary", "expr": "concat(clinic_id, '/', month, '/', span, '/', indicator_id)"},
            {"name": "clinic", "type": "foreign", "expr": "clinic_id"},
        ],
        "dimensions": [
            {"name": "reported_month", "type": "time", "expr": "month", "type_params": {"time_granularity": "month"}},
            {"name": "clinic_id", "type": "categorical"},
            {"name": "indicator_id", "type": "categorical"},
            {"name": "span", "type": "categorical"},
        ],
        "measures": [{"name": name, "agg": "sum", "description": words} for name, words in COUNTS.items()],
    }


def _count(name: str) -> dict[str, Any]:
    return {"name": f"counted_{name}", "label": name.capitalize(), "description": COUNTS[name], "type": "simple", "type_params": {"measure": name}}


def _indicator(row: Mapping[str, str]) -> dict[str, Any]:
    chosen = f"{{{{ Dimension('figure__indicator_id') }}}} = '{row['indicator_id']}' and {{{{ Dimension('figure__span') }}}} = 'month'"
    return {
        "name": row["indicator_id"],
        "label": row["name"],
        "description": f"{row['numerator_definition']}. Among: {row['denominator_definition']}. Source: {row['source']}.",
        "type": "ratio",
        "type_params": {"numerator": "counted_numerator", "denominator": "counted_denominator"},
        "filter": chosen,
    }


if __name__ == "__main__":
    DEFINITIONS.parent.mkdir(parents=True, exist_ok=True)
    DEFINITIONS.write_text(definitions(), encoding="utf-8")
    print(DEFINITIONS)
