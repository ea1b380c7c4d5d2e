"""XmR charts: the published examples, and a plain loop over the rules of NHSRplotthedots as an independent reference."""

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixtures.model_sql import Row, run_model, with_parameters

SPIKE = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
STEADY = [48, 52, 47, 50, 53, 46, 49, 51, 50, 48, 52, 49]


@pytest.fixture(scope="module")
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        with_parameters(connection)
        connection.execute("create table indicators as select 'recovery' as indicator_id, 'higher_is_better' as direction")
        connection.execute("""
            create table published_benchmarks as
            select 'a' as benchmark_id, 'recovery' as indicator_id, 'target' as kind, true as is_comparable, true as is_verified, 0.5 as rate
        """)
        yield connection


def chart(sql: duckdb.DuckDBPyConnection, rates: list[float], segments: list[int] | None = None, **parameters: float) -> list[Row]:
    """The control chart of one clinic with these rates, month after month."""
    points = [
        {"clinic_id": "harbour", "indicator_id": "recovery", "grain": "month", "months": i, "segment": segment, "rate": float(rate)}
        for i, (rate, segment) in enumerate(zip(rates, segments or [0] * len(rates), strict=True))
    ]
    sql.register("points", pyarrow.Table.from_pylist(points))
    sql.execute("""
        create or replace table int_chart_points as
        select clinic_id, indicator_id, grain, cast(date '2020-01-01' + to_months(cast(months as integer)) as date) as period, segment,
               10 as numerator, 20 as denominator, rate
        from points
    """)
    run_model(sql, "int_benchmark_parameters")
    for name, value in parameters.items():
        sql.execute(f"update int_benchmark_parameters set {name} = {value}")
    return sorted(run_model(sql, "control_charts"), key=lambda row: row["month"])


def limits(row: Row) -> tuple[float, float]:
    return row["lower_limit"], row["upper_limit"]


def test_w22_a_spike_widens_the_limits_unless_it_is_screened(sql: duckdb.DuckDBPyConnection) -> None:
    kept = chart(sql, SPIKE, chart_baseline_points=18, chart_screening_factor=0)
    screened = chart(sql, SPIKE, chart_baseline_points=18)
    assert kept[0]["mean"] == pytest.approx(1.9444, abs=5e-5)
    assert limits(kept[0]) == pytest.approx((-3.06, 6.95), abs=5e-3)
    assert limits(screened[0]) == pytest.approx((-0.72, 4.60), abs=5e-3)
    assert [row["signal"] for row in screened] == ["none"] * 4 + ["unusual"] + ["none"] * 13


def test_w23_limits_of_a_steady_course(sql: duckdb.DuckDBPyConnection) -> None:
    rows = chart(sql, STEADY)
    assert rows[0]["mean"] == pytest.approx(49.583, abs=5e-4)
    assert limits(rows[0]) == pytest.approx((40.64, 58.53), abs=5e-3)
    assert (rows[0]["lower_two_thirds"], rows[0]["upper_two_thirds"]) == pytest.approx((43.62, 55.55), abs=1e-2)
    assert {row["signal"] for row in rows} == {"none"}


def test_limits_are_locked_after_twelve_points(sql: duckdb.DuckDBPyConnection) -> None:
    rows = chart(sql, [*STEADY, 80, 85, 90])
    assert limits(rows[-1]) == pytest.approx((40.64, 58.53), abs=5e-3)
    assert [row["is_baseline"] for row in rows] == [True] * 12 + [False] * 3
    assert not rows[0]["is_trial"]
    assert chart(sql, STEADY[:11])[0]["is_trial"]


def test_a_documented_rebase_starts_new_limits(sql: duckdb.DuckDBPyConnection) -> None:
    rows = chart(sql, [*STEADY, 80, 81, 79, 80], segments=[0] * 12 + [1] * 4)
    assert rows[12]["mean"] == 80
    assert rows[12]["is_trial"]
    assert {row["signal"] for row in rows} == {"none"}


