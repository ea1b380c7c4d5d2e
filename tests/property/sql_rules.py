"""The clinical rules of the dbt project without dbt: a macro as an SQL expression, a model with all that it needs on tables that a test makes.

A reference is the table of the same name, a source `inputs.name` the table `inputs_name`.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
import pyarrow
import yaml

PROJECT = Path(__file__).parents[2] / "dbt_project"
MACROS = ("*.sql", "clinical/*.sql", "engine/*.sql")
ENTITIES = ("clients", "practitioners", "episodes", "sessions", "scores", "goals", "goal_ratings", "consultation_items", "reviews")

Row = dict[str, Any]


@cache
def environment() -> jinja2.Environment:
    """dbt's Jinja as far as the clinical rules need it, with DuckDB as the engine."""
    jinja = jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"])
    macros: dict[str, Callable[..., str]] = {}
    references: list[str] = []
    jinja.globals |= {
        "references": references,
        "ref": lambda name: references.append(name) or name,
        "source": lambda schema, name: references.append(f"{schema}_{name}") or f"{schema}_{name}",
        "config": lambda **_: "",
        "return": lambda value: value,
        "adapter": SimpleNamespace(dispatch=lambda name, package=None: macros[f"duckdb__{name}"]),
        "dbt": SimpleNamespace(type_string=lambda: "varchar"),
    }
    files = sorted(path for pattern in MACROS for path in (PROJECT / "macros").glob(pattern))
    macros |= vars(jinja.from_string("\n".join(path.read_text(encoding="utf-8") for path in files)).module)
    jinja.globals |= macros
    return jinja


def expression(text: str) -> str:
    """SQL of an expression that may call macros: `{{ is_clinical('12', '10', "'>='") }}`."""
    return environment().from_string(text).render()


@cache
def model(name: str) -> tuple[str, tuple[str, ...]]:
    """The SQL of a model and the names it refers to, in its own text or through a macro."""
    path = next((PROJECT / "models").rglob(f"{name}.sql"))
    references = environment().globals["references"]
    references.clear()
    text = environment().from_string(path.read_text(encoding="utf-8")).render()
    return text, tuple(dict.fromkeys(references))


@cache
def seed_types() -> Mapping[str, Mapping[str, str]]:
    """The column types of every seed."""
    declared = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((PROJECT / "seeds").glob("*.yml"))]
    return {seed["name"]: seed["config"]["column_types"] for file in declared for seed in file["seeds"] if "column_types" in seed.get("config", {})}


@cache
def ancestors(name: str) -> frozenset[str]:
    """Every table that a model is made of, near or far."""
    if name in seed_types() or name.startswith("inputs_") or name.endswith("_unioned"):
        return frozenset()
    parents = model(name)[1]
    return frozenset(parents).union(*(ancestors(parent) for parent in parents))


class Warehouse:
    """An in-memory warehouse: delivered rows go in, any model comes out."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(config={"threads": 1})
        self.made: set[str] = set()
        self.fill("inputs_parameters", "as_of date, month date", [{"as_of": "2026-11-03", "month": "2026-10-01"}])
        self.fill("inputs_rule_overrides", "parameter varchar, value varchar", [])
        self.fill("inputs_unlinked_records", "clinic_id varchar, client_pseudonym varchar", [])
        self.fill("inputs_clinics", "clinic_id varchar, name varchar, time_zone varchar, roll_up varchar, systems varchar", [])
        self.fill("inputs_network_measures", NETWORK_MEASURES, [])
        for entity in ENTITIES:
            self.deliver(entity, [])

    def fill(self, table: str, columns: str, rows: Iterable[Row]) -> None:
        """Make a table with these columns; what a row leaves out is null."""
        self.connection.execute(f"create or replace table {table} ({columns})")
        rows = list(rows)
        if rows:
            names = list(dict.fromkeys(name for row in rows for name in row))
            self.connection.register("given_rows", pyarrow.Table.from_pylist([{name: row.get(name) for name in names} for row in rows]))
            self.connection.execute(f"insert into {table} by name select {', '.join(names)} from given_rows")
        self.made = {name for name in self.made if table not in ancestors(name)}

    def deliver(self, entity: str, rows: Iterable[Row]) -> None:
        """The current rows of an entity, as the union of all practice systems would have them."""
        columns = ast.literal_eval(expression(f"{{{{ entity_columns('{entity}') }}}}"))
        head = {"source_system": "canonical", "row_state": "current"}
        self.fill(f"int_{entity}_unioned", ", ".join(f"{name} {kind}" for name, kind in columns), [head | row for row in rows])

    def rows(self, name: str) -> list[Row]:
        """The rows of a model, made with all that it needs, in the order of all its columns."""
        self.make(name)
        result = self.connection.execute(f"from {name} order by all")
        columns = [column[0] for column in result.description or []]
        return [dict(zip(columns, values, strict=True)) for values in result.fetchall()]

    def make(self, name: str) -> None:
        """Make a seed's or a model's table, after those it refers to."""
        if name in self.made or name.startswith("inputs_") or name.endswith("_unioned"):
            return
        if name in seed_types():
            types = ", ".join(f"'{column}': '{kind}'" for column, kind in seed_types()[name].items())
            self.connection.execute(f"create or replace table {name} as from read_csv('{PROJECT / 'seeds' / name}.csv', header = true, types = {{{types}}})")
        else:
            text, parents = model(name)
            for parent in parents:
                self.make(parent)
            self.connection.execute(f"create or replace table {name} as {text}")
        self.made.add(name)


NETWORK_MEASURES = """
    measure_id varchar, name varchar, axis varchar, minimum double, maximum double, higher_is varchar, clinical_cutoff double, reliable_change double,
    sd double, reliability double, confidence double, clinical_mean double, clinical_sd double, functional_mean double, functional_sd double,
    criterion varchar, source varchar
"""
