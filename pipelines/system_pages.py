"""docs/systems: for each practice system what is read, what enters and as what, what it becomes, and what its codes mean.

Written from contracts, the SQL of staging, and seeds.
"""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipelines import field_lineage
from pipelines.compiled_models import compiled_models
from pipelines.source_contracts import Column, SourceContract, Table, load_contracts

PROJECT = Path(__file__).resolve().parent.parent
ENTERS = {"public": "as it is", "pseudonym": "as a keyed pseudonym", "year_only": "the year only", "dropped": "never"}


Targets = Mapping[tuple[str, str], Sequence[str]]


def page(contract: SourceContract, project: Path = PROJECT, targets: Targets | None = None) -> str:
    """The page of one system, in Markdown; without `targets` it does not say what fields become."""
    lines = [
        f"# {contract.title} (`{contract.system}`, {contract.country})",
        "",
        f"Written by `python -m pipelines.system_pages` from `pipelines/sources/{contract.system}.yaml`, the SQL of its staging and the seeds; do not edit.",
        "Every delivery is a whole export and the newest holds."
        if contract.newest_file_holds
        else "Deliveries add to each other; the newest row of a key holds.",
    ]
    for table in contract.tables:
        lines += ["", f"## `{table.name}`", "", _origin(contract, table), "", *_columns(table, targets)]
    for name, rows in _codes(contract, project):
        lines += ["", f"## What codes mean (seed `{name}`)", "", *_markdown(rows)]
    if ignored := contract.ignored_files:
        lines += ["", "## Files that are not read", "", *_markdown([["file", "why"], *([f"`{pattern}`", reason] for pattern, reason in ignored)])]
    return "\n".join(lines) + "\n"


def _origin(contract: SourceContract, table: Table) -> str:
    places = ", ".join(f"`{pattern}`" for pattern in table.files) or (
        f"resources of type {table.resource}" if table.resource else "the files that the clinic's mapped.yaml names"
    )
    becomes = ", ".join(f"`stg_{contract.system}__{name}`" for name in (table.staging, *table.discovers))
    return f"From {places}; key {', '.join(f'`{name}`' for name in table.key)}. Becomes {becomes}."


def _columns(table: Table, targets: Targets | None) -> list[str]:
    rows = [["field of the export", "enters raw", "in raw as", "becomes", "type", "format, other names, where in the resource"]]
    for column in table.columns:
        raw = column.raw_name()
        told = [f"`{raw}`", _becomes(table, raw, targets), column.type, _details(column)] if raw else ["", "", "", ""]
        rows.append([f"`{column.name}`", _enters(column), *told])
    rows += [
        [" + ".join(f"`{part}`" for part in parts), "together, as a keyed pseudonym", f"`{name}`", _becomes(table, name, targets), "identity", ""]
        for name, parts in table.identities
    ]
    return _markdown(rows)


def _becomes(table: Table, raw: str, targets: Targets | None) -> str:
    """The columns that are made of a field; one that is in none decides which row holds, which is left out, or what is wrong with it."""
    if targets is None:
        return ""
    return ", ".join(f"`{target}`" for target in targets.get((table.name, raw.lower()), ())) or "none; it links rows or decides about one"


def _enters(column: Column) -> str:
    if column.codes:
        codes = [code for code, _ in column.codes] + ([] if column.only_codes else ["other"])
        return f"one of the codes {', '.join(codes)}, found in it; never its words"
    return ENTERS[column.privacy]


def _details(column: Column) -> str:
    parts = [f"`{format}`" for format in column.format if format != "iso"] + [f"`{name}`" for name in (*column.aliases, *column.path)]
    missing = ["empty for " + ", ".join(f"`{value}`" for value in column.missing)] if column.missing else []
    return ", ".join(parts + missing)


def _codes(contract: SourceContract, project: Path) -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
    """Seeds that the system's staging names, with their rows, the header first."""
    folder = project / "dbt_project" / "models" / "staging" / contract.system
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql")))
    for seed in sorted((project / "dbt_project" / "seeds").glob("*.csv")):
        if f"ref('{seed.stem}')" in text:
            with seed.open(encoding="utf-8", newline="") as stream:
                yield seed.stem, list(csv.reader(stream))


def _markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    header, *body = ([" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows)
    return [_row(header), _row(["---"] * len(header)), *(_row(row) for row in body)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write_pages(folder: Path) -> list[Path]:
    """Write every system's page to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    written, sql = [], compiled_models("path:models/staging")
    for system, contract in load_contracts().items():
        written.append(folder / f"{system}.md")
        text = page(contract, PROJECT, field_lineage.targets(contract, sql, PROJECT))
        written[-1].write_text(text, encoding="utf-8", newline="\n")
    return written


if __name__ == "__main__":
    for path in write_pages(PROJECT / "docs" / "systems"):
        sys.stdout.write(f"{path}\n")