def test_a_lasting_shift_says_since_when(sql: duckdb.DuckDBPyConnection) -> None:
    rows = chart(sql, [*STEADY, 51, 48, 52, 53, 52, 51, 53, 52, 51])
    assert [row["signal"] for row in rows[14:]] == ["lasting_shift"] * 7
    assert {(row["since"].isoformat(), row["side"]) for row in rows[14:]} == {("2021-03-01", "above")}


def test_six_points_on_one_side_are_no_shift(sql: duckdb.DuckDBPyConnection) -> None:
    rows = chart(sql, [*STEADY, 51, 48, 52, 53, 52, 51, 53, 52])
    assert "lasting_shift" not in {row["signal"] for row in rows}
    assert "lasting_shift" in {row["signal"] for row in chart(sql, [*STEADY, 48, 52, 53, 52, 51, 53, 52], chart_shift_points=6)}


def test_a_steady_fall_says_since_when(sql: duckdb.DuckDBPyConnection) -> None:
    rows = chart(sql, [*STEADY, 50, 53, 52, 51, 50, 49, 48, 47])
    assert [row["signal"] for row in rows[13:]] == ["steady_fall"] * 7
    assert {row["since"].isoformat() for row in rows[13:]} == {"2021-02-01"}


@pytest.mark.parametrize(("level", "assurance"), [(0.3, "consistently_fails"), (0.7, "consistently_passes"), (0.5, "hit_and_miss")])
def test_assurance_against_a_target_of_one_half(sql: duckdb.DuckDBPyConnection, level: float, assurance: str) -> None:
    rows = chart(sql, [level - 0.01, level + 0.01] * 6)
    assert {row["assurance"] for row in rows} == {assurance}


def reference_flags(rates: list[float]) -> list[tuple[bool, bool, bool, bool]]:
    """Outside, shift, trend and close to a limit, point by point, as NHSRplotthedots defines them."""
    y = np.array(rates, dtype=float)
    baseline = y[:12]
    mean, ranges = baseline.mean(), np.abs(np.diff(baseline))
    kept = ranges[ranges < 3.267 * ranges.mean()] if ranges.any() else ranges
    reach = 2.66 * kept.mean()
    outside = np.abs(y - mean) > reach
    close = ~outside & (np.abs(y - mean) > reach * 2 / 3)
    side = np.sign(y - mean)
    flags = np.zeros((len(y), 4), dtype=bool)
    flags[:, 0] = outside
    for i in range(len(y) - 6):
        run = slice(i, i + 7)
        flags[run, 1] |= abs(side[run].sum()) == 7
        flags[run, 2] |= abs(np.sign(np.diff(y[run])).sum()) == 6
    for i in range(len(y) - 2):
        run = slice(i, i + 3)
        flags[run, 3] |= close[run] & (close[run].sum() >= 2) & (abs(side[run].sum()) == 3)
    return [tuple(map(bool, row)) for row in flags]


@settings(max_examples=40)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=40))
def test_rules_agree_with_a_plain_loop(sql: duckdb.DuckDBPyConnection, rates: list[int]) -> None:
    found = [(row["is_outside"], row["is_shift"], row["is_trend"], row["is_near_limit"]) for row in chart(sql, list(map(float, rates)))]
    assert found == reference_flags(list(map(float, rates)))


@settings(max_examples=40)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=30), st.integers(1, 50))
def test_raising_all_points_moves_the_limits_and_no_flag(sql: duckdb.DuckDBPyConnection, rates: list[int], raised: int) -> None:
    before, after = chart(sql, list(map(float, rates))), chart(sql, [float(rate + raised) for rate in rates])
    assert [row["signal"] for row in before] == [row["signal"] for row in after]
    assert [row["upper_limit"] + raised for row in before] == pytest.approx([row["upper_limit"] for row in after])
