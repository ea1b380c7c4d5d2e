"""A new practice system from the header of a sample: contract, staging, an invented fixture and a page, ready to be filled in."""

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from pipelines.errors import ConfigurationError
from pipelines.source_contracts import FOLDER, load_contract
from pipelines.system_pages import page

TEMPLATES = Path(__file__).parent / "templates" / "new_source"
PROJECT = Path(__file__).resolve().parent.parent
ENCODINGS = ("utf-8-sig", "utf-16", "windows-1252")
DELIMITERS = (",", ";", "\t", "|")
FIRST_DELIVERY = "2026-01-05"
TIMES = {"iso": ("%Y-%m-%d %H:%M", "2026-01-05 10:00"), "dmy": ("%d/%m/%Y %H:%M", "05/01/2026 10:00"), "mdy": ("%m/%d/%Y %H:%M", "01/05/2026 10:00")}


@dataclass(frozen=True)
class NewSource:
    """What somebody says of a system: its name, and which column of the sample holds what. `dates` is the order of day and month."""

    system: str
    title: str
    country: str
    session_id: str
    client_id: str
    starts_at: str
    attendance: str | None
    dates: str


def scaffold(source: NewSource, sample: Path, project: Path = PROJECT) -> list[Path]:
    """Write the system's files below `project` and return them; nothing that exists is changed.

    Of the sample only the header is read: its rows may be people.
    """
    delimiter, header = read_header(sample)
    for option, column in (("--session-id", source.session_id), ("--client-id", source.client_id), ("--starts-at", source.starts_at)):
        _check_column(option, column, header)
    if source.attendance:
        _check_column("--attendance", source.attendance, header)
    contract = project / FOLDER.relative_to(PROJECT) / f"{source.system}.yaml"
    staging = project / "dbt_project" / "models" / "staging" / source.system
    fixture = project / "tests" / "fixtures" / source.system / FIRST_DELIVERY / sample.name
    described = project / "docs" / "systems" / f"{source.system}.md"
    for path in (contract, staging, fixture.parent, described):
        if path.exists():
            raise ConfigurationError("--system", "", f"'{source.system}' exists already: {path}")
    values = _values(source, delimiter, header, sample.name)
    files = {
        contract: _filled("contract.yaml", values),
        staging / f"stg_{source.system}__sessions.sql": _filled("sessions.sql", values),
        staging / f"stg_{source.system}__clients.sql": _filled("clients.sql", values),
        staging / f"_{source.system}.yml": _filled("models.yml", values),
        fixture: _invented(source, delimiter, header),
    }
    for path, text in files.items():
        _write(path, text)
    _write(described, page(load_contract(contract), project))
    return [*files, described]


def read_header(sample: Path) -> tuple[str, list[str]]:
    """The delimiter of the sample and the names in its first line."""
    for encoding in ENCODINGS:
        try:
            with sample.open(encoding=encoding, newline="") as stream:
                line = stream.readline()
        except UnicodeError:
            continue
        except OSError as error:
            raise ConfigurationError(sample, "", f"cannot be read: {error.strerror}") from None
        delimiter = max(DELIMITERS, key=line.count)
        header = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
        if len(header) > 1:
            return delimiter, header
        break
    raise ConfigurationError(sample, "", "line 1 is no header of several columns; the sample must be a delimited text with a header")


def column_name(header: str) -> str:
    """A header's name as a column: lower case, words joined by `_`."""
    name = re.sub(r"\W+", "_", header.lower()).strip("_")
    return name if name and not name[0].isdigit() else f"column_{name}"


def _check_column(option: str, column: str, header: list[str]) -> None:
    if header.count(column) != 1:
        raise ConfigurationError(option, "", f"'{column}' must stand once in the sample's header, which is {', '.join(header)}")


def _values(source: NewSource, delimiter: str, header: list[str], file_name: str) -> Mapping[str, str]:
    return {
        "system": source.system,
        "title": source.title,
        "country": source.country,
        "delimiter": '"\\t"' if delimiter == "\t" else f'"{delimiter}"',
        "pattern": json.dumps(re.sub(r"\d+", "*", file_name), ensure_ascii=False),
        "session_id": column_name(source.session_id),
        "client_id": column_name(source.client_id),
        "starts_at": column_name(source.starts_at),
        "attendance": f"sessions.{column_name(source.attendance)}" if source.attendance else "cast(null as string)",
        "dates": source.dates,
        "columns": "\n".join(f"      {line}" for line in _columns(source, header)),
    }


def _columns(source: NewSource, header: list[str]) -> list[str]:
    """One line a column; what nobody has declared is dropped."""
    declared = {
        source.session_id: "privacy: pseudonym, required: true, description: key of the appointment",
        source.client_id: "privacy: pseudonym, required: true, description: key of the client",
        source.starts_at: f'privacy: public, type: time, required: true, format: ["{TIMES[source.dates][0]}"], description: wall clock of the clinic',
    }
    if source.attendance:
        declared[source.attendance] = "privacy: public, type: code"
    names: dict[str, str] = {}
    for title in header:
        name = column_name(title)
        alias = f", aliases: [{json.dumps(title, ensure_ascii=False)}]" if name != title.lower() else ""
        names.setdefault(name, f"{name}: {{{declared.get(title, 'privacy: dropped')}{alias}}}")
    return list(names.values())


def _invented(source: NewSource, delimiter: str, header: list[str]) -> str:
    """Two appointments of one client, the second without a time: one row holds, one is quarantined."""
    rows = ({source.session_id: "1", source.client_id: "A", source.starts_at: TIMES[source.dates][1]}, {source.session_id: "2", source.client_id: "A"})
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([header, *([row.get(name, "") for name in header] for row in rows)])
    return text.getvalue()


def _filled(template: str, values: Mapping[str, str]) -> str:
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(values)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
