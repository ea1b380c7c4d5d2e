"""Intervals, overdispersion, multiplicity, shrinkage and the words for a comparison, against worked examples and independent references."""

from collections.abc import Iterator
from math import asin, sin, sqrt

import duckdb
import numpy as np
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from pipelines.binomial import funnel_limit, two_sided_p_value
from tests.fixtures.model_sql import Row, rows, run_model, values, with_parameters

Counts = tuple[int, int]
Z = 1.959963984540054


@pytest.fixture(scope="module")
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        with_parameters(connection)
        connection.execute("""
            create table published_benchmarks as
            select 'standard' as benchmark_id, 'recovery' as indicator_id, true as is_comparable, 0.5 as rate
            union all select 'other people', 'recovery', false, 0.9
        """)
        connection.execute("create table indicators as select 'recovery' as indicator_id, 'higher_is_better' as direction")
        yield connection


def wilson(sql: duckdb.DuckDBPyConnection, counts: list[Counts]) -> list[tuple[float, float]]:
    table = [{"x": numerator, "n": denominator} for numerator, denominator in counts]
    ends = (values(sql, f"{{{{ wilson_{end}('x', 'n', {Z}) }}}}", table) for end in ("lower", "upper"))
    return list(zip(*ends, strict=True))


def test_w37_wilson_intervals(sql: duckdb.DuckDBPyConnection) -> None:
    found = wilson(sql, [(18, 40), (9, 12), (0, 12), (5, 8)])
    expected = [(0.307, 0.602), (0.468, 0.911), (0, 0.242), (0.306, 0.863)]
    assert np.array(found) == pytest.approx(np.array(expected), abs=5e-4)


def test_w20_interval_of_the_national_reliable_recovery_of_april_2025(sql: duckdb.DuckDBPyConnection) -> None:
    assert round(26457 / 54672, 3) == 0.484
    assert wilson(sql, [(26457, 54672)])[0] == pytest.approx((0.4797, 0.4881), abs=5e-5)


@settings(max_examples=40)
@given(st.lists(st.integers(1, 2_000_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1))
def test_wilson_agrees_with_statsmodels(sql: duckdb.DuckDBPyConnection, counts: list[Counts]) -> None:
    reference = [proportion_confint(x, n, alpha=0.05, method="wilson") for x, n in counts]
    found = wilson(sql, counts)
    assert np.array(found) == pytest.approx(np.array(reference), abs=1e-12)
    assert all(lower <= x / n <= upper for (lower, upper), (x, n) in zip(found, counts, strict=True))


def test_an_interval_holds_a_rate_of_one(sql: duckdb.DuckDBPyConnection) -> None:
    """576 of 576 once got an upper end of 0.9999…, under its own rate."""
    assert wilson(sql, [(576, 576), (0, 576)]) == [(pytest.approx(0.993375, abs=5e-7), 1), (0, pytest.approx(0.006625, abs=5e-7))]


def test_nothing_counted_has_no_interval(sql: duckdb.DuckDBPyConnection) -> None:
    assert wilson(sql, [(0, 0)]) == [(None, None)]


@settings(max_examples=40)
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=60), st.lists(st.floats(0, 1), min_size=1))
def test_quantiles_agree_with_numpy(sql: duckdb.DuckDBPyConnection, numbers: list[float], shares: list[float]) -> None:
    found = values(sql, "{{ quantile('numbers', 'share') }}", [{"numbers": sorted(numbers), "share": share} for share in shares])
    assert found == pytest.approx(np.quantile(numbers, shares), abs=1e-9)


def place_in_funnel(sql: duckdb.DuckDBPyConnection, counts: list[Counts], missing: list[int] | None = None) -> None:
    """Clinics with the given (numerator, denominator) over one rolling year, up to the overdispersion of their funnel."""
    table = [
        {"clinic_id": f"clinic {i}", "numerator": x, "denominator": n, "missing": m}
        for i, ((x, n), m) in enumerate(zip(counts, missing or [0] * len(counts), strict=True), start=1)
    ]
    sql.register("counts", pyarrow.Table.from_pylist(table))
    sql.execute("""
        create or replace table int_clinic_counts as
        select clinic_id, date '2026-10-01' as month, 'rolling_12' as span, 'recovery' as indicator_id, true as is_applicable,
               numerator, denominator, missing, 0 as excluded, null::double as expected, null::double as expected_variance
        from counts
    """)
    sql.execute("create or replace table inputs_parameters as select 'internal' as disclosure, date '2026-10-01' as month")
    for model in ("int_network_counts", "int_funnel_points", "int_overdispersion"):
        run_model(sql, model)


