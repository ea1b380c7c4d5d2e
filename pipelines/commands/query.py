"""`clinic-outcomes query`: questions in SQL to the published release, one from the command line or many at a prompt."""

import argparse
import contextlib
import sys
from collections.abc import Iterator

import duckdb

from pipelines.commands.published import opened_release
from pipelines.errors import ConfigurationError

SEARCH_PATH = "core,benchmarks,ops,reference"
TABLES = "select schema_name as schema, table_name as table, estimated_size as rows, comment from duckdb_tables() order by all"
WELCOME = "Release {release}, read-only. End a question with a semicolon; `tables;` lists the tables, `describe TABLE;` their columns; Ctrl+D leaves."


def execute(options: argparse.Namespace) -> int:
    """Print the answer as a table; without a question, prompt for questions until the input ends."""
    with opened_release(options.data) as (_, warehouse), duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(f"set search_path = '{SEARCH_PATH}'")
        if options.sql is None and sys.stdin.isatty():
            print(WELCOME.format(release=warehouse.parent.name))
            _converse(connection)
            return 0
        sql = sys.stdin.read() if options.sql in (None, "-") else options.sql
        try:
            _answer(connection, sql)
        except duckdb.Error as error:
            raise ConfigurationError("SQL", "", str(error)) from None
    return 0


def _converse(connection: duckdb.DuckDBPyConnection) -> None:
    for question in _questions():
        try:
            _answer(connection, TABLES if question.strip(" ;\n").lower() == "tables" else question)
        except duckdb.Error as error:
            print(error)


def _questions() -> Iterator[str]:
    """What is typed, one question after another, each up to its semicolon."""
    # gives the prompt its history and line editing, where the platform has it
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401
    lines: list[str] = []
    while True:
        try:
            lines.append(input("   ...> " if lines else "query > "))
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if lines[-1].rstrip().endswith(";"):
            yield "\n".join(lines)
            lines = []


def _answer(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    answer = connection.sql(sql)
    if answer is not None:
        print(answer)
