"""The practice systems as data: pipelines/sources/*.yaml read into plain contracts that the readers follow."""

import fnmatch
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.errors import ConfigurationError
from pipelines.schema_validation import load_yaml, validate

FOLDER = Path(__file__).with_name("sources")
SCHEMA = FOLDER / "source.schema.json"
# Raised when readers write other raw files from the same bytes and contract.
READER_VERSION = 1


@dataclass(frozen=True)
class Column:
    """One column of a delivered table. `privacy` decides whether and how it gets past the door."""

    name: str
    privacy: str
    type: str = "text"
    format: str = "iso"
    required: bool = False
    aliases: tuple[str, ...] = ()
    path: str | None = None
    from_row: bool = False
    reference: bool = False

    def raw_name(self) -> str | None:
        """Its name in the raw table; None when it is dropped."""
        if self.privacy == "dropped":
            return None
        return f"{self.name}_year" if self.privacy == "year_only" else self.name


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
    newest_file_holds: bool
    ignored_files: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]

    def table_for(self, file_name: str) -> Table | None:
        """The table that a file of this name holds (csv formats)."""
        return next((table for table in self.tables if any(_matches(file_name, pattern) for pattern in table.files)), None)

    def reason_to_ignore(self, file_name: str) -> str | None:
        return next((reason for pattern, reason in self.ignored_files if _matches(file_name, pattern)), None)

    def fingerprint(self) -> str:
        """Changes whenever the contract, and so what raw files hold, changes."""
        text = json.dumps([READER_VERSION, asdict(self)], sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def _matches(file_name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(file_name.lower(), pattern.lower())


@cache
def load_contracts(folder: Path = FOLDER) -> Mapping[str, SourceContract]:
    """Every practice system by name, in alphabetical order."""
    contracts = [_load(path) for path in sorted(folder.glob("*.yaml"))]
    return {contract.system: contract for contract in contracts}


def _load(path: Path) -> SourceContract:
    document = load_yaml(path)
    validate(document, SCHEMA, path)
    if document["system"] != path.stem:
        raise ConfigurationError(path, "system", f"'{document['system']}' must equal the file's name, '{path.stem}'")
    tables = tuple(_table(path, name, entry) for name, entry in document["tables"].items())
    ignored = tuple((pattern, entry["reason"]) for entry in document.get("ignored_files", []) for pattern in entry["files"])
    return SourceContract(
        system=document["system"],
        title=document["title"],
        country=document["country"],
        format=document["format"],
        delimiters=tuple(document.get("delimiters", [","])),
        encodings=tuple(document.get("encodings", ["utf-8"])),
        newest_file_holds=document.get("newest_file_holds", True),
        ignored_files=ignored,
        tables=tables,
    )


def _table(path: Path, name: str, entry: Mapping[str, Any]) -> Table:
    columns = tuple(_column(column_name, column) for column_name, column in entry["columns"].items())
    names = {column.name for column in columns}
    identities = tuple((identity, tuple(parts)) for identity, parts in entry.get("identities", {}).items())
    for label, references in [("key", entry["key"]), *((f"identities.{identity}", parts) for identity, parts in identities)]:
        for reference in references:
            if reference not in names:
                raise ConfigurationError(path, f"tables.{name}.{label}", f"'{reference}' is not a column of this table")
    return Table(
        name=name,
        columns=columns,
        key=tuple(entry["key"]),
        staging=entry.get("staging", name),
        files=tuple(entry.get("files", ())),
        required=entry.get("required", False),
        resource=entry.get("resource"),
        rows=entry.get("rows"),
        identities=identities,
    )


def _column(name: str, entry: Mapping[str, Any]) -> Column:
    values = {key: value for key, value in entry.items() if key not in ("description", "aliases")}
    return Column(name=name, aliases=tuple(entry.get("aliases", ())), **values)
