"""Each expectation on the marts, once with figures that hold and once with figures that do not."""

import duckdb
import pytest

from pipelines.mart_expectations import EXPECTATIONS, row_count_expectations, validate

FIGURES = "1 as numerator, 10 as denominator, 0.1 as rate, 0.05 as lower, 0.2 as upper, 'shown' as state"
GOOD = {
    "benchmarks.clinic_months": f"'recovery' as indicator_id, {FIGURES}",
    "benchmarks.network_months": f"'did_not_attend' as indicator_id, {FIGURES}",
    "core.measure_changes": "'phq9' as measure_id, 15.0 as first_score",
    "core.clients": "1 as client_key",
    "core.episodes": "1 as episode_key",
    "core.sessions": "1 as session_key",
    "core.measure_scores": "1 as score_key",
}
BAD = {
    "rates_are_shares": "1.2 as rate, 2.0 as upper",
    "counts_fit": "11 as numerator",
    "rates_are_not_below_their_interval": "0.15 as lower",
    "rates_are_not_above_their_interval": "0.08 as upper",
    "shown_figures_are_there": "null::double as rate",
}
CASES = [
    *((f"{prefix}_{name}", f"benchmarks.{prefix}_months", change) for name, change in BAD.items() for prefix in ("clinic", "network")),
    ("phq9_starts_where_clients_start", "core.measure_changes", "2.0 as first_score"),
    ("some_sessions_are_missed", "benchmarks.network_months", "0.0 as rate, 0.0 as lower"),
]  # fmt: skip


@pytest.fixture
def build(tmp_path):
    """Writes a build file of one good row a table, with `change` on top of the row of one table."""

    def write(changed_table=None, change=""):
        path = tmp_path / "build.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema core; create schema benchmarks")
            for table, row in GOOD.items():
                replaced = f"select * replace ({change}) from (select {row})" if table == changed_table else f"select {row}"
                connection.execute(f"create table {table} as {replaced}")
        return path

    return write


def missed(path, expectations=EXPECTATIONS):
    return {result.check_name: result for result in validate(path, expectations) if result.outcome != "passed"}


def test_every_expectation_has_a_case():
    assert {name for name, _, _ in CASES} == {expectation.name for expectation in EXPECTATIONS}


def test_good_figures_pass_and_the_file_is_free_afterwards(build):
    path = build()
    assert missed(path) == {}
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table core.more as select 1 as one")


@pytest.mark.parametrize(("name", "table", "change"), CASES, ids=[case[0] for case in CASES])
def test_a_figure_that_does_not_hold_is_found(build, name, table, change):
    result = missed(build(table, change))[name]
    is_blocking = next(expectation.is_blocking for expectation in EXPECTATIONS if expectation.name == name)
    assert result.outcome == ("failed" if is_blocking else "warned")
    assert (result.violated, result.table_name) == (1, table)
    assert result.stops_publication() == is_blocking


def test_a_figure_that_is_not_shown_needs_no_rate(build):
    assert missed(build("benchmarks.clinic_months", "null::double as rate, 'no_data' as state")) == {}


def test_a_table_may_lose_half_of_its_rows_and_not_more(build):
    assert missed(build(), row_count_expectations({"core.episodes": 2})) == {}
    assert set(missed(build(), row_count_expectations({"core.episodes": 4}))) == {"episodes_have_not_vanished"}


def test_without_an_earlier_release_no_row_count_is_expected(build):
    assert missed(build(), row_count_expectations({})) == {}


def test_an_expectation_that_cannot_be_evaluated_is_an_error_and_stops_publication(build):
    path = build()
    with duckdb.connect(str(path)) as connection:
        connection.execute("alter table benchmarks.clinic_months drop column rate")
    result = missed(path)["clinic_rates_are_shares"]
    assert result.outcome == "error"
    assert result.stops_publication()
