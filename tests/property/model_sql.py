"""Runs one model of the dbt project on tables made by a test, without dbt: what a property test needs to try a rule many times.

A reference is the table of the same name, a source `schema.name` the table `schema_name`. Only the statistics macros are known.
"""

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pyarrow

PROJECT = Path(__file__).parents[2] / "dbt_project"

Row = dict[str, Any]


@cache
def environment() -> jinja2.Environment:
    """dbt's Jinja as far as the statistics need it."""
    jinja = jinja2.Environment(undefined=jinja2.StrictUndefined)
    jinja.globals |= {"ref": lambda name: name, "source": lambda schema, name: f"{schema}_{name}", "config": lambda **_: ""}
    files = sorted((PROJECT / "macros" / "statistics").glob("*.sql"))
    macros = jinja.from_string("".join(path.read_text(encoding="utf-8") for path in files))
    jinja.globals |= vars(macros.module)
    return jinja


@cache
def model_sql(model: str) -> str:
    """The SQL of a model, its references left as table names."""
    path = next((PROJECT / "models").rglob(f"{model}.sql"))
    return environment().from_string(path.read_text(encoding="utf-8")).render()


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    """The result of a query, one dictionary a row."""
    result = connection.execute(sql)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, values, strict=True)) for values in result.fetchall()]


def run_model(connection: duckdb.DuckDBPyConnection, model: str) -> list[Row]:
    """The rows of a model, which is also left as a table of its name for the models after it."""
    connection.execute(f"create or replace table {model} as {model_sql(model)}")
    return rows(connection, f"from {model}")


def values(connection: duckdb.DuckDBPyConnection, expression: str, table: list[Row]) -> list[Any]:
    """One SQL expression in dbt's Jinja for every row of a table."""
    connection.register("given_rows", pyarrow.Table.from_pylist(table))
    sql = environment().from_string(expression).render()
    return [row["value"] for row in rows(connection, f"select {sql} as value from given_rows")]


def with_parameters(connection: duckdb.DuckDBPyConnection) -> None:
    """The figures of the seed `benchmark_parameters`, without any override."""
    seed = PROJECT / "seeds" / "benchmark_parameters.csv"
    connection.execute(f"create table benchmark_parameters as from read_csv('{seed}', header = true)")
    connection.execute("create table inputs_rule_overrides (parameter varchar, value varchar)")
    run_model(connection, "int_benchmark_parameters")
