"""What leaves as a spreadsheet: suppressed figures only, text as text, empty cells where a figure is hidden."""

import csv
import datetime

import duckdb
import openpyxl
import pytest

from pipelines.spreadsheets import write_spreadsheets

NAMES = ('=HYPERLINK("x")', "@sum", "-1+1", "Harbour")


@pytest.fixture
def warehouse(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema core; create schema benchmarks")
        connection.execute("create table core.clinics (clinic_id varchar, name varchar)")
        connection.executemany("insert into core.clinics values (?, ?)", [(f"c{place}", name) for place, name in enumerate(NAMES)])
        columns = "numerator bigint, denominator bigint, missing bigint, rate double, lower double, upper double, state varchar"
        connection.execute(
            "create table benchmarks.disclosed_clinic_months "
            f"(clinic_id varchar, month date, span varchar, indicator_id varchar, {columns}, comparison varchar, expectation varchar)"
        )
        connection.execute(f"create table benchmarks.disclosed_network_months (month date, span varchar, indicator_id varchar, {columns})")
        connection.execute(
            "create table benchmarks.indicators as select 'recovery' as indicator_id, 1 as position, 'Recovery' as name, '-' as question, 'd' as direction, "
            "'n' as numerator_definition, 'd' as denominator_definition, 'm' as missing_definition, 'e' as exclusions, 's' as source, true as is_verified"
        )
        for place in range(len(NAMES)):
            hidden = "null, null, null, null, null, null, 'suppressed'"
            shown = "0, 25, 5, 0.0, 0.0, 0.13, 'shown'"
            connection.execute(
                f"insert into benchmarks.disclosed_clinic_months values ('c{place}', date '2026-10-01', 'rolling_12', 'recovery', "
                f"{shown if place else hidden}, 'about_the_same', 'not_compared')"
            )
    return path


def test_csv_cells_never_begin_a_formula_and_hidden_is_not_zero(warehouse, tmp_path):
    write_spreadsheets(warehouse, tmp_path / "out")
    with (tmp_path / "out" / "clinics.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["clinic"] for row in rows} == {'\'=HYPERLINK("x")', "'@sum", "'-1+1", "Harbour"}
    by_clinic = {row["clinic_id"]: row for row in rows}
    assert (by_clinic["c0"]["numerator"], by_clinic["c0"]["state"]) == ("", "suppressed")
    assert (by_clinic["c1"]["numerator"], by_clinic["c1"]["state"]) == ("0", "shown")


def test_workbook_cells_are_texts_and_numbers_not_formulas(warehouse, tmp_path):
    *_, path = write_spreadsheets(warehouse, tmp_path / "out")
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames == ["clinics", "network", "indicators"]
    sheet = workbook["clinics"]
    assert {sheet.cell(row, 1).value for row in range(2, 6)} == set(NAMES)
    assert {sheet.cell(row, 1).data_type for row in range(2, 6)} == {"s"}
    figures = {sheet.cell(row, 2).value: (sheet.cell(row, 3).value.date(), sheet.cell(row, 6).value) for row in range(2, 6)}
    assert figures["c0"] == (datetime.date(2026, 10, 1), None)
    assert figures["c1"] == (datetime.date(2026, 10, 1), 0)
