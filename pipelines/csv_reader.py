"""Reads one delimited file by its contract with DuckDB: header check, rejected lines, and the SQL for the rows that may enter raw."""

import csv
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.errors import RefusedFile
from pipelines.file_facts import Reject
from pipelines.inbox import FileBytes
from pipelines.privacy import sql_text
from pipelines.raw_values import cleaned_sql, guarded_sql, identity_sql, raw_value_sql
from pipelines.source_contracts import Column, Table

REJECT_REASONS = {
    "MISSING COLUMNS": "fewer values than the header has columns",
    "TOO MANY COLUMNS": "more values than the header has columns",
    "UNQUOTED VALUE": "a quotation mark inside a value is not closed or not doubled",
    "LINE SIZE OVER MAXIMUM": "the line is longer than 2 MB",
    "INVALID ENCODING": "the line is not UTF-8 text",
    "INVALID STATE": "a quotation mark inside a value is not closed or not doubled",
}

TOTALS_ROW = "a line of totals, not a record"
ROUNDED_IDENTIFIER = "a spreadsheet has rounded this identifier; export the file again and send it without opening it in a spreadsheet"
ROUNDED_NUMBER = r"\s*\d([.,]\d+)?[eE]\+?\d+\s*"


@dataclass(frozen=True)
class Header:
    """The names in a file's header, and where each declared column stands in it. Absent optional columns are not in `position`.

    `line` is where the header stands; title lines may be above it.
    """

    line: int
    delimiter: str
    names: tuple[str, ...]
    position: dict[str, int]
    unknown: tuple[str, ...]


def read_header(path: Path, table: Table, delimiters: Sequence[str], title_lines: int = 0) -> Header:
    """The header, matched to the contract under the delimiter that fits best; RefusedFile names what is missing or stands twice."""
    headers = [_split_header(path, delimiters, line) for line in range(1, title_lines + 2)]
    line = next((number for number, (_, names) in enumerate(headers, start=1) if not _missing_columns(table, names)), 1)
    delimiter, names = headers[line - 1]
    if not any(name.strip() for name in names):
        raise RefusedFile("line 1: there is no header; the file is empty")
    if missing := _missing_columns(table, names):
        _check_delimiter(path, table, delimiters)
        raise RefusedFile(f"line 1: the required column{'s' if len(missing) > 1 else ''} {', '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing")
    places = {column.name: _places(column, names) for column in table.columns}
    identifying = {part for _, parts in table.identities for part in parts}
    for column in table.columns:
        if len(places[column.name]) > 1 and (column.privacy != "dropped" or column.name in identifying):
            raise RefusedFile(f"line {line}: the column {column.name} stands {len(places[column.name])} times; it must stand once")
    known = {place for found in places.values() for place in found}
    unknown = tuple(_speakable(names[index]) for index in range(len(names)) if index not in known)
    return Header(line, delimiter, tuple(names), {name: found[0] for name, found in places.items() if found}, unknown)


def _check_delimiter(path: Path, table: Table, delimiters: Sequence[str]) -> None:
    """RefusedFile when the header is complete but for what stands between its names."""
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "strokes"}
    for delimiter, name in names.items():
        if delimiter not in delimiters and not _missing_columns(table, _record_at(path, delimiter, 1)):
            expected = " or ".join(names.get(expected, repr(expected)) for expected in delimiters)
            raise RefusedFile(f"line 1: {name} stand between the columns where {expected} are expected; was the file saved by a spreadsheet?")


def _split_header(path: Path, delimiters: Sequence[str], line: int) -> tuple[str, list[str]]:
    """The delimiter that splits the record at this line into most names, and the names."""
    return max(((delimiter, _record_at(path, delimiter, line)) for delimiter in delimiters), key=lambda candidate: len(candidate[1]))


def _record_at(path: Path, delimiter: str, line: int) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        below = itertools.islice(stream, line - 1, None)
        try:
            return next(csv.reader(below, delimiter=delimiter, strict=True), [])
        except csv.Error:
            return []


def _missing_columns(table: Table, names: Sequence[str]) -> list[str]:
    return [column.name for column in table.columns if column.required and not _places(column, names)]


