"""Great Expectations on the marts, between building and publishing: what fails here is not published."""

from collections.abc import Iterator

import dagster as dg

from pipelines import check_results, mart_expectations
from pipelines.defs.checks.results import single_result
from pipelines.defs.workplace import SoleRun, Workplace
from pipelines.mart_expectations import EXPECTATIONS, MartExpectation, row_count_expectations
from pipelines.releases import last_whole


class RowsMayVanish(dg.Config):
    """Whether a release with far fewer rows than the one before is wanted: a clinic has left, or old years were removed."""

    accept_fewer_rows: bool = False


def _key(expectation: MartExpectation) -> dg.AssetCheckKey:
    return dg.AssetCheckKey(dg.AssetKey(expectation.table.split(".")), expectation.name)


def _spec(expectation: MartExpectation) -> dg.AssetCheckSpec:
    key = _key(expectation)
    return dg.AssetCheckSpec(key.name, asset=key.asset_key, description=expectation.sentence, blocking=expectation.is_blocking)


@dg.multi_asset_check(name="mart_expectations", specs=[_spec(expectation) for expectation in (*EXPECTATIONS, *row_count_expectations({}))])
def mart_expectations_check(config: RowsMayVanish, workplace: Workplace, sole_run: SoleRun) -> Iterator[dg.AssetCheckResult]:
    """Shares, counts and intervals as readers get them, and that no table has vanished since the last release."""
    before = last_whole(workplace.data)
    previous_rows = {name: facts["rows"] for name, facts in before.manifest()["tables"].items()} if before else {}
    expectations = (*EXPECTATIONS, *row_count_expectations({} if config.accept_fewer_rows else previous_rows))
    results = mart_expectations.validate(workplace.data.build, expectations)
    check_results.save(workplace.data, check_results.GREAT_EXPECTATIONS, results)
    for expectation, result in zip(expectations, results, strict=True):
        yield single_result(result, _key(expectation))
