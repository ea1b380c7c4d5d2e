"""The figures that may leave the network as spreadsheets: CSV files and one XLSX workbook. Text never becomes a formula."""

import csv
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines.data_folder import write_whole

SHEETS = {
    "clinics": """
        select clinics.name as clinic, figures.clinic_id, figures.month, indicators.name as indicator, figures.indicator_id, figures.numerator,
            figures.denominator, figures.missing, figures.rate, figures.lower, figures.upper, figures.state, figures.comparison, figures.expectation
        from benchmarks.disclosed_clinic_months as figures
        inner join benchmarks.indicators as indicators on figures.indicator_id = indicators.indicator_id
        inner join core.clinics as clinics on figures.clinic_id = clinics.clinic_id
        order by figures.month, clinics.name, figures.clinic_id, indicators.position
    """,
    "network": """
        select figures.month, figures.span, indicators.name as indicator, figures.indicator_id, figures.numerator, figures.denominator,
            figures.missing, figures.rate, figures.lower, figures.upper, figures.state
        from benchmarks.disclosed_network_months as figures
        inner join benchmarks.indicators as indicators on figures.indicator_id = indicators.indicator_id
        order by figures.month, figures.span, indicators.position
    """,
    "indicators": """
        select indicator_id, name, question, direction, numerator_definition, denominator_definition, missing_definition, exclusions, source, is_verified
        from benchmarks.indicators order by position
    """,
}
# with one of these a cell begins a formula, in one spreadsheet program or another
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_spreadsheets(warehouse: Path, folder: Path) -> list[Path]:
    """Write each sheet as CSV and all of them as clinic-outcomes.xlsx; the paths written. `warehouse` is a release's file, opened for reading."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        sheets = {name: _rows(connection, query) for name, query in SHEETS.items()}
    written = []
    for name, rows in sheets.items():
        target = folder / f"{name}.csv"
        write_whole(target, lambda path, rows=rows: _write_csv(path, rows))  # type: ignore[misc]
        written.append(target)
    workbook = folder / "clinic-outcomes.xlsx"
    write_whole(workbook, lambda path: _write_workbook(path, sheets))
    return [*written, workbook]


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Sequence[Any]]:
    answer = connection.execute(query)
    return [[column[0] for column in answer.description or []], *answer.fetchall()]


def _write_csv(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    # the byte order mark tells spreadsheet programs that it is UTF-8
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([_harmless(cell) for cell in row] for row in rows)


def _harmless(cell: Any) -> Any:
    """Text that would begin a formula, with an apostrophe before it; empty stays empty."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(BEGINS_A_FORMULA) else cell


def _write_workbook(path: Path, sheets: dict[str, list[Sequence[Any]]]) -> None:
    # imported late: half a second that only this command needs
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    workbook = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        sheet.freeze_panes = "A2"
        for number, row in enumerate(rows):
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
                if isinstance(value, str):
                    cell.data_type = "s"  # a text, whatever it begins with
                if isinstance(value, datetime.date):
                    cell.number_format = "yyyy-mm"
                cell.font = Font(bold=number == 0)
                cells.append(cell)
            sheet.append(cells)
    with path.open("wb") as stream:
        workbook.save(stream)