def _places(column: Column, names: Sequence[str]) -> list[int]:
    """Where a column stands in a header: several times when the file repeats its name."""
    known = {column.name.lower(), *(alias.lower() for alias in column.aliases)}
    return [index for index, name in enumerate(names) if name.strip().lower() in known]


def _speakable(name: str) -> str:
    """A header's name is shown to people only when it looks like one; a file without a header has data there."""
    return name.strip() if re.fullmatch(r"[A-Za-z][\w .#()/-]{0,60}", name.strip()) else "(not a column name)"


def scan_sql(path: Path, header: Header) -> str:
    """`read_csv(…)` over the file: every column as text under a name by position, malformed lines to the rejects tables."""
    columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(header.names)))
    return (
        f"read_csv({sql_text(str(path))}, auto_detect=false, header=true, skip={header.line - 1}, delim={sql_text(header.delimiter)}, quote='\"', escape='\"', "
        f"strict_mode=true, store_rejects=true, rejects_limit=0, columns={{{columns}}})"
    )


def admitted_sql(table: Table, header: Header, scan: str, clinic: str, system: str, sha256: str) -> str:
    """The select that lets a file's rows into raw: declared columns only, private ones dropped or turned into pseudonyms.

    `row_problem` says why a well-formed row may not enter after all: the column, if it is about one, and the reason.
    """
    values = [f'{_value_sql(table, column, header, clinic, system)} as "{column.raw_name()}"' for column in table.columns if column.raw_name()]
    identities = [f'{_identity_sql(table, parts, header, clinic)} as "{name}"' for name, parts in table.identities]
    origin = [f"{sql_text(clinic)} as clinic_id", f"{sql_text(sha256)} as file_sha256", f"row_number() over () + {header.line} as source_line"]
    return f"select {', '.join([*values, *identities, *origin])}, {_row_problem_sql(table, header)} as row_problem from {scan}"


def _row_problem_sql(table: Table, header: Header) -> str:
    problems = [(f"regexp_matches(c0, {sql_text(table.totals_row)})", "", TOTALS_ROW)] if table.totals_row else []
    identifiers = [column.name for column in table.columns if column.privacy == "pseudonym" and column.type != "name" and column.name in header.position]
    problems += [(f"regexp_full_match(c{header.position[name]}, {sql_text(ROUNDED_NUMBER)})", name, ROUNDED_IDENTIFIER) for name in identifiers]
    if not problems:
        return "cast(null as struct(column_name varchar, reason varchar))"
    cases = [f"when {condition} then struct_pack(column_name := {sql_text(name)}, reason := {sql_text(reason)})" for condition, name, reason in problems]
    return f"case {' '.join(cases)} end"


def _cleaned(table: Table, column_name: str, header: Header) -> str | None:
    """The cleaned text of a column; None when the file does not have it."""
    if column_name not in header.position:
        return None
    return cleaned_sql(table.column(column_name), f"c{header.position[column_name]}")


def _value_sql(table: Table, column: Column, header: Header, clinic: str, system: str) -> str:
    text = _cleaned(table, column.name, header)
    qualifier = _cleaned(table, column.qualified_by, header) if column.qualified_by else None
    if text is None or (column.qualified_by and qualifier is None):
        return "cast(null as varchar)"
    if column.pattern:
        text = guarded_sql(text, column.pattern)
    return raw_value_sql(column, text, qualifier, clinic, system)


def _identity_sql(table: Table, names: Sequence[str], header: Header, clinic: str) -> str:
    if any(name not in header.position for name in names):
        return "cast(null as varchar)"
    return identity_sql([(table.column(name), _cleaned(table, name, header) or "") for name in names], clinic)


def collect_rejects(connection: duckdb.DuckDBPyConnection, path: Path, table: Table, header: Header) -> list[Reject]:
    """The lines that DuckDB could not read in its last scan, at their physical line numbers, without their content."""
    rows = connection.execute(
        "select distinct line_byte_position - 1, error_type, column_idx from reject_errors "
        "where scan_id = (select max(scan_id) from reject_errors) order by all"
    ).fetchall()
    by_position = {index: name for name, index in header.position.items()}
    lines = _lines_at(path, [position for position, _, _ in rows])
    rejects: dict[int, Reject] = {}
    for line, (_, kind, column_index) in zip(lines, rows, strict=True):
        column = by_position.get(column_index - 1) if kind == "UNQUOTED VALUE" and column_index else None
        rejects.setdefault(line, Reject(line, column, REJECT_REASONS.get(kind, "the line is malformed")))
    return list(rejects.values())


