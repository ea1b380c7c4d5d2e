"""How many rows the tables of a DuckDB file have."""

from pathlib import Path

import duckdb


def row_counts(database: Path) -> dict[str, int]:
    """Rows by `schema.table`, from the catalogue; views are not counted."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute("select schema_name || '.' || table_name, estimated_size from duckdb_tables() order by 1").fetchall()
    return dict(rows)
