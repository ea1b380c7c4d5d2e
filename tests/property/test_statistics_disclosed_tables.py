"""From counts to what leaves a clinic: rounding, hiding and states, and the auditor reading the tables as a stranger would."""

from collections.abc import Iterator

import duckdb
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure import hidden_cells
from pipelines.disclosure_audit import Rules, audit
from tests.fixtures.model_sql import Row, rows, run_model, with_parameters

LIMITS = {"internal": 4, "external": 10}
CHANGE = ("reliable_improvement", "reliable_deterioration", "no_reliable_change")


@pytest.fixture(scope="module")
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        with_parameters(connection)
        connection.execute("create schema benchmarks")
        connection.execute("""
            create table indicators as
            select unnest(['reliable_improvement', 'reliable_deterioration', 'no_reliable_change', 'did_not_attend']) as indicator_id,
                   unnest(['change', 'change', 'change', null]) as partition,
                   unnest(['higher_is_better', 'lower_is_better', 'lower_is_better', 'lower_is_better']) as direction
        """)
        connection.execute("create table benchmarks.indicators as from indicators")
        yield connection


def disclose(sql: duckdb.DuckDBPyConnection, counts: list[Row], profile: str = "internal") -> dict[tuple[str, str], Row]:
    """The disclosed rows of clinics with these counts (clinic_id, indicator_id, numerator, denominator, missing), by clinic and indicator."""
    sql.register("given_counts", pyarrow.Table.from_pylist(counts))
    sql.execute(f"create or replace table inputs_parameters as select date '2026-10-01' as month, '{profile}' as disclosure")
    sql.execute("""
        create or replace table int_clinic_counts as
        select *, date '2026-10-01' as month, 'rolling_12' as span, true as is_applicable from given_counts
    """)
    sql.execute("""
        create or replace table clinic_months as
        select *, case when denominator = 0 then 'no_data' else 'shown' end as state, 'about_the_same' as comparison, 'as_expected' as expectation
        from int_clinic_counts
    """)
    sql.execute("""
        create or replace table network_months as
        select month, span, indicator_id, sum(numerator) as numerator, sum(denominator) as denominator, sum(missing) as missing, 'shown' as state
        from int_clinic_counts group by all
    """)
    cells = run_model(sql, "int_disclosure_cells")
    schema = pyarrow.schema([("table_id", "string"), ("clinic_id", "string"), ("part", "string")])
    sql.register("marks", pyarrow.Table.from_pylist(hidden_cells(cells, LIMITS[profile]), schema=schema))
    sql.execute("create or replace table int_disclosure_marks as from marks")
    for model in ("disclosed_clinic_months", "disclosed_network_months"):
        run_model(sql, model)
        sql.execute(f"create or replace table benchmarks.{model} as from {model}")
    return {(row["clinic_id"], row["indicator_id"]): row for row in rows(sql, "from disclosed_clinic_months")}


def attendance(*clinics: tuple[int, int]) -> list[Row]:
    return [
        {"clinic_id": f"clinic {i}", "indicator_id": "did_not_attend", "numerator": x, "denominator": n, "missing": 0}
        for i, (x, n) in enumerate(clinics, start=1)
    ]


def change(clinic_id: str, improved: int, deteriorated: int, unchanged: int, missing: int) -> list[Row]:
    people = improved + deteriorated + unchanged + missing
    return [
        {"clinic_id": clinic_id, "indicator_id": indicator, "numerator": count, "denominator": people, "missing": missing}
        for indicator, count in zip(CHANGE, (improved, deteriorated, unchanged), strict=True)
    ]


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, 0), (3, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (48, 50), (52, 50), (57, 55), (58, 60)],
)
def test_w35_counts_are_rounded_to_five_and_one_to_four_hidden(sql: duckdb.DuckDBPyConnection, count: int, shown: int | None) -> None:
    found = disclose(sql, attendance((count, 200), (100, 200), (110, 200)))["clinic 1", "did_not_attend"]
    assert found["numerator"] == shown
    assert found["state"] == ("suppressed" if shown is None else "shown")


def test_w35_a_percentage_comes_from_rounded_counts(sql: duckdb.DuckDBPyConnection) -> None:
    """9 of 19 is 47.36842 %, which nothing else is; 10 of 20 is 50 %."""
    found = disclose(sql, attendance((9, 19), (100, 200)))["clinic 1", "did_not_attend"]
    assert (found["numerator"], found["denominator"], found["rate"]) == (10, 20, 0.5)