def _lines_at(path: Path, positions: Sequence[int]) -> list[int]:
    """The line number, from 1, of the record that starts at each byte position (ascending); blank lines before a record are skipped."""
    lines, line, consumed = [], 1, 0
    with path.open("rb") as stream:
        for position in positions:
            line += stream.read(max(position - consumed, 0)).count(b"\n")
            consumed = max(position, consumed)
            blank = 0
            for byte in iter(lambda: stream.read(1), b""):
                if byte not in b"\r\n":
                    break
                blank += byte == b"\n"
            stream.seek(consumed)
            lines.append(line + blank)
    return lines


def cut_off(facts: FileBytes, malformed: Iterable[Reject], last_line: int | None = None) -> str | None:
    """Why a file whose last line, or record that starts at `last_line`, is broken and has no end is refused; None for a whole file."""
    last_line = last_line or facts.newlines + 1
    if facts.ends_with_newline or all(reject.line != last_line for reject in malformed):
        return None
    return f"line {last_line}: the file ends in the middle of a row; it was cut off, please send it again"


def lacks_row(connection: duckdb.DuckDBPyConnection, table: Table) -> str | None:
    """Why a file whose rows in `admitted` lack the one that its table must have is refused; None when it is there."""
    if table.needs_row is None:
        return None
    matches = " and ".join(f'regexp_full_match("{name}", {sql_text(pattern)})' for name, pattern in table.needs_row.columns)
    is_there = connection.sql(f"select count(*) filter ({matches}) > 0 from admitted").fetchall()[0][0]
    return None if is_there else table.needs_row.otherwise


def lines_are_rows(facts: FileBytes, header: Header, rows: int, malformed: int) -> bool:
    """Whether each well-formed row stands on one line, so that a row's number gives its line."""
    physical = facts.newlines + (0 if facts.ends_with_newline else 1)
    return physical == rows + header.line and malformed == 0


def exact_lines(path: Path, header: Header) -> list[int]:
    """The line on which each well-formed row starts, for files with line breaks inside values, blank lines or rejected rows."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(_row_starts(stream, header))


def _row_starts(stream: Iterable[str], header: Header) -> Iterator[int]:
    width = len(header.names)
    reader = csv.reader(stream, delimiter=header.delimiter)
    start = 1
    for number in itertools.count():
        try:
            record = next(reader, None)
        except csv.Error:
            record = []
        if record is None:
            return
        # an empty value too many at the end harms nothing, and DuckDB reads such a row
        if number >= header.line and (len(record) == width or (len(record) > width and not any(record[width:]))):
            yield start
        start = reader.line_num + 1


def count_admitted(connection: duckdb.DuckDBPyConnection) -> int:
    """How many rows `admitted` holds."""
    return int(connection.sql("select count(*) from admitted").fetchall()[0][0])


def set_aside(connection: duckdb.DuckDBPyConnection) -> list[Reject]:
    """Take the well-formed rows that may not enter out of `admitted`, with the reason."""
    rows = connection.execute("select source_line, row_problem.column_name, row_problem.reason from admitted where row_problem is not null").fetchall()
    connection.execute("delete from admitted where row_problem is not null")
    connection.execute("alter table admitted drop column row_problem")
    return [Reject(line, column_name or None, reason) for line, column_name, reason in rows]


def correct_lines(connection: duckdb.DuckDBPyConnection, lines: Sequence[int], header_line: int) -> None:
    """Replace row numbers by line numbers; only where both agree on how many rows there are."""
    if count_admitted(connection) != len(lines):
        return
    numbers = list(range(header_line + 1, header_line + 1 + len(lines)))
    connection.execute(
        "create or replace temporary table line_of_row as select unnest(?::bigint[]) as line, unnest(?::bigint[]) as row_number", [list(lines), numbers]
    )
    connection.execute("update admitted set source_line = line_of_row.line from line_of_row where line_of_row.row_number = admitted.source_line")
