"""Files as a system exports them: a header and rows of text, built column by column, with the small text tools that writers share."""

import codecs
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.calendar import SECONDS_A_DAY

NOON = SECONDS_A_DAY // 2
SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class ExportFile:
    """One file of an export. `table` is the name that its system's contract gives it; `rows` are lines without their ends."""

    name: str
    table: str
    header: str | None
    rows: pa.Array
    line_end: str = "\n"
    has_byte_order_mark: bool = False

    def write(self, folder: Path) -> None:
        """Write the file into a folder that exists."""
        lines = pc.binary_join_element_wise(self.rows, self.line_end, "")
        with (folder / self.name).open("wb") as stream:
            stream.write(codecs.BOM_UTF8 if self.has_byte_order_mark else b"")
            stream.write(b"" if self.header is None else (self.header + self.line_end).encode("utf-8"))
            if len(lines):
                # the text of all lines lies in one piece in memory
                stream.write(lines.buffers()[2])


Column: TypeAlias = pa.Array | pa.ChunkedArray


def flat(column: Column) -> pa.Array:
    """A table's column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def joined(*parts: Column | str, between: str = "") -> pa.Array:
    """The parts side by side; a missing value is an empty text."""
    texts = [part if isinstance(part, str) else flat(part).cast(pa.string()) for part in parts]
    return pc.binary_join_element_wise(*texts, between, null_handling="replace", null_replacement="")


def filled(template: str, columns: Mapping[str, Column]) -> pa.Array:
    """The template once a row, with each `<name>` replaced by the column of that name."""
    parts = re.split(r"<(\w+)>", template)
    return joined(*(columns[part] if index % 2 else part for index, part in enumerate(parts)))


def as_json(texts: Column) -> pa.Array:
    """Texts as JSON strings."""
    return pa.array([json.dumps(text, ensure_ascii=False) for text in texts.to_pylist()])


def csv_rows(columns: Sequence[Column]) -> pa.Array:
    """Rows of a comma-separated file; values that need quotation marks must have them (`quoted`)."""
    return joined(*columns, between=",")


def coded(values: Column, codes: Mapping[str, str], otherwise: str | None = None) -> pa.Array:
    """The code of each word; `otherwise` for words without one, nothing for a missing word."""
    words = flat(values)
    known = pa.array(list(codes.values()), pa.string()).take(pc.index_in(words, pa.array(list(codes))))
    return pc.if_else(pc.and_(pc.is_valid(words), pc.is_null(known)), pa.scalar(otherwise, pa.string()), known)


def with_column(table: pa.Table, column: str, values: Column) -> pa.Table:
    """The table with other values in a column that it has."""
    return table.set_column(table.schema.get_field_index(column), column, values)


def recoded(table: pa.Table, column: str, codes: Mapping[str, str], otherwise: str | None = None) -> pa.Table:
    """The table with the code of each word in a column."""
    return with_column(table, column, coded(table[column], codes, otherwise))


def emptied(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """The table without a value in these columns."""
    for column in columns:
        table = with_column(table, column, pa.nulls(len(table), table.schema.field(column).type))
    return table


def on_one_line(values: Column) -> pa.Array:
    """Texts as a field of one line holds them."""
    return flat(pc.replace_substring(values, "\n", " "))


def quoted(values: Column) -> pa.Array:
    """Texts with quotation marks where they hold a comma, a quotation mark or a line end (RFC 4180)."""
    inside = pc.replace_substring(values, '"', '""')
    return flat(pc.if_else(pc.match_substring_regex(values, '[",\r\n]'), joined('"', inside, '"'), values))


def numbered(prefix: str, numbers: Column, width: int) -> pa.Array:
    """Identifiers such as `E000012`; none for a missing number."""
    digits = pc.utf8_lpad(flat(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def yes_no(flags: Column) -> pa.Array:
    """yes, no or nothing."""
    return flat(pc.if_else(flags, "yes", "no"))


def date_text(dates: Column, form: str = "%Y-%m-%d") -> pa.Array:
    """Dates in a form of strftime."""
    return flat(pc.strftime(flat(dates), format=form))


def local_time(times: Column) -> pa.Array:
    """Local times without a zone, `2026-03-02T09:30:00`."""
    return pc.replace_substring(flat(times).cast(pa.string()), " ", "T")


def zoned_time(times: Column, zone: str) -> pa.Array:
    """Local times with the offset that the zone has on that day, `2026-07-02T09:30:00+01:00`."""
    offsets, of_row = _offsets(times, zone)
    texts = pa.array([_offset_text(offset) for offset in offsets], pa.string())
    return pc.binary_join_element_wise(local_time(times), texts.take(of_row), "")


def _offset_text(seconds: int) -> str:
    sign = "-" if seconds < 0 else "+"
    return f"{sign}{abs(seconds) // SECONDS_AN_HOUR:02}:{abs(seconds) % SECONDS_AN_HOUR // 60:02}"


def utc_time(times: Column, zone: str) -> pa.Array:
    """Local times as UTC, `2026-07-02T08:30:00Z`."""
    offsets, of_row = _offsets(times, zone)
    shift = pa.array(offsets, pa.int64()).take(of_row)
    seconds = pc.subtract(flat(times).cast(pa.int64()), shift)
    return joined(local_time(seconds.cast(pa.timestamp("s"))), "Z")


def _offsets(times: Column, zone: str) -> tuple[list[int], pa.Array]:
    """The offsets from UTC that occur, in seconds, and which of them each time has: that of noon of its day, since nobody works at night."""
    seconds = flat(times).cast(pa.int64())
    days = pc.divide(seconds, SECONDS_A_DAY)
    known = days.unique()
    offset = {day: _offset_at_noon(day, zone) for day in known.to_pylist() if day is not None}
    distinct = sorted(set(offset.values()))
    index_of_day = pa.array([None if day is None else distinct.index(offset[day]) for day in known.to_pylist()], pa.int32())
    return distinct, index_of_day.take(pc.index_in(days, known))


def _offset_at_noon(day: int, zone: str) -> int:
    noon = (np.datetime64(day, "D") + np.timedelta64(NOON, "s")).astype("datetime64[s]").item()
    offset = noon.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
