"""The dbt project as assets and checks. What the tables mean is dbt's business; here is only that they are built, and how that went."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from pipelines import check_results
from pipelines.build_state import BuildState
from pipelines.check_results import CheckResult
from pipelines.data_folder import DataFolder
from pipelines.defs.checks.results import joint_result, single_result
from pipelines.defs.warehouse import dbt_runner
from pipelines.defs.warehouse.spark_build import build_on_spark
from pipelines.defs.warehouse.translator import DECLARED_TESTS, WarehouseTranslator
from pipelines.defs.workplace import SoleRun, Workplace
from pipelines.locations import Locations
from pipelines.privacy import load_key
from pipelines.progress import tenths
from pipelines.row_counts import row_counts

Events = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]
# dbt's unit tests prove the rules on made-up rows; that belongs to the test suite, not to every month
BUILD = ("build", "--exclude-resource-type", "unit_test")
FAILED = ("error", "fail", "runtime error")


class Engine(dg.Config):
    """duckdb, or spark for a network that has outgrown one machine: then Spark builds staging, intermediate and core, DuckDB the rest."""

    engine: str = dbt_runner.DUCKDB


@dg.definitions
def defs() -> dg.Definitions:
    return dg.Definitions(assets=[warehouse(dbt_runner.load_manifest(Locations.from_environment().data))])


def warehouse(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The step that builds seeds and models and tests them: an asset for each, a check for each data test."""
    translator = WarehouseTranslator()

    @dbt_assets(manifest=manifest, dagster_dbt_translator=translator, name="build_warehouse")
    def step(context: dg.AssetExecutionContext, config: Engine, workplace: Workplace, sole_run: SoleRun) -> Events:
        keys = {unique_id: translator.get_asset_spec(manifest, unique_id, None).key for unique_id in _tables(manifest)}
        chosen = [unique_id for unique_id, key in keys.items() if key in context.selected_asset_keys]
        results = _results(context, config.engine, workplace.data, chosen)
        rows = row_counts(workplace.data.build)
        for result in results:
            if result["unique_id"] in chosen and result["status"] == "success":
                yield _materialization(keys[result["unique_id"]], result, manifest, rows)
        checks = check_results.from_dbt(results, manifest, rows)
        check_results.save(workplace.data, check_results.DBT, checks.values())
        for key, together in _by_key(checks, manifest, translator).items():
            if key in context.selected_asset_check_keys:
                yield joint_result(together, key) if key.name == DECLARED_TESTS else single_result(together[0], key)
        _raise_on_failure(results, manifest)

    return step


def _results(context: dg.AssetExecutionContext, engine: str, data: DataFolder, chosen: Sequence[str]) -> list[dict[str, Any]]:
    """Build what was chosen; or, when everything was and nothing has changed, what the last build said."""
    state = BuildState.of(data, load_key())
    if not context.is_subset and state.is_current():
        context.log.info("nothing has changed since the last build: its tables and test results hold")
        return dbt_runner.load_results(data)
    selection = ["--select", *(unique_id.split(".")[2] for unique_id in chosen)] if context.is_subset else []
    progress = tenths(context.log.info, "tables built")
    if engine == dbt_runner.SPARK and not context.is_subset:
        results = build_on_spark(data, BUILD, progress, len(chosen))
    else:
        results = dbt_runner.invoke(data, [*BUILD, *selection], progress, len(chosen))
    dbt_runner.save_results(data, results)
    if not context.is_subset and not any(result["status"] in FAILED for result in results):
        state.mark_current()
    return results


def _materialization(key: dg.AssetKey, result: Mapping[str, Any], manifest: Mapping[str, Any], rows: Mapping[str, int]) -> dg.MaterializeResult[None]:
    node = manifest["nodes"][result["unique_id"]]
    count = rows.get(f"{node['schema']}.{node['name']}")
    return dg.MaterializeResult(asset_key=key, metadata={"seconds": round(result["seconds"], 3), **({"dagster/row_count": count} if count is not None else {})})


def _by_key(checks: Mapping[str, CheckResult], manifest: Mapping[str, Any], translator: WarehouseTranslator) -> dict[dg.AssetCheckKey, list[CheckResult]]:
    grouped: dict[dg.AssetCheckKey, list[CheckResult]] = defaultdict(list)
    for unique_id, check in checks.items():
        if key := translator.check_key(manifest, unique_id):
            grouped[key].append(check)
    return grouped


def _raise_on_failure(results: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any]) -> None:
    failed = [result for result in results if result["status"] in FAILED]
    if failed:
        names = ", ".join(manifest["nodes"][result["unique_id"]]["name"] for result in failed)
        messages = [f"{result['unique_id']}: {result['message']}" for result in failed]
        raise dg.Failure(f"{len(failed)} of {len(results)} models and tests failed: {names}", metadata={"failed": dg.MetadataValue.json(messages)})


def _tables(manifest: Mapping[str, Any]) -> list[str]:
    return [unique_id for unique_id, node in manifest["nodes"].items() if node["resource_type"] in dbt_runner.TABLES]
