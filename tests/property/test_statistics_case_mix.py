"""Case-mix: expected counts, standardised ratios, effect sizes and the fit, against worked examples and statsmodels."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas
import pyarrow
import pytest
import statsmodels.api
from hypothesis import given
from hypothesis import strategies as st

from pipelines.case_mix import COVARIATES, Baseline, Coefficient, Model, Version, auc, baselines, fit, write_version
from tests.fixtures.model_sql import Row, rows, run_model, values, with_parameters

NOBODY_SAID = dict.fromkeys(COVARIATES, "unknown")
SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
Z = 1.959963984540054


@pytest.fixture(scope="module")
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        with_parameters(connection)
        connection.execute("create table published_benchmarks (benchmark_id varchar, indicator_id varchar, is_comparable boolean, rate double)")
        connection.execute("create table inputs_parameters as select 'Riverside' as network_name, date '2026-10-01' as month, 'internal' as disclosure")
        yield connection


def put(sql: duckdb.DuckDBPyConnection, name: str, table: list[Row]) -> None:
    sql.register("given_table", pyarrow.Table.from_pylist(table))
    sql.execute(f"create or replace table {name} as from given_table")


def coefficients(version: str, *terms: tuple[str, str, float]) -> list[Row]:
    return [{"version": version, "indicator_id": "recovery", "term": term, "level": level, "coefficient": value} for term, level, value in terms]


WORKED = coefficients(
    "worked",
    ("intercept", "", 0.9),
    ("baseline", "linear", -0.08),
    ("baseline", "squared", 0),
    ("employment", "employed", 0),
    ("employment", "unemployed", -0.5),
)


def model_in_force(version: str, month: str, network: str = "Riverside") -> Row:
    return {"version": version, "network_name": network, "indicator_id": "recovery", "in_force_from": datetime.date.fromisoformat(month)}


def person(severity: float | None, employment: str, *, recovered: bool, measure: str = "phq9") -> Row:
    return NOBODY_SAID | {
        "clinic_id": "harbour",
        "month": datetime.date(2026, 10, 1),
        "indicator_id": "recovery",
        "baseline_measure_id": measure,
        "baseline_severity": severity,
        "employment": employment,
        "cases": 1,
        "events": int(recovered),
    }


def predicted(sql: duckdb.DuckDBPyConnection, people: list[Row], terms: list[Row], models: list[Row]) -> list[Row]:
    put(sql, "case_mix_models", models)
    put(sql, "case_mix_coefficients", terms)
    put(sql, "case_mix_baselines", [{"version": "worked", "measure_id": "phq9", "mean": 0.0, "sd": 1.0}])
    put(sql, "int_case_mix_counts", people)
    return run_model(sql, "int_case_mix_predictions")


SIX_PEOPLE = [
    person(12, "employed", recovered=True),
    person(15, "employed", recovered=False),
    person(18, "unemployed", recovered=False),
    person(20, "unemployed", recovered=True),
    person(22, "employed", recovered=False),
    person(10, "employed", recovered=True),
]


def test_w40_expected_successes_of_six_people(sql: duckdb.DuckDBPyConnection) -> None:
    """logit p = 0.9 - 0.08 PHQ-9 - 0.5 unemployed; three of the six recovered."""
    found = predicted(sql, SIX_PEOPLE, WORKED, [model_in_force("worked", "2026-01-01")])
    assert [row["probability"] for row in found] == pytest.approx([0.4850, 0.4256, 0.2611, 0.2315, 0.2973, 0.5250], abs=5e-5)
    (expected,) = run_model(sql, "int_case_mix_expected")
    assert expected["expected"] == pytest.approx(2.2255, abs=5e-5)
    assert expected["variance"] == pytest.approx(1.3234, abs=5e-5)
    clinic = expectation_of(sql, sum(row["events"] for row in found), expected["expected"], expected_variance=expected["variance"])
    assert (clinic["standardised_ratio"], clinic["case_mix_z_score"]) == pytest.approx((1.348, 0.673), abs=5e-4)


def test_the_newest_model_in_force_of_this_network_is_used(sql: duckdb.DuckDBPyConnection) -> None:
    models = [
        model_in_force("older", "2025-01-01"),
        model_in_force("worked", "2026-01-01"),
        model_in_force("not yet", "2026-11-01"),
        model_in_force("elsewhere", "2026-06-01", network="Lakeside"),
    ]
    terms = WORKED + [row | {"version": name, "coefficient": 9.0} for name in ("older", "not yet", "elsewhere") for row in WORKED]
    assert {row["version"] for row in predicted(sql, SIX_PEOPLE, terms, models)} == {"worked"}


def test_a_network_without_a_model_has_no_expectation(sql: duckdb.DuckDBPyConnection) -> None:
    assert predicted(sql, SIX_PEOPLE, WORKED, [model_in_force("worked", "2026-01-01", network="Lakeside")]) == []


def test_unknown_is_a_level_and_a_rare_level_is_other(sql: duckdb.DuckDBPyConnection) -> None:
    terms = WORKED + coefficients("worked", ("baseline", "unknown", -1.0), ("employment", "unknown", -0.25), ("employment", "other", 0.5))
    people = [
        person(None, "employed", recovered=True),
        person(10, "unknown", recovered=True),
        person(10, "astronaut", recovered=True),
        person(10, "employed", recovered=True, measure="core10"),
    ]
    found = predicted(sql, people, terms, [model_in_force("worked", "2026-01-01")])
    logits = [np.log(row["probability"] / (1 - row["probability"])) for row in found]
    assert logits == pytest.approx([0.9 - 1.0, 0.9 - 0.8 - 0.25, 0.9 - 0.8 + 0.5, 0.9 - 1.0])


def test_w41_ratio_and_interval_of_forty_eight_observed_and_forty_nine_expected(sql: duckdb.DuckDBPyConnection) -> None:
    lower, upper = (values(sql, f"{{{{ byar_{end}(48, {Z}) }}}}", [{"x": 1}])[0] for end in ("lower", "upper"))
    assert (lower, upper) == pytest.approx((35.39, 63.64), abs=5e-3)
    assert (48 / 49, lower / 49, upper / 49) == pytest.approx((0.9796, 0.722, 1.299), abs=5e-4)
    assert values(sql, f"{{{{ byar_lower(0, {Z}) }}}}", [{"x": 1}]) == [0]


def expectation_of(sql: duckdb.DuckDBPyConnection, numerator: int, expected: float | None, *, missing: int = 0, **changed: object) -> Row:
    """The row of a clinic with 100 people in a network whose rate is 48 %."""
    indicator = {"indicator_id": "recovery", "direction": changed.pop("direction", "higher_is_better")}
    variance = changed.pop("expected_variance", 23.9)
    clinic = {"month": datetime.date(2026, 10, 1), "span": "rolling_12", "indicator_id": "recovery", "is_applicable": True, "excluded": 0}
    clinics = [
        {"clinic_id": "harbour", "numerator": numerator, "denominator": 100, "missing": missing, "expected": expected, "expected_variance": variance},
        {"clinic_id": "others", "numerator": 480 - numerator, "denominator": 900, "missing": 0, "expected": None, "expected_variance": None},
    ]
    put(sql, "int_clinic_counts", [clinic | row | changed for row in clinics])
    put(sql, "indicators", [indicator])
    run_model(sql, "int_network_counts")
    for table in ("int_funnel_points", "int_overdispersion"):
        run_model(sql, table)
    sql.execute("""
        create or replace table int_binomial_limits as
        select clinic_id, month, indicator_id, target_id, .5 as p_value,
               .3 as funnel_lower_95, .6 as funnel_upper_95, .2 as funnel_lower_998, .7 as funnel_upper_998
        from int_funnel_points
    """)
    run_model(sql, "int_false_discoveries")
    return next(row for row in run_model(sql, "clinic_months") if row["clinic_id"] == "harbour")


def test_w41_indirect_standardisation(sql: duckdb.DuckDBPyConnection) -> None:
    clinic = expectation_of(sql, 48, 49.0)
    assert clinic["standardised_ratio"] == pytest.approx(0.9796, abs=5e-5)
    assert (clinic["standardised_lower"], clinic["standardised_upper"]) == pytest.approx((0.722, 1.299), abs=5e-4)
    assert clinic["adjusted_rate"] == pytest.approx(0.470, abs=5e-4)
    assert clinic["case_mix_z_score"] == pytest.approx(-0.205, abs=5e-4)
    assert clinic["expectation"] == "as_expected"


@pytest.mark.parametrize(
    ("numerator", "expected", "changed", "expectation"),
    [
        (30, 49.0, {}, "worse_than_expected"),
        (70, 49.0, {}, "better_than_expected"),
        (70, 49.0, {"direction": "lower_is_better"}, "worse_than_expected"),
        (30, 49.0, {"missing": 21}, "cannot_be_compared"),
        (30, 49.0, {"span": "month"}, "not_compared"),
        (30, None, {}, "not_compared"),
    ],
)
def test_words_for_an_expectation(sql: duckdb.DuckDBPyConnection, numerator: int, expected: float | None, changed: dict[str, object], expectation: str) -> None:
    assert expectation_of(sql, numerator, expected, **changed)["expectation"] == expectation  # type: ignore[arg-type]


def test_w49_intraclass_correlation_and_median_odds_ratio(sql: duckdb.DuckDBPyConnection) -> None:
    found = values(sql, "{{ intraclass_correlation('variance') }}", [{"variance": 0.25}])
    found += values(sql, "{{ median_odds_ratio('variance') }}", [{"variance": 0.25}])
    assert found == pytest.approx([0.0706, 1.611], abs=5e-4)


def simulated_counts(seed: int = 7, people: int = 40_000) -> pandas.DataFrame:
    """People whose chance of recovery is logit p = 0.3 - 0.6 z - 0.1 z² - 0.5 unemployed - 0.2 employment unknown."""
    random = np.random.default_rng(seed)
    z = np.round(random.normal(size=people), 1)
    employment = random.choice(["employed", "unemployed", "unknown", "astronaut"], p=[0.6, 0.2999, 0.1, 0.0001], size=people)
    logit = 0.3 - 0.6 * z - 0.1 * z**2 - 0.5 * (employment == "unemployed") - 0.2 * (employment == "unknown")
    recovered = random.random(people) < 1 / (1 + np.exp(-logit))
    frame = pandas.DataFrame({"baseline_severity": 15 + 5 * z, "employment": employment, "events": recovered.astype(int), "cases": 1})
    frame = frame.assign(**{name: "unknown" for name in COVARIATES if name != "employment"}, baseline_measure_id="phq9")
    keys = ["baseline_measure_id", "baseline_severity", *COVARIATES]
    return frame.groupby(keys, as_index=False)[["cases", "events"]].sum()


PHQ9 = Baseline("phq9", mean=15, sd=5, change_intercept=0, change_slope=1, cases=100)


def test_the_fit_finds_the_coefficients_that_made_the_data() -> None:
    model = fit("recovery", simulated_counts(), [PHQ9])
    found = {(row.term, row.level): row for row in model.coefficients}
    for (term, level), value in {
        ("intercept", ""): 0.3,
        ("baseline", "linear"): -0.6,
        ("baseline", "squared"): -0.1,
        ("employment", "unemployed"): -0.5,
        ("employment", "unknown"): -0.2,
    }.items():
        error = found[term, level].standard_error
        assert error is not None
        assert abs(found[term, level].value - value) < 4 * error
    assert found["employment", "employed"] == Coefficient("employment", "employed", 0.0, None, found["employment", "employed"].cases)
    assert ("employment", "astronaut") not in found


def test_grouped_counts_give_the_fit_of_single_people() -> None:
    counts = simulated_counts(people=4000)
    single = counts.loc[counts.index.repeat(counts["cases"])].reset_index(drop=True)
    single["events"] = np.concatenate([[1] * row.events + [0] * (row.cases - row.events) for row in counts.itertuples()])
    single["cases"] = 1
    grouped, by_person = fit("recovery", counts, [PHQ9]), fit("recovery", single, [PHQ9])
    assert [row.value for row in grouped.coefficients] == pytest.approx([row.value for row in by_person.coefficients], abs=1e-8)
    assert grouped.auc == pytest.approx(by_person.auc)


def test_what_is_fitted_is_what_the_warehouse_predicts(sql: duckdb.DuckDBPyConnection) -> None:
    """Over the people of the fit, expected and observed agree, in all and at every level (a property of maximum likelihood)."""
    counts = simulated_counts(people=5000)
    model = fit("recovery", counts, [PHQ9])
    put(sql, "case_mix_models", [model_in_force("fitted", "2026-01-01")])
    put(sql, "case_mix_coefficients", coefficients("fitted", *((row.term, row.level, row.value) for row in model.coefficients)))
    put(sql, "case_mix_baselines", [{"version": "fitted", "measure_id": "phq9", "mean": 15.0, "sd": 5.0}])
    put(sql, "int_case_mix_counts", counts.assign(clinic_id="harbour", month=datetime.date(2026, 10, 1), indicator_id="recovery").to_dict("records"))
    predictions = run_model(sql, "int_case_mix_predictions")
    for level in ("employed", "unemployed", "unknown"):
        here = [row for row in predictions if row["employment"] in ({level, "astronaut"} if level == "employed" else {level})]
        assert sum(row["cases"] * row["probability"] for row in here) == pytest.approx(sum(row["events"] for row in here), abs=1e-4)
    (quality,) = run_model(sql, "case_mix_quality")
    assert quality["auc"] == pytest.approx(model.auc)
    assert quality["employment_unknown_rate"] == pytest.approx(counts.loc[counts["employment"] == "unknown", "cases"].sum() / 5000)
    tenths = run_model(sql, "case_mix_calibration")
    assert sum(row["cases"] for row in tenths) == 5000
    assert sum(row["expected"] for row in tenths) == pytest.approx(model.events, abs=1e-4)
    assert [row["tenth"] for row in sorted(tenths, key=lambda row: row["expected_rate"])] == list(range(1, 11))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 8)), min_size=2, max_size=30))
def test_area_under_the_curve_is_the_share_of_pairs_in_order(groups: list[tuple[int, int, int]]) -> None:
    events, others, scores = (np.array(column, dtype=float) for column in zip(*groups, strict=True))
    if events.sum() and others.sum():
        order = np.sign(scores[:, None] - scores[None, :]) / 2 + 0.5
        by_pairs = (events[:, None] * others[None, :] * order).sum() / (events.sum() * others.sum())
        assert auc(events + others, events, scores / 8) == pytest.approx(by_pairs)


FIRST_AND_LAST = [(20, 10), (18, 12), (15, 4), (22, 20), (11, 11), (25, 9), (16, 18), (19, 8)]


def change_counts(clinic_id: str, pairs: list[tuple[int, int]], missing: int = 0) -> Row:
    first, last = np.array(pairs, dtype=float).T
    sums = {"first_sum": first.sum(), "first_squares": (first**2).sum(), "last_sum": last.sum(), "last_squares": (last**2).sum()}
    clinical = {f"clinical_{name}": value for name, value in sums.items()}
    counts = {"cases": len(pairs), "clinical_cases": len(pairs), "clinical_missing": missing, "clinical_products": (first * last).sum()}
    return {"clinic_id": clinic_id, "month": datetime.date(2026, 10, 1), "measure_id": "phq9"} | sums | clinical | counts


def test_baselines_agree_with_least_squares() -> None:
    pairs = FIRST_AND_LAST * 10
    first, last = np.array(pairs, dtype=float).T
    (found,) = baselines(pandas.DataFrame([change_counts("harbour", pairs[:30]), change_counts("orchard", pairs[30:])]))
    line = statsmodels.api.OLS(last, statsmodels.api.add_constant(first)).fit()
    assert (found.change_intercept, found.change_slope) == pytest.approx(tuple(line.params))
    assert (found.mean, found.sd) == pytest.approx((first.mean(), first.std(ddof=1)))


def effect_sizes(sql: duckdb.DuckDBPyConnection, counts: list[Row]) -> dict[str, Row]:
    put(sql, "int_change_counts", counts)
    put(sql, "int_clinic_counts", [{"month": datetime.date(2026, 10, 1)}])
    put(sql, "int_measures", [{"measure_id": "phq9", "norm_sd": 6.0}])
    put(sql, "case_mix_models", [model_in_force("fitted", "2026-01-01")])
    line = {"version": "fitted", "measure_id": "phq9", "mean": 15.0, "sd": 5.0, "change_intercept": 2.0, "change_slope": 0.5}
    put(sql, "case_mix_baselines", [line])
    return {row["clinic_id"]: row for row in run_model(sql, "effect_sizes")}


def test_effect_size_raw_and_adjusted_for_severity(sql: duckdb.DuckDBPyConnection) -> None:
    """Last scores are expected at 2 + first / 2; the clinic's people start high, so that part of its large gain was to be expected."""
    others = [(14, 10)] * 20
    clinic = effect_sizes(sql, [change_counts("harbour", FIRST_AND_LAST, missing=3), change_counts("others", others)])["harbour"]
    first, last = np.array(FIRST_AND_LAST, dtype=float).T
    gain, residual = first - last, 2 + first / 2 - last
    network_gain = (gain.sum() + 20 * 4) / 28
    assert (clinic["cases"], clinic["missing"], clinic["sd"]) == (8, 3, 5.0)
    assert clinic["effect_size"] == pytest.approx(gain.mean() / 5)
    assert clinic["upper"] == pytest.approx((gain.mean() + Z * gain.std(ddof=1) / np.sqrt(8)) / 5)
    assert clinic["network_effect_size"] == pytest.approx(network_gain / 5)
    assert clinic["adjusted_effect_size"] == pytest.approx((network_gain + residual.mean()) / 5)
    assert clinic["adjusted_lower"] == pytest.approx((network_gain + residual.mean() - Z * residual.std(ddof=1) / np.sqrt(8)) / 5)
    assert clinic["state"] == "too_few"


def test_a_written_version_is_read_back_and_frozen(tmp_path: Path) -> None:
    for name in ("case_mix_models", "case_mix_coefficients", "case_mix_baselines"):
        header = (SEEDS / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        (tmp_path / f"{name}.csv").write_text(header + "\n", encoding="utf-8")
    model = Model("recovery", (Coefficient("intercept", "", 0.25, 0.1, 80), Coefficient("gender", "female", 0.0, None, 50)), 80, 40, 0.61)
    day = datetime.date(2026, 10, 1)
    version = Version("2026", "Riverside", day, day, day, (PHQ9,), (model,))
    write_version(version, tmp_path, tmp_path / "cards")
    with duckdb.connect() as connection:
        found = rows(connection, f"from read_csv('{tmp_path / 'case_mix_coefficients.csv'}', header = true) order by term")
    assert [(row["term"], row["coefficient"], row["standard_error"]) for row in found] == [("gender", 0, None), ("intercept", 0.25, 0.1)]
    assert "80 cases, 40 with the event" in (tmp_path / "cards" / "2026.md").read_text(encoding="utf-8")
    with pytest.raises(FileExistsError, match="frozen"):
        write_version(version, tmp_path, tmp_path / "cards")
