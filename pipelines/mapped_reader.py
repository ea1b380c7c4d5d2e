"""Reads one file by a clinic's mapping: each record becomes rows of canonical shape in a private file, which then enters raw as any delimited file does."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from pipelines import csv_reader
from pipelines.data_folder import UNIT_OF_SEVERAL_TABLES, DataFolder
from pipelines.errors import RefusedFile
from pipelines.file_facts import FileFacts, Reject
from pipelines.inbox import DeliveredFile, FileBytes
from pipelines.mapping import FileMapping, rows_of, unwanted
from pipelines.profile import profile_table
from pipelines.raw_files import write_raw, write_rejects
from pipelines.source_contracts import SourceContract, Table

NOTHING_FILLED_IN = "no measure is filled in"


@dataclass
class RewrittenTable:
    """The rows that a file gives to one table: where they were written, the line of each, and those that were written already."""

    table: Table
    path: Path
    writer: Any
    lines: list[int] = field(default_factory=list)
    written: set[tuple[str, ...]] = field(default_factory=set)


@dataclass
class RewrittenFile:
    """What a file gives to each table, the records that could not be read or give nothing, and the line on which the last one starts."""

    tables: Sequence[RewrittenTable]
    malformed: list[Reject] = field(default_factory=list)
    giving_nothing: list[Reject] = field(default_factory=list)
    last_line: int = 1


def read(
    connection: duckdb.DuckDBPyConnection,
    file: DeliveredFile,
    path: Path,
    contract: SourceContract,
    content: FileBytes,
    facts: FileFacts,
    data: DataFolder | None,
    folder: Path,
) -> FileFacts:
    """Read the file at `path` into raw below `data`, or, without `data`, only find out what reading it would give; `folder` is private."""
    rewritten = _rewrite(path, file.mappings, contract, folder)
    if reason := csv_reader.cut_off(content, rewritten.malformed, rewritten.last_line):
        raise RefusedFile(reason)
    rejects = [*rewritten.malformed, *rewritten.giving_nothing]
    admitted, profiles = {}, []
    for rows in rewritten.tables:
        rejects += _admit(connection, rows, file, contract, facts, data)
        admitted[rows.table.name] = csv_reader.count_admitted(connection)
        profiles += profile_table(connection, "admitted", rows.table)
    rejects.sort(key=lambda reject: reject.line)
    if data is not None:
        write_rejects(data.rejects_file(contract.system, UNIT_OF_SEVERAL_TABLES, file.clinic_id, facts.sha256), rejects)
    return replace(
        facts,
        rows_read=sum(admitted.values()) + len(rejects),
        rows_rejected=len(rejects),
        rejects=tuple(rejects),
        admitted={name: count for name, count in admitted.items() if count},
        profiles=tuple(profiles),
    )


def _rewrite(path: Path, mappings: Sequence[FileMapping], contract: SourceContract, folder: Path) -> RewrittenFile:
    """Every record of the file as rows of its tables."""
    tables = {table.name: table for table in contract.tables}
    with ExitStack() as stack:
        targets = {name: _target(stack, folder, tables[name]) for name in sorted({mapping.table for mapping in mappings})}
        file = RewrittenFile(list(targets.values()))
        for line, record, malformed in _records(path, mappings):
            file.last_line = line
            if malformed:
                file.malformed.append(Reject(line, None, malformed))
            elif problem := _write_rows(mappings, targets, record, line):
                file.giving_nothing.append(Reject(line, None, problem))
    return file


def _target(stack: ExitStack, folder: Path, table: Table) -> RewrittenTable:
    path = folder / f"{table.name}.csv"
    writer = csv.writer(stack.enter_context(path.open("w", encoding="utf-8", newline="")), lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    return RewrittenTable(table, path, writer)


def _records(path: Path, mappings: Sequence[FileMapping]) -> Iterator[tuple[int, Mapping[str, str], str | None]]:
    """Each record of a file with the line it starts on; a problem instead of values where the line is malformed."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=mappings[0].delimiter)
        header = _header(reader, mappings)
        while True:
            start = reader.line_num + 1
            try:
                values = next(reader, None)
            except csv.Error:
                yield start, {}, "a quotation mark inside a value is not closed or not doubled"
                continue
            if values is None:
                return
            if values and len(values) != len(header):
                yield start, {}, csv_reader.REJECT_REASONS["MISSING COLUMNS" if len(values) < len(header) else "TOO MANY COLUMNS"]
            elif values:
                yield start, dict(zip(header, values, strict=True)), None


def _header(reader: Iterator[list[str]], mappings: Sequence[FileMapping]) -> list[str]:
    """The names in the first line; RefusedFile when one that is needed is missing or stands twice."""
    needed = set().union(*(mapping.columns() for mapping in mappings))
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error:
        header = []
    if missing := sorted(needed - set(header)):
        raise RefusedFile(f"line 1: mapped.yaml names columns that the file does not have: {', '.join(missing)}")
    if repeated := sorted({name for name in needed if header.count(name) > 1}):
        raise RefusedFile(f"line 1: the column {repeated[0]} stands several times; it must stand once")
    return header


def _write_rows(mappings: Sequence[FileMapping], targets: Mapping[str, RewrittenTable], record: Mapping[str, str], line: int) -> str | None:
    """Write what a record gives; why it gives nothing, when it does not."""
    gives, problem = False, None
    for mapping in mappings:
        if reason := unwanted(mapping, record):
            problem = problem or reason
            continue
        target = targets[mapping.table]
        types = {column.name: column.type for column in target.table.columns}
        for row in rows_of(mapping, types, record):
            gives = True
            values = tuple(row.get(column.name, "") for column in target.table.columns)
            # such a file names the same people again and again, and may bill a session twice
            if len(targets) > 1:
                if values in target.written:
                    continue
                target.written.add(values)
            target.writer.writerow(values)
            target.lines.append(line)
    return None if gives else problem or NOTHING_FILLED_IN


def _admit(
    connection: duckdb.DuckDBPyConnection, rows: RewrittenTable, file: DeliveredFile, contract: SourceContract, facts: FileFacts, data: DataFolder | None
) -> list[Reject]:
    """Make `admitted` of the rows of one table and write them to raw; those that may not enter."""
    header = csv_reader.read_header(rows.path, rows.table, [","])
    select = csv_reader.admitted_sql(rows.table, header, csv_reader.scan_sql(rows.path, header), file.clinic_id, contract.system, facts.sha256)
    connection.execute(f"create or replace temporary table admitted as {select}")
    csv_reader.correct_lines(connection, rows.lines, header.line)
    rejects = csv_reader.set_aside(connection)
    if data is not None and csv_reader.count_admitted(connection):
        write_raw(connection, "admitted", data.raw_file(contract.system, rows.table.name, file.clinic_id, facts.sha256))
    return rejects
