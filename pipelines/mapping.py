"""A clinic's mapped.yaml as plain data, and what one record of a file becomes by it. Knows nothing of files, DuckDB or keys."""

import datetime
import fnmatch
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError
from pipelines.schema_validation import load_yaml, validate
from pipelines.source_contracts import load_contracts

SCHEMA = Path(__file__).with_name("mapped.schema.json")
DATE_ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1)}
FIRST_DAY_OF_EXCEL = datetime.date(1899, 12, 30)
ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T][0-9:.,Z+ -]*)?")
NUMBER = re.compile(r"-?\d+([.,]\d+)?")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([ap]m)?", re.IGNORECASE)
LONGEST_CODE = 40
# staging cannot read it and says so; the text itself, which may be anything, stays outside
UNREADABLE = "invalid"


@dataclass(frozen=True)
class Field:
    """Where one column of a table comes from: columns of the file, joined, or a constant; `codes` says what values mean."""

    columns: tuple[str, ...] = ()
    constant: str | None = None
    codes: tuple[tuple[str, str], ...] = ()
    dates: str = "iso"


@dataclass(frozen=True)
class Measure:
    """The columns of one measure in a wide table."""

    measure_id: str
    items: tuple[str, ...]
    total: str | None
    measured_on: str | None


@dataclass(frozen=True)
class FileMapping:
    """What the rows of some files become: rows of `table`, those left out that `only` and `leave_out` do not want."""

    files: tuple[str, ...]
    table: str
    delimiter: str
    dates: str
    missing: tuple[str, ...]
    only: tuple[tuple[str, tuple[str, ...]], ...]
    leave_out: tuple[tuple[str, tuple[str, ...]], ...]
    fields: tuple[tuple[str, Field], ...]
    measures: tuple[Measure, ...]

    def matches(self, file_name: str) -> bool:
        return any(fnmatch.fnmatchcase(file_name.lower(), pattern.lower()) for pattern in self.files)

    def columns(self) -> set[str]:
        """The columns that a file must have."""
        named = {column for _, field in self.fields for column in field.columns}
        named |= {column for column, _ in (*self.only, *self.leave_out)}
        for measure in self.measures:
            named |= {*measure.items, *filter(None, (measure.total, measure.measured_on))}
        return named


def fingerprint(mappings: Sequence[FileMapping]) -> str:
    """Changes whenever the mapping of a file, and so what raw holds of it, changes."""
    return hashlib.sha256(json.dumps([asdict(mapping) for mapping in mappings], sort_keys=True).encode("utf-8")).hexdigest()[:16]


def load_mapping(path: Path) -> tuple[FileMapping, ...]:
    """The mapping in `path`; ConfigurationError names the key that is wrong."""
    tables = {table.name: {column.name: column.required for column in table.columns} for table in load_contracts()["mapped"].tables}
    document = load_yaml(path)
    validate(document, SCHEMA, path)
    return tuple(_file_mapping(path, f"files[{index}]", entry, tables[entry["table"]]) for index, entry in enumerate(document["files"]))


def _file_mapping(path: Path, key: str, entry: Mapping[str, Any], columns: Mapping[str, bool]) -> FileMapping:
    dates = entry.get("dates", "iso")
    fields = {name: _field(path, f"{key}.columns.{name}", value, dates) for name, value in entry["columns"].items()}
    measures = tuple(
        Measure(measure_id, tuple(value.get("items", ())), value.get("total"), value.get("measured_on"))
        for measure_id, value in entry.get("measures", {}).items()
    )
    if measures and entry["table"] != "scores":
        raise ConfigurationError(path, f"{key}.measures", "only the table scores has measures")
    given = (
        set(fields) | ({"measure", "total", "items"} if measures else set()) | ({"measured_on"} if measures and all(m.measured_on for m in measures) else set())
    )
    for name in fields:
        if name not in columns:
            raise ConfigurationError(path, f"{key}.columns.{name}", f"not a column of {entry['table']}; known are {', '.join(columns)}")
    for name, is_required in columns.items():
        if is_required and name not in given:
            raise ConfigurationError(path, f"{key}.columns", f"{name} is required for {entry['table']}; say which column it is, or give a constant")
    return FileMapping(
        files=tuple(entry["files"]),
        table=entry["table"],
        delimiter=entry.get("delimiter", ","),
        dates=_known_dates(path, f"{key}.dates", dates),
        missing=tuple(entry.get("missing", ())),
        only=_values(entry.get("only", {})),
        leave_out=_values(entry.get("except", {})),
        fields=tuple(fields.items()),
        measures=measures,
    )


