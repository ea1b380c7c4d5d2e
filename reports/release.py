"""Reading one release: every query runs once, read-only, for all clinics together; sections look up their part."""

import datetime
import re
from collections import defaultdict, namedtuple
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

QUERIES = Path(__file__).parent / "queries"
PLACEHOLDER = re.compile(r"\$(\w+)")
WHOSE = {"clinic": "clinic_id", "network": "'network'"}
ALL_OF = {"clinics": "(select clinics.clinic_id from core.clinics)", "indicators": "(select indicators.indicator_id from benchmarks.indicators)"}

Row = Any
"""One row of a query's result: a named tuple with the query's columns as attributes."""


@contextmanager
def open_release(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The release's DuckDB file, read-only, so that no reader and no later run ever waits for this one."""
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@lru_cache
def queries() -> Mapping[str, str]:
    """The text of every query by its name.

    A file that says `$whose` counts the same thing for each clinic by itself and for the network as one, and so gives two
    queries: `clinic_<name>` and `network_<name>`."""
    found: dict[str, str] = {}
    for file in sorted(QUERIES.glob("*.sql")):
        text = file.read_text(encoding="utf-8").strip()
        if "$whose" in text:
            found |= {f"{kind}_{file.stem}": text.replace("$whose", column) for kind, column in WHOSE.items()}
        else:
            found[file.stem] = text
    return found


def with_literals(text: str, month: datetime.date, clinics: Sequence[str] = (), indicators: Sequence[str] = ()) -> str:
    """The query with its parameters written out, so that it runs as it stands in any DuckDB client.

    `clinics` and `indicators` narrow it; empty, all are meant."""
    literals = {"month": f"date '{month.isoformat()}'", "clinics": _list("clinics", clinics), "indicators": _list("indicators", indicators)}
    return PLACEHOLDER.sub(lambda match: literals[match.group(1)], text)


def _list(name: str, values: Sequence[str]) -> str:
    quoted = ("'" + value.replace("'", "''") + "'" for value in values)
    return f"[{', '.join(quoted)}]" if values else ALL_OF[name]


@dataclass
class Facts:
    """Everything that the reports of one month read from a release.

    `rows` and `sql` take the same arguments: the SQL that `sql` gives returns the rows that `rows` gives."""

    month: datetime.date
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
        return with_literals(queries()[query], self.month, [] if clinic_id is None else [clinic_id], indicators)


def read_facts(path: Path, month: datetime.date) -> Facts:
    """Run every query of `queries/` on the release for the month; those whose tables the release lacks are left out."""
    with open_release(path) as connection:
        tables = "select table_schema || '.' || table_name from information_schema.tables"
        present = {name for (name,) in connection.execute(tables).fetchall()}
        asked = {name: with_literals(text, month) for name, text in queries().items()}
        results = {name: _run(connection, name, text) for name, text in asked.items() if _tables_of(connection, text) <= present}
    return Facts(month, results, path.resolve().parent.name)


def _tables_of(connection: duckdb.DuckDBPyConnection, text: str) -> set[str]:
    """The tables that a query reads; DuckDB names them with their alias."""
    return {name.split(" AS ")[0] for name in connection.get_table_names(text, qualified=True)}


def _run(connection: duckdb.DuckDBPyConnection, name: str, text: str) -> list[Row]:
    cursor = connection.execute(text)
    row_type = namedtuple(name, [column[0] for column in cursor.description])  # type: ignore[misc]
    return [row_type._make(values) for values in cursor.fetchall()]
