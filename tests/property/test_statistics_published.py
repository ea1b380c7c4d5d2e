"""The published national figures: each rate is its own counts to the last printed digit, and the seed holds what NHS England published.

The file of published counts is © NHS England, Open Government Licence v3.0, as packaged by bennettoxford/nhstt.
"""

import csv
import os
import re
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
SEED = ROOT / "dbt_project" / "seeds" / "published_benchmarks.csv"
EXPORTS = Path(os.environ.get("CLINIC_OUTCOMES_REAL_EXPORTS", ROOT.parent / "shared" / "real_exports"))
MONTHLY = EXPORTS / "nhs_talking_therapies" / "activity_performance_monthly.parquet"

# numerator, denominator and printed percentage of each national series, as NHS England numbers its measures
PRINTED = [
    ("M185", "M076", "M186"),
    ("M189", "M076", "M1010"),
    ("M191", "(M076 - M179)", "M192"),
    ("M193", "(M076 - M179)", "M195"),
    ("M052", "M076", "M053"),
    ("M054", "M076", "M055"),
    ("M153", "M056", "M077"),
    ("M075", "M056", "M078"),
]
YEAR = "start_date between '2025-04-01' and '2026-03-31'"
PERIODS = {"2025-04": "start_date = '2025-04-01'", "2025-04 to 2026-03": YEAR}


@pytest.fixture(scope="module")
def national() -> duckdb.DuckDBPyConnection:
    """One row per month of England's counts and percentages, one column per measure."""
    if not MONTHLY.exists():
        pytest.skip(f"{MONTHLY} is not there; CLINIC_OUTCOMES_REAL_EXPORTS names the folder of third-party files")
    connection = duckdb.connect()
    connection.execute(f"""
        create table months as
        pivot (select start_date, measure_id, value from '{MONTHLY}' where group_type = 'England') on measure_id using max(value)
    """)
    return connection


@pytest.mark.parametrize(("numerator", "denominator", "printed"), PRINTED)
def test_every_printed_rate_recomputes_from_its_counts(national: duckdb.DuckDBPyConnection, numerator: str, denominator: str, printed: str) -> None:
    months, wrong = national.execute(f"""
        select count({printed}), count(*) filter (where round(100 * {numerator} / {denominator}, 1) <> {printed}) from months
    """).fetchall()[0]
    assert months >= 18
    assert wrong == 0


def national_rows() -> list[dict[str, str]]:
    with SEED.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["period"] in PERIODS]


@pytest.mark.parametrize("row", national_rows(), ids=lambda row: row["benchmark_id"])
def test_the_seed_holds_the_published_counts(national: duckdb.DuckDBPyConnection, row: dict[str, str]) -> None:
    formula = re.search(r"national counts (M\d+) / (M\d+|\(M\d+ - M\d+\))", row["source"])
    assert formula is not None
    numerator, denominator = formula.groups()
    counts = national.execute(f"select sum({numerator}), sum({denominator}) from months where {PERIODS[row['period']]}").fetchall()[0]
    assert (int(row["numerator"]), int(row["denominator"])) == counts


@pytest.mark.parametrize("row", [row for row in national_rows() if row["low"]], ids=lambda row: row["benchmark_id"])
def test_the_range_of_providers_is_their_middle_half(national: duckdb.DuckDBPyConnection, row: dict[str, str]) -> None:
    formula = re.search(r"national counts (M\d+) / (M\d+|\(M\d+ - M\d+\))", row["source"])
    assert formula is not None
    numerator, denominator = (re.sub(r"M\d+", r"sum(\g<0>)", part) for part in formula.groups())
    providers, quartiles = national.execute(f"""
        with months as (
            pivot (select org_code2, start_date, measure_id, value from '{MONTHLY}' where group_type = 'Provider' and {YEAR})
            on measure_id using max(value)
        ),
        providers as (
            select {numerator} / {denominator} as rate from months group by org_code2 having sum(M076) >= 500
        )
        select count(*), quantile_cont(rate, [0.25, 0.75]) from providers
    """).fetchall()[0]
    assert providers == 111
    assert quartiles == pytest.approx([float(row["low"]), float(row["high"])], abs=5e-4)