def clinics_of_one_month(sql: duckdb.DuckDBPyConnection, counts: list[Counts], missing: list[int] | None = None) -> dict[str, Row]:
    """The rows of `clinic_months` for these clinics, by clinic."""
    place_in_funnel(sql, counts, missing)
    points = sql.execute("from int_funnel_points").to_arrow_table()
    limits = points.select(["clinic_id", "month", "indicator_id", "target_id"])
    x, n, target = (points[name].to_numpy() for name in ("numerator", "denominator", "target"))
    for name, level in (("lower_998", 0.001), ("lower_95", 0.025), ("upper_95", 0.975), ("upper_998", 0.999)):
        limits = limits.append_column(f"funnel_{name}", pyarrow.array(funnel_limit(level, n, target)))
    sql.register("limits", limits.append_column("p_value", pyarrow.array(two_sided_p_value(x, n, target))))
    sql.execute("create or replace table int_binomial_limits as from limits")
    run_model(sql, "int_false_discoveries")
    return {row["clinic_id"]: row for row in run_model(sql, "clinic_months")}


TEN_CLINICS = [(10, 40), (30, 55), (24, 60), (40, 72), (36, 80), (52, 95), (41, 110), (66, 120), (63, 140), (92, 160)]


def test_w39_overdispersion_of_ten_clinics(sql: duckdb.DuckDBPyConnection) -> None:
    clinics = clinics_of_one_month(sql, TEN_CLINICS)
    z_scores = [clinics[f"clinic {i}"]["z_score"] for i in range(1, 11)]
    assert z_scores == pytest.approx([-3.1486, 0.8661, -1.3602, 1.1633, -0.6656, 1.1758, -2.4293, 1.3794, -0.8805, 2.2303], abs=5e-5)
    (network,) = run_model(sql, "network_months")
    assert network["rate"] == pytest.approx(0.48712, abs=5e-6)
    assert network["overdispersion_phi"] == pytest.approx(2.2759, abs=5e-5)
    assert network["overdispersion_tau2"] == pytest.approx(0.0041739, abs=5e-8)
    first, last = clinics["clinic 1"], clinics["clinic 10"]
    assert (first["z_score_adjusted"], last["z_score_adjusted"]) == pytest.approx((-2.438, 1.164), abs=5e-4)
    limits = [first[f"overdispersed_{name}"] for name in ("lower_95", "upper_95", "lower_998", "upper_998")]
    assert limits == pytest.approx([0.2934, 0.6829, 0.1947, 0.7845], abs=5e-5)


def test_overdispersion_is_not_estimated_from_nine_clinics(sql: duckdb.DuckDBPyConnection) -> None:
    clinics = clinics_of_one_month(sql, TEN_CLINICS[:9])
    assert run_model(sql, "network_months")[0]["overdispersion_phi"] is None
    assert clinics["clinic 1"]["overdispersed_lower_95"] is None
    assert clinics["clinic 1"]["shrunken_rate"] is None


