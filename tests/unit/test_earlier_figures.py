"""Which release a run is compared with, and what it is told of it."""

import datetime
import json
from pathlib import Path

import duckdb
import pytest

from pipelines import code_version
from pipelines.data_folder import DataFolder
from pipelines.earlier_figures import earlier_figures
from pipelines.releases import _file_facts

AS_OF = datetime.date(2026, 11, 3)


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def write_release(data: DataFolder, as_of: str, number: int, numerator: int, code: str = "other") -> Path:
    """A release with one shown, one small, one suppressed and one rolling figure."""
    folder = data.releases / f"{as_of}-{number:012}"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(
            "create schema benchmarks; create table benchmarks.clinic_months as select 'north' as clinic_id, * from (values "
            f"('recovery', date '2026-09-01', 'month', 'shown', {numerator}::bigint, 20::bigint, 1::bigint), "
            "('recovery', date '2026-08-01', 'month', 'too_few', 3, 9, 0), ('recovery', date '2026-07-01', 'month', 'suppressed', 1, 30, 0), "
            "('recovery', date '2026-09-01', 'rolling_12', 'shown', 80, 200, 9)) as t(indicator_id, month, span, state, numerator, denominator, missing)"
        )
    manifest = {"as_of": as_of, "number": number, "code": code, "warehouse": _file_facts(folder / "warehouse.duckdb")}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_the_newest_release_of_an_earlier_day_is_compared_with(data):
    write_release(data, "2026-09-03", 1, 5)
    write_release(data, "2026-10-03", 2, 6)
    write_release(data, "2026-10-03", 3, 7, code_version.fingerprint())
    write_release(data, "2026-11-03", 4, 8)
    rows = earlier_figures(data, AS_OF)
    assert [(row["month"].month, row["numerator"], row["denominator"], row["missing"]) for row in rows] == [(8, 3, 9, 0), (9, 7, 20, 1)]
    assert {(row["release_id"][:10], row["as_of"], row["is_same_code"]) for row in rows} == {("2026-10-03", datetime.date(2026, 10, 3), True)}


def test_a_damaged_release_is_passed_over_and_none_is_no_fault(data):
    assert earlier_figures(data, AS_OF) == []
    write_release(data, "2026-09-03", 1, 5)
    damaged = write_release(data, "2026-10-03", 2, 6)
    (damaged / "warehouse.duckdb").write_bytes(b"")
    rows = earlier_figures(data, AS_OF)
    assert {(row["release_id"][:10], row["is_same_code"]) for row in rows} == {("2026-09-03", False)}