def _field(path: Path, key: str, value: Any, dates: str) -> Field:
    if isinstance(value, str):
        return Field((value,), dates=dates)
    if isinstance(value, list):
        return Field(tuple(value), dates=dates)
    if ("constant" in value) == ("column" in value):
        raise ConfigurationError(path, key, "give either a column or a constant")
    if "constant" in value:
        return Field(constant=value["constant"])
    columns = (value["column"],) if isinstance(value["column"], str) else tuple(value["column"])
    codes = tuple((source.strip().casefold(), meaning) for source, meaning in value.get("codes", {}).items())
    return Field(columns, codes=codes, dates=_known_dates(path, f"{key}.dates", value.get("dates", dates)))


def _known_dates(path: Path, key: str, dates: str) -> str:
    if dates not in ("iso", "excel", *DATE_ORDERS):
        raise ConfigurationError(path, key, f"'{dates}' is no way to write dates; known are iso, dmy, mdy, excel")
    return dates


def _values(entry: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((column, tuple(value.strip().casefold() for value in values)) for column, values in entry.items())


def unwanted(mapping: FileMapping, record: Mapping[str, str]) -> str | None:
    """Why the mapping leaves a record out; None when it wants it."""
    for column, values in mapping.only:
        if record[column].strip().casefold() not in values:
            return f"left out by mapped.yaml: {column} has none of the values that are read"
    for column, values in mapping.leave_out:
        if record[column].strip().casefold() in values:
            return f"left out by mapped.yaml: {column} has a value that is not read"
    return None


def rows_of(mapping: FileMapping, types: Mapping[str, str], record: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The rows of the mapping's table that one record gives; `types` are the types of its columns."""
    row = {name: value_of(field, types[name], record, mapping.missing) for name, field in mapping.fields}
    if not mapping.measures:
        yield row
        return
    for measure in mapping.measures:
        items = [_present(record[column], mapping.missing) for column in measure.items]
        total = value_of(Field((measure.total,)), "number", record, mapping.missing) if measure.total else ""
        if not total and not any(items):
            continue
        measured_on = {"measured_on": _date(record[measure.measured_on], mapping.dates)} if measure.measured_on else {}
        yield {
            **row,
            **measured_on,
            "score_id": f"{row['score_id']}/{measure.measure_id}",
            "measure": measure.measure_id,
            "items": ";".join(items) if any(items) else "",
            "total": total,
        }


def value_of(field: Field, kind: str, record: Mapping[str, str], missing: Sequence[str] = ()) -> str:
    """The text that a column of a table gets from a record: dates and times as ISO 8601, codes in the words of this warehouse."""
    if field.constant is not None:
        return field.constant
    values = [_present(record[column], missing) for column in field.columns]
    if kind in ("date", "time"):
        return _date(" ".join(value for value in values if value), field.dates)
    # an identifier with a gap would stand for several people
    text = "/".join(values) if all(values) else ""
    if kind == "number":
        return text.replace(",", ".") if not text or NUMBER.fullmatch(text) else UNREADABLE
    return _code(text, dict(field.codes)) if kind in ("code", "flag") or field.codes else text


def _present(value: str, missing: Sequence[str]) -> str:
    text = value.strip()
    return "" if text in missing else text


def _code(text: str, codes: Mapping[str, str]) -> str:
    if not text:
        return ""
    known = codes.get(text.casefold())
    if known is not None:
        return known
    code = re.sub(r"\s+", "_", text.casefold())
    return code if len(code) <= LONGEST_CODE and code.count("_") <= 3 else UNREADABLE


def _date(text: str, dates: str) -> str:
    if not text or ISO.fullmatch(text):
        return text
    day, _, clock = text.partition("T") if dates == "iso" else text.partition(" ")
    try:
        if dates == "excel":
            days, seconds = divmod(round(float(text) * 86400), 86400)
            clock_time = f" {datetime.timedelta(seconds=seconds)}".replace(" ", " 0" if seconds < 36000 else " ") if seconds else ""
            return (FIRST_DAY_OF_EXCEL + datetime.timedelta(days=days)).isoformat() + clock_time
        year, month, day_of_month = (int(re.split(r"[/.-]", day)[place]) for place in DATE_ORDERS[dates])
        date = datetime.date(year, month, day_of_month)
        # 26 is not the year 26
        return UNREADABLE if year < 1000 else f"{date.isoformat()} {_clock(clock.strip())}".strip()
    except (ValueError, IndexError, KeyError, OverflowError):
        return UNREADABLE


def _clock(text: str) -> str:
    if not text:
        return ""
    match = CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if match[4].lower() == "pm" else 0)
    return datetime.time(hour, minute, second).isoformat()
