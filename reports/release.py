"""Reading one release: every query runs once, read-only, for all clinics together; sections look up their part."""

import datetime
import re
from collections import defaultdict, namedtuple
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

QUERIES = Path(__file__).parent / "queries"
PLACEHOLDER = re.compile(r"\$(\w+)")

Parameter = datetime.date | list[str]
Row = Any
"""One row of a query's result: a named tuple with the query's columns as attributes."""


@contextmanager
def open_release(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The release's DuckDB file, read-only, so that no reader and no later run ever waits for this one."""
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def query_text(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8").strip()


def with_literals(text: str, parameters: Mapping[str, Parameter]) -> str:
    """The query with its parameters written out, so that it runs as it stands in any DuckDB client."""
    return PLACEHOLDER.sub(lambda match: _literal(parameters[match.group(1)]), text)


def _literal(value: Parameter) -> str:
    if isinstance(value, datetime.date):
        return f"date '{value.isoformat()}'"
    quoted = ("'" + text.replace("'", "''") + "'" for text in value)
    return f"[{', '.join(quoted)}]"


@dataclass
class Facts:
    """Everything that the reports of one month read from a release.

    `rows` and `sql` take the same arguments: the SQL that `sql` gives returns the rows that `rows` gives."""

    parameters: Mapping[str, Parameter]
    results: Mapping[str, list[Row]]
    release_id: str
    _indexes: dict[tuple[str, ...], dict[tuple[Any, ...], list[Row]]] = field(default_factory=dict, repr=False)

    def has(self, query: str) -> bool:
        """Whether the release has the tables that the query reads: an older release may lack some."""
        return query in self.results

    def rows(self, query: str, **keys: str) -> list[Row]:
        """The query's rows, or those of one clinic_id or indicator_id."""
        names = tuple(keys)
        if (query, *names) not in self._indexes:
            index = defaultdict(list)
            for row in self.results[query]:
                index[tuple(getattr(row, name) for name in names)].append(row)
            self._indexes[(query, *names)] = index
        return self._indexes[(query, *names)].get(tuple(keys.values()), [])

    def sql(self, query: str, *, clinic_id: str | None = None, indicators: Sequence[str] = ()) -> str:
        """The query as it can be pasted, asked for one clinic or some indicators only."""
        narrowed = dict(self.parameters)
        if clinic_id is not None:
            narrowed["clinics"] = [clinic_id]
        if indicators:
            narrowed["indicators"] = list(indicators)
        return with_literals(query_text(query), narrowed)


def read_facts(path: Path, month: datetime.date) -> Facts:
    """Run every query of `queries/` on the release for the month; those whose tables the release lacks are left out."""
    with open_release(path) as connection:
        present = {f"{schema}.{name}" for schema, name in connection.execute("select table_schema, table_name from information_schema.tables").fetchall()}
        parameters: dict[str, Parameter] = {
            "month": month,
            "clinics": _column(connection, "select clinic_id from core.clinics order by clinic_id"),
            "indicators": _column(connection, "select indicator_id from benchmarks.indicators order by indicator_id"),
        }
        results = {}
        for file in sorted(QUERIES.glob("*.sql")):
            text = with_literals(query_text(file.stem), parameters)
            if _tables_of(connection, text) <= present:
                results[file.stem] = _run(connection, file.stem, text)
    return Facts(parameters, results, path.resolve().parent.name)


def _column(connection: duckdb.DuckDBPyConnection, text: str) -> list[str]:
    return [value for (value,) in connection.execute(text).fetchall()]


def _tables_of(connection: duckdb.DuckDBPyConnection, text: str) -> set[str]:
    """The tables that a query reads; DuckDB names them with their alias."""
    return {name.split(" AS ")[0] for name in connection.get_table_names(text, qualified=True)}


def _run(connection: duckdb.DuckDBPyConnection, name: str, text: str) -> list[Row]:
    cursor = connection.execute(text)
    row_type = namedtuple(name, [column[0] for column in cursor.description])  # type: ignore[misc]
    return [row_type._make(values) for values in cursor.fetchall()]
