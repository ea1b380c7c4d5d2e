"""What the marts must look like to be published: a list of expectations, and Great Expectations to hold the build file against it.

Tests of a single column or key are dbt's; here stand the figures as readers get them, their spread, and the change since the last release.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.check_results import GREAT_EXPECTATIONS, CheckResult
from pipelines.great_expectations_session import quiet_session

# without these, the DuckDB dialect fails on the way Great Expectations ends its transactions
CONNECTION = {
    "pool_reset_on_return": None,
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "connect_args": {"read_only": True},
}


@dataclass(frozen=True)
class MartExpectation:
    """One expectation of Great Expectations on one table, or on its rows where the column `only_where[0]` is `only_where[1]`.

    It blocks publication unless `is_blocking` says no.
    """

    name: str
    table: str
    kind: str
    sentence: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    only_where: tuple[str, str] | None = None
    is_blocking: bool = True


CLINICS, NETWORK = "benchmarks.clinic_months", "benchmarks.network_months"
SHARE = {"min_value": 0, "max_value": 1}
EITHER_MISSING = {"or_equal": True, "ignore_row_if": "either_value_is_missing"}


def _figures(table: str, prefix: str) -> tuple[MartExpectation, ...]:
    """What holds for every figure of clinics and of the network alike."""
    return (
        MartExpectation(
            f"{prefix}_rates_are_shares", table, "ExpectColumnValuesToBeBetween", "Every rate lies between 0 and 1.", {"column": "rate", **SHARE}
        ),
        MartExpectation(
            f"{prefix}_counts_fit", table, "ExpectColumnPairValuesAToBeGreaterThanB", "No numerator exceeds its denominator.",
            {"column_A": "denominator", "column_B": "numerator", **EITHER_MISSING},
        ),
        MartExpectation(
            f"{prefix}_rates_are_not_below_their_interval", table, "ExpectColumnPairValuesAToBeGreaterThanB", "No rate lies below its interval.",
            {"column_A": "rate", "column_B": "lower", **EITHER_MISSING},
        ),
        MartExpectation(
            f"{prefix}_rates_are_not_above_their_interval", table, "ExpectColumnPairValuesAToBeGreaterThanB", "No rate lies above its interval.",
            {"column_A": "upper", "column_B": "rate", **EITHER_MISSING},
        ),
        MartExpectation(
            f"{prefix}_shown_figures_are_there", table, "ExpectColumnValuesToNotBeNull", "Every figure that is shown has a rate.",
            {"column": "rate"}, only_where=("state", "shown"),
        ),
    )  # fmt: skip


EXPECTATIONS = (
    *_figures(CLINICS, "clinic"),
    *_figures(NETWORK, "network"),
    MartExpectation(
        "phq9_starts_where_clients_start", "core.measure_changes", "ExpectColumnMeanToBeBetween",
        "The first PHQ-9 of a course averages between 5 and 22; English services report about 15 (NHS Talking Therapies annual report 2022-23).",
        {"column": "first_score", "min_value": 5, "max_value": 22}, only_where=("measure_id", "phq9"), is_blocking=False,
    ),
    MartExpectation(
        "some_sessions_are_missed", NETWORK, "ExpectColumnMeanToBeBetween",
        "Between 0.5 and 50 % of sessions are not attended without notice; none at all means that attendance is not recorded.",
        {"column": "rate", "min_value": 0.005, "max_value": 0.5}, only_where=("indicator_id", "did_not_attend"), is_blocking=False,
    ),
)  # fmt: skip

COMPARED_TABLES = ("core.clients", "core.episodes", "core.sessions", "core.measure_scores")
LEAST_SHARE_OF_ROWS = 0.5


def row_count_expectations(previous_rows: Mapping[str, int]) -> tuple[MartExpectation, ...]:
    """No table may lose half of its rows between two releases."""
    return tuple(
        MartExpectation(
            f"{table.split('.')[1]}_have_not_vanished", table, "ExpectTableRowCountToBeBetween",
            f"{table} has at least half as many rows as in the release before ({previous_rows.get(table, 0)}).",
            {"min_value": int(previous_rows.get(table, 0) * LEAST_SHARE_OF_ROWS)},
        )
        for table in COMPARED_TABLES
    )  # fmt: skip


def validate(build: Path, expectations: Sequence[MartExpectation]) -> list[CheckResult]:
    """Hold the build file against the expectations, in their order."""
    results: dict[str, CheckResult] = {}
    with _source(build) as source:
        for table in sorted({expectation.table for expectation in expectations}):
            on_table = [expectation for expectation in expectations if expectation.table == table]
            results |= _validate_table(source, table, on_table)
    return [results[expectation.name] for expectation in expectations]


@contextmanager
def _source(build: Path) -> Iterator[Any]:
    """The build file as a data source, read-only; closed afterwards so that no lock stays on it."""
    source = quiet_session().data_sources.add_sql("build", connection_string=f"duckdb:///{build}", kwargs=CONNECTION)
    try:
        yield source
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()


def _validate_table(source: Any, table: str, expectations: Sequence[MartExpectation]) -> dict[str, CheckResult]:
    from great_expectations import ExpectationSuite

    schema, name = table.split(".")
    batch = source.add_table_asset(table, table_name=name, schema_name=schema).add_batch_definition_whole_table("all").get_batch()
    suite = ExpectationSuite(name=table, expectations=[_translated(expectation) for expectation in expectations])
    results = {result.expectation_config.meta["name"]: result for result in batch.validate(suite, result_format="SUMMARY").results}
    return {expectation.name: _check_result(expectation, results[expectation.name]) for expectation in expectations}


def _translated(expectation: MartExpectation) -> Any:
    from great_expectations import expectations as kinds
    from great_expectations.expectations.row_conditions import Column

    condition = {}
    if expectation.only_where:
        column, value = expectation.only_where
        condition["row_condition"] = Column(column) == value
    return getattr(kinds, expectation.kind)(**expectation.arguments, **condition, meta={"name": expectation.name})


def _check_result(expectation: MartExpectation, result: Any) -> CheckResult:
    details = result.result
    evaluated = details["element_count"] - details.get("missing_count", 0) if "element_count" in details else None
    return CheckResult(
        check_name=expectation.name,
        checked_by=GREAT_EXPECTATIONS,
        table_name=expectation.table,
        outcome=_outcome(expectation, result),
        is_blocking=expectation.is_blocking,
        violated=details.get("unexpected_count", int(not result.success)),
        denominator=evaluated,
        threshold=", ".join(f"{name} {value}" for name, value in expectation.arguments.items()),
        sentence=expectation.sentence,
    )


def _outcome(expectation: MartExpectation, result: Any) -> str:
    if result.success:
        return "passed"
    if not result.result:
        return "error"
    return "failed" if expectation.is_blocking else "warned"
