"""The practice systems as data: pipelines/sources/*.yaml read into plain contracts that the readers follow."""

import fnmatch
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError
from pipelines.json_paths import check_path
from pipelines.schema_validation import load_yaml, validate

FOLDER = Path(__file__).with_name("sources")
SCHEMA = FOLDER / "source.schema.json"
# Raised when readers write other raw files from the same bytes and contract.
READER_VERSION = 1


@dataclass(frozen=True)
class Pairs:
    """How the matches of a column's path become `key=value` pairs; only those of `keys` are kept."""

    key: str
    value: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """How the questions that a column's path finds hold their answers: JSON paths inside a question and inside one of its options."""

    options: str
    chosen: str
    words: str
    typed: str
    count_options: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a delivered table. `privacy` decides whether and how it gets past the door; source.schema.json explains each field."""

    name: str
    privacy: str
    type: str = "text"
    format: tuple[str, ...] = ("iso",)
    required: bool = False
    aliases: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    only_codes: bool = False
    booked_ahead: bool = False
    width: int | None = None
    qualified_by: str | None = None
    path: tuple[str, ...] = ()
    from_row: bool = False
    several: bool = False
    reference: str | None = None
    values: tuple[str, ...] = ()
    pattern: str | None = None
    pairs: Pairs | None = None
    choices: Choices | None = None

    def raw_name(self) -> str | None:
        """Its name in the raw table; None when it is dropped."""
        if self.privacy == "dropped":
            return None
        return f"{self.name}_year" if self.privacy == "year_only" else self.name


@dataclass(frozen=True)
class NeededRow:
    """A row that a file must have: regular expressions by column, and why a file without it is refused."""

    columns: tuple[tuple[str, str], ...]
    otherwise: str


@dataclass(frozen=True)
class Table:
    """One table of a practice system: the files that hold it, its columns and its key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    staging: str
    files: tuple[str, ...] = ()
    required: bool = False
    resource: str | None = None
    rows: str | None = None
    totals_row: str | None = None
    discovers: tuple[str, ...] = ()
    needs_row: NeededRow | None = None
    identities: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def raw_columns(self) -> list[str]:
        """The columns of the raw table that come from the file, in order."""
        return [name for column in self.columns if (name := column.raw_name())] + [name for name, _ in self.identities]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class SourceContract:
    """One practice system."""

    system: str
    title: str
    country: str
    format: str
    delimiters: tuple[str, ...]
    encodings: tuple[str, ...]
    title_lines: int
    newest_file_holds: bool
    files: tuple[str, ...]
    unread_columns: tuple[str, ...]
    ignored_files: tuple[tuple[str, str], ...]
    client_columns: tuple[str, ...]
    tables: tuple[Table, ...]

    def table_for(self, file_name: str) -> Table | None:
        """The table that a file of this name holds (csv formats)."""
        return next((table for table in self.tables if any(_matches(file_name, pattern) for pattern in table.files)), None)

    def holds_resources(self, file_name: str) -> bool:
        """Whether a file of this name holds rows of any of the tables, told by the rows themselves (fhir, json_pages)."""
        return any(_matches(file_name, pattern) for pattern in self.files)

    def reason_to_ignore(self, file_name: str) -> str | None:
        return next((reason for pattern, reason in self.ignored_files if _matches(file_name, pattern)), None)

    def is_unread(self, column_name: str) -> bool:
        """Whether exports are known to have a column of this name that is not read."""
        return any(_matches(column_name, pattern) for pattern in self.unread_columns)

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the contract, and so what raw files hold, changes."""
        text = json.dumps([READER_VERSION, asdict(self)], sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def _matches(file_name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(file_name.lower(), pattern.lower())


@cache
def load_contracts(folder: Path = FOLDER) -> Mapping[str, SourceContract]:
    """Every practice system by name, in alphabetical order."""
    contracts = [load_contract(path) for path in sorted(folder.glob("*.yaml"))]
    return {contract.system: contract for contract in contracts}


def load_contract(path: Path) -> SourceContract:
    """The practice system that one file describes; ConfigurationError names the key that is wrong."""
    document = load_yaml(path)
    validate(document, SCHEMA, path)
    if document["system"] != path.stem:
        raise ConfigurationError(path, "system", f"'{document['system']}' must equal the file's name, '{path.stem}'")
    tables = tuple(_table(path, name, entry) for name, entry in document["tables"].items())
    pseudonyms = {column.name for table in tables for column in table.columns if column.privacy == "pseudonym"}
    for name in document["client_columns"]:
        if name not in pseudonyms:
            raise ConfigurationError(path, "client_columns", f"'{name}' is not a column of any table with privacy: pseudonym")
    ignored = tuple((pattern, entry["reason"]) for entry in document.get("ignored_files", []) for pattern in entry["files"])
    return SourceContract(
        system=document["system"],
        title=document["title"],
        country=document["country"],
        format=document["format"],
        delimiters=tuple(document.get("delimiters", [","])),
        encodings=tuple(document.get("encodings", ["utf-8"])),
        title_lines=document.get("title_lines", 0),
        newest_file_holds=document.get("newest_file_holds", True),
        files=tuple(document.get("files", ())),
        unread_columns=tuple(document.get("unread_columns", ())),
        ignored_files=ignored,
        client_columns=tuple(document["client_columns"]),
        tables=tables,
    )


def _table(path: Path, name: str, entry: Mapping[str, Any]) -> Table:
    columns = tuple(_column(column_name, column) for column_name, column in entry["columns"].items())
    names = {column.name for column in columns}
    identities = tuple((identity, tuple(parts)) for identity, parts in entry.get("identities", {}).items())
    qualifiers = [(f"columns.{column.name}.qualified_by", (column.qualified_by,)) for column in columns if column.qualified_by]
    for label, references in [("key", entry["key"]), *((f"identities.{identity}", parts) for identity, parts in identities), *qualifiers]:
        for reference in references:
            if reference not in names:
                raise ConfigurationError(path, f"tables.{name}.{label}", f"'{reference}' is not a column of this table")
    needs_row = entry.get("needs_row")
    for column in columns:
        for json_path in column.path:
            check_path(json_path, (path, f"tables.{name}.columns.{column.name}.path"))
    return Table(
        name=name,
        columns=columns,
        key=tuple(entry["key"]),
        staging=entry.get("staging", name),
        files=tuple(entry.get("files", ())),
        required=entry.get("required", False),
        resource=entry.get("resource"),
        rows=entry.get("rows"),
        totals_row=entry.get("totals_row"),
        discovers=tuple(entry.get("discovers", ())),
        needs_row=NeededRow(tuple(needs_row["columns"].items()), needs_row["otherwise"]) if needs_row else None,
        identities=identities,
    )


def _column(name: str, entry: Mapping[str, Any]) -> Column:
    plain = {
        key: entry[key]
        for key in ("privacy", "type", "required", "only_codes", "booked_ahead", "width", "qualified_by", "from_row", "several", "reference", "pattern")
        if key in entry
    }
    pairs = entry.get("pairs")
    return Column(
        name=name,
        format=_texts(entry.get("format", "iso")),
        aliases=_texts(entry.get("aliases", ())),
        missing=_texts(entry.get("missing", ())),
        codes=tuple(entry.get("codes", {}).items()),
        path=_texts(entry.get("path", ())),
        values=_texts(entry.get("values", ())),
        choices=Choices(**entry["choices"]) if "choices" in entry else None,
        pairs=Pairs(pairs["key"], _texts(pairs["value"]), _texts(pairs["keys"])) if pairs else None,
        **plain,
    )


def _texts(entry: str | Sequence[str]) -> tuple[str, ...]:
    """One text or several, as YAML allows them, as a tuple."""
    return (entry,) if isinstance(entry, str) else tuple(entry)
