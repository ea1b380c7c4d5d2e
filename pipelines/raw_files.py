"""Writes raw rows and rejected lines as Parquet, whole or not at all."""

import os
from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipelines.data_folder import write_whole
from pipelines.file_facts import Reject
from pipelines.privacy import sql_text

END_OF_PARQUET = b"PAR1"


def write_raw(connection: duckdb.DuckDBPyConnection, relation: str, target: Path) -> None:
    """Write `relation` to a raw Parquet file in the file's order."""
    _copy(connection, f"from {relation} order by source_line", target)


def write_rejects(target: Path, rejects: Sequence[Reject]) -> None:
    """Write the rejected lines of a file, if it has any."""
    if not rejects:
        return
    with duckdb.connect() as connection:
        connection.execute("create table rejects (line bigint, column_name varchar, reason varchar)")
        connection.executemany("insert into rejects values (?, ?, ?)", [(reject.line, reject.column_name, reject.reason) for reject in rejects])
        write_rejects_of(connection, "rejects", target)


def write_rejects_of(connection: duckdb.DuckDBPyConnection, relation: str, target: Path) -> None:
    """Write the rejected lines that `relation` holds, in the file's order."""
    _copy(connection, f"from {relation} order by line", target)


def is_whole(path: Path) -> bool:
    """Whether a Parquet file is there and ends as Parquet files end. Reads a few bytes: a run asks it of every raw file."""
    try:
        with path.open("rb") as stream:
            stream.seek(-len(END_OF_PARQUET), os.SEEK_END)
            return stream.read() == END_OF_PARQUET
    except OSError:
        return False


def _copy(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    def write(path: Path) -> None:
        connection.execute(f"copy ({query}) to {sql_text(str(path))} (format parquet, compression zstd)")

    write_whole(target, write)