@settings(max_examples=40)
@given(st.lists(st.integers(10, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=10, max_size=40))
def test_overdispersion_agrees_with_its_definition(sql: duckdb.DuckDBPyConnection, counts: list[Counts]) -> None:
    place_in_funnel(sql, counts)
    (found,) = rows(sql, "from int_overdispersion")
    x, n = np.array(counts, dtype=float).T
    error = 1 / (2 * np.sqrt(n))
    z = (np.arcsin(np.sqrt(x / n)) - np.arcsin(np.sqrt(x.sum() / n.sum()))) / error
    phi = np.mean(np.clip(z, *np.quantile(z, [0.1, 0.9])) ** 2)
    weight, size = error**-2, len(counts)
    tau2 = max(0, (size * phi - (size - 1)) / (weight.sum() - (weight**2).sum() / weight.sum()))
    assert found["phi"] == pytest.approx(phi, abs=1e-9)
    assert found["tau2"] == pytest.approx(tau2, abs=1e-12)


def test_w45_nine_of_twelve_shrink_to_52_percent(sql: duckdb.DuckDBPyConnection) -> None:
    weight = 0.004 / (0.004 + 1 / 48)
    by_hand = sin(asin(sqrt(0.48)) + weight * (asin(sqrt(9 / 12)) - asin(sqrt(0.48)))) ** 2
    assert by_hand == pytest.approx(0.525, abs=5e-4)
    assert values(sql, "{{ shrunken_rate(9, 12, 0.48, 0.004) }}", [{"a": 1}]) == pytest.approx([by_hand], abs=1e-12)


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_false_discoveries_agree_with_statsmodels(sql: duckdb.DuckDBPyConnection, p_values: list[float]) -> None:
    keys = {"month": 1, "indicator_id": "recovery", "target_id": "network"}
    sql.register("p_values", pyarrow.Table.from_pylist([keys | {"clinic_id": i, "p_value": p} for i, p in enumerate(p_values)]))
    sql.execute("create or replace table int_funnel_points as select *, 25 as denominator from p_values")
    sql.execute("create or replace table int_binomial_limits as from p_values")
    found = {row["clinic_id"]: row for row in run_model(sql, "int_false_discoveries")}
    _, adjusted, _, _ = multipletests(p_values, alpha=0.05, method="fdr_bh")
    assert [found[i]["p_value_adjusted"] for i in range(len(p_values))] == pytest.approx(adjusted, abs=1e-12)


def test_w43_completers_bounds_and_no_comparison(sql: duckdb.DuckDBPyConnection) -> None:
    """200 finished at caseness, 150 pairs, 75 recovered: completers 50 %, bounds 37.5 % to 62.5 %, too many missing to compare."""
    clinics = clinics_of_one_month(sql, [(75, 200), (480, 1000), (490, 1000)], missing=[50, 0, 0])
    lantern = clinics["clinic 1"]
    assert (lantern["rate"], lantern["known_rate"]) == (0.375, 0.5)
    assert (lantern["lower_bound_rate"], lantern["upper_bound_rate"]) == (0.375, 0.625)
    assert lantern["comparison"] == "cannot_be_compared"


def test_missing_results_do_not_matter_when_both_bounds_agree(sql: duckdb.DuckDBPyConnection) -> None:
    clinics = clinics_of_one_month(sql, [(10, 200), (480, 1000), (490, 1000)], missing=[50, 0, 0])
    assert clinics["clinic 1"]["comparison"] == "clearly_lower"


def test_four_fifths_known_are_enough(sql: duckdb.DuckDBPyConnection) -> None:
    clinics = clinics_of_one_month(sql, [(75, 200), (480, 1000), (490, 1000)], missing=[40, 0, 0])
    assert clinics["clinic 1"]["comparison"] == "lower_may_be_chance"


@pytest.mark.parametrize(
    ("counts", "comparison"),
    [
        ((0, 0), "not_compared"),
        ((4, 9), "too_few_to_say"),
        ((0, 9), "too_few_to_say"),
        ((0, 24), "not_compared"),
        ((48, 100), "about_the_same"),
        ((59, 100), "higher_may_be_chance"),
        ((37, 100), "lower_may_be_chance"),
        ((75, 100), "clearly_higher"),
        ((20, 100), "clearly_lower"),
    ],
)
def test_words_for_a_comparison(sql: duckdb.DuckDBPyConnection, counts: Counts, comparison: str) -> None:
    clinics = clinics_of_one_month(sql, [counts, (4800, 10_000), (4800, 10_000)])
    assert clinics["clinic 1"]["comparison"] == comparison


def test_a_far_point_that_is_not_significant_among_many_may_be_chance(sql: duckdb.DuckDBPyConnection) -> None:
    """32 of 100 lies under the 99.8 % limit around 48 % (p = 0.0017); among 60 clinics on target it is no discovery."""
    alone = clinics_of_one_month(sql, [(32, 100), (48_000, 100_000)])
    among_many = clinics_of_one_month(sql, [(32, 100)] + [(4800, 10_000)] * 60)
    assert alone["clinic 1"]["comparison"] == "clearly_lower"
    assert among_many["clinic 1"]["comparison"] == "lower_may_be_chance"


def test_one_clinic_alone_is_not_compared(sql: duckdb.DuckDBPyConnection) -> None:
    assert clinics_of_one_month(sql, [(48, 100), (2, 9)])["clinic 1"]["comparison"] == "not_compared"


def test_a_zero_is_shown_and_nothing_to_count_is_not(sql: duckdb.DuckDBPyConnection) -> None:
    clinics = clinics_of_one_month(sql, [(0, 30), (0, 0), (3, 9), (480, 1000)])
    assert [clinics[f"clinic {i}"]["state"] for i in (1, 2, 3, 4)] == ["shown", "no_data", "too_few", "shown"]
    assert (clinics["clinic 1"]["rate"], clinics["clinic 2"]["rate"]) == (0, None)


def test_a_published_figure_over_the_same_denominator_is_a_target_too(sql: duckdb.DuckDBPyConnection) -> None:
    """30 of 100 lies under the 99.8 % limit around the standard of 50 %; the figure over another denominator is no target."""
    clinics_of_one_month(sql, [(30, 100), (4800, 10_000), (12, 24)])
    found = {row["clinic_id"]: row for row in run_model(sql, "published_comparisons")}
    assert {row["benchmark_id"] for row in found.values()} == {"standard"}
    assert found["clinic 1"]["funnel_lower_998"] == pytest.approx(float(funnel_limit(0.001, 100, 0.5)))
    assert [found[f"clinic {i}"]["comparison"] for i in (1, 2, 3)] == ["clearly_lower", "clearly_lower", "not_compared"]
