"""What changed from one release to the next: rows of each table, and figures of months that both hold."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.privacy import sql_text

FIGURES = "benchmarks.clinic_months"
LISTED_FIGURES = 500


@dataclass(frozen=True)
class TableChange:
    """Rows of a table before and after; None where it did not exist."""

    table: str
    rows_before: int | None
    rows_after: int | None


@dataclass(frozen=True)
class FigureChange:
    """One clinic's figure of one month that is not what the release before said."""

    clinic_id: str
    month: str
    indicator_id: str
    numerator_before: int | None
    denominator_before: int | None
    numerator_after: int | None
    denominator_after: int | None


@dataclass(frozen=True)
class ReleaseDiff:
    """`figures` lists the newest months first and at most LISTED_FIGURES; `changed_figures` counts them all."""

    before: str
    after: str
    tables: tuple[TableChange, ...]
    changed_figures: int
    figures: tuple[FigureChange, ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def compare(before: Path, after: Path, before_id: str, after_id: str) -> ReleaseDiff:
    """Compare two warehouse files, neither of which anybody else has open."""
    with duckdb.connect() as connection:
        for name, path in (("before", before), ("after", after)):
            connection.execute(f'attach {sql_text(str(path))} as "{name}" (read_only)')
        tables = _table_changes(connection)
        comparable = {change.table for change in tables if change.rows_before is not None and change.rows_after is not None}
        figures = _figure_changes(connection) if FIGURES in comparable else []
    return ReleaseDiff(before_id, after_id, tuple(tables), len(figures), tuple(figures[:LISTED_FIGURES]))


def _table_changes(connection: duckdb.DuckDBPyConnection) -> list[TableChange]:
    rows = connection.execute(
        """
        select schema_name || '.' || table_name as name,
               max(estimated_size) filter (database_name = 'before'), max(estimated_size) filter (database_name = 'after')
        from duckdb_tables() where database_name in ('before', 'after') group by name order by name
        """
    ).fetchall()
    return [TableChange(*row) for row in rows]


def _figure_changes(connection: duckdb.DuckDBPyConnection) -> list[FigureChange]:
    rows = connection.execute(
        f"""
        select clinic_id, strftime(month, '%Y-%m'), indicator_id, old.numerator, old.denominator, new.numerator, new.denominator
        from before.{FIGURES} as old inner join after.{FIGURES} as new using (clinic_id, month, span, indicator_id)
        where span = 'month' and (old.numerator is distinct from new.numerator or old.denominator is distinct from new.denominator)
        order by month desc, clinic_id, indicator_id
        """
    ).fetchall()
    return [FigureChange(*row) for row in rows]