def test_one_to_ten_are_hidden_under_the_external_profile(sql: duckdb.DuckDBPyConnection) -> None:
    counts = attendance((10, 200), (11, 200), (100, 200))
    assert disclose(sql, counts, "internal")["clinic 1", "did_not_attend"]["state"] == "shown"
    assert disclose(sql, counts, "external")["clinic 1", "did_not_attend"]["state"] == "suppressed"


def test_a_small_count_takes_the_smallest_other_with_it(sql: duckdb.DuckDBPyConnection) -> None:
    found = disclose(sql, attendance((3, 200), (9, 200), (100, 200)))
    assert [found[f"clinic {i}", "did_not_attend"]["state"] for i in (1, 2, 3)] == ["suppressed", "suppressed", "shown"]


def test_a_whole_group_with_an_unwelcome_attribute_is_hidden(sql: duckdb.DuckDBPyConnection) -> None:
    found = disclose(sql, attendance((12, 12), (20, 200), (100, 200)))
    assert found["clinic 1", "did_not_attend"]["state"] == "suppressed"


def test_parts_of_one_denominator_are_hidden_together(sql: duckdb.DuckDBPyConnection) -> None:
    found = disclose(sql, change("a", 40, 3, 20, 10) + change("b", 50, 8, 30, 12) + change("c", 60, 9, 25, 11))
    hidden = {key for key, row in found.items() if row["state"] == "suppressed"}
    assert ("a", "reliable_deterioration") in hidden
    assert found["a", "reliable_improvement"]["missing"] is None
    assert audit(sql, Rules(4)) == []


def test_the_auditor_finds_exact_figures_beside_a_hidden_one(sql: duckdb.DuckDBPyConnection) -> None:
    """Hidden with its partner and rounded, 3 is safe; with the partner's 12 and the network's 15 shown as they are, it is 15 - 12."""
    disclose(sql, attendance((3, 200), (12, 200)))
    assert audit(sql, Rules(4)) == []
    sql.execute("update benchmarks.disclosed_clinic_months set numerator = 12 where clinic_id = 'clinic 2'")
    (leak,) = audit(sql, Rules(4, base=1))
    assert (leak.name, leak.lowest, leak.highest) == ("clinic 1/did_not_attend", 3, 3)


def test_the_auditor_finds_a_network_total_that_is_too_exact(sql: duckdb.DuckDBPyConnection) -> None:
    """Nobody missed in any other clinic: a network's 3, shown as it is, is the clinic's 3."""
    disclose(sql, attendance((3, 200), (0, 200)))
    assert rows(sql, "from disclosed_network_months")[0]["state"] == "suppressed"
    sql.execute("update benchmarks.disclosed_network_months set numerator = 5")
    assert [leak.name for leak in audit(sql, Rules(4))] == ["clinic 1/did_not_attend"]


counts_of_clinics = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 15)), min_size=3, max_size=6)


@settings(max_examples=40)
@given(counts_of_clinics, st.sampled_from(["internal", "external"]))
def test_no_count_that_is_hidden_is_known_exactly(sql: duckdb.DuckDBPyConnection, clinics: list[tuple[int, int, int, int]], profile: str) -> None:
    disclose(sql, [row for i, parts in enumerate(clinics) for row in change(f"clinic {i}", *parts)], profile)
    assert audit(sql, Rules(LIMITS[profile], width=1)) == []


@settings(max_examples=40)
@given(st.lists(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=8))
def test_only_hidden_or_rounded_counts_leave(sql: duckdb.DuckDBPyConnection, clinics: list[tuple[int, int]]) -> None:
    found = disclose(sql, attendance(*clinics))
    for i, (x, n) in enumerate(clinics, start=1):
        row = found[f"clinic {i}", "did_not_attend"]
        assert row["numerator"] is None or (row["numerator"] % 5 == 0 and abs(row["numerator"] - x) <= 2)
        assert not (1 <= x <= 4 and row["numerator"] is not None)
        assert row["rate"] is None or (row["rate"] * 100) == pytest.approx(round(row["rate"] * 100))
        assert row["state"] != "shown" or n >= 10
