"""Writes raw rows and rejected lines as Parquet, whole or not at all."""

from pathlib import Path

import duckdb

from pipelines.data_folder import write_whole
from pipelines.file_facts import Reject
from pipelines.privacy import sql_text

PARQUET = "(format parquet, compression zstd)"


def write_raw(connection: duckdb.DuckDBPyConnection, relation: str, target: Path) -> None:
    """Write `relation` to a raw Parquet file in the file's order."""
    write_whole(target, lambda path: connection.execute(f"copy (from {relation} order by source_line) to {sql_text(str(path))} {PARQUET}") and None)


def write_rejects(target: Path, rejects: tuple[Reject, ...]) -> None:
    """Write the rejected lines of a file, if it has any."""
    if not rejects:
        return
    with duckdb.connect() as connection:
        connection.execute("create table rejects (line bigint, column_name varchar, reason varchar)")
        connection.executemany("insert into rejects values (?, ?, ?)", [(reject.line, reject.column_name, reject.reason) for reject in rejects])
        write_whole(target, lambda path: connection.execute(f"copy rejects to {sql_text(str(path))} {PARQUET}") and None)
