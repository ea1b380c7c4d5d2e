"""The release: the audited tables in a file of their own, which readers find through one pointer."""

import datetime
from collections.abc import Mapping
from typing import Any

import dagster as dg

from pipelines import check_results
from pipelines.defs import months
from pipelines.defs.groups import OWNERS, PUBLICATION
from pipelines.defs.markdown import table
from pipelines.defs.warehouse.dbt_runner import TABLES, load_manifest
from pipelines.defs.warehouse.translator import WarehouseTranslator
from pipelines.defs.workplace import SoleRun, Workplace
from pipelines.locations import Locations
from pipelines.privacy import load_key
from pipelines.publication import Publication, failure_page, publish
from pipelines.releases import SCHEMAS

# a month and a week without a release, and somebody should look
FRESHNESS = dg.FreshnessPolicy.time_window(warn_window=datetime.timedelta(days=33), fail_window=datetime.timedelta(days=38))


@dg.definitions
def defs() -> dg.Definitions:
    return dg.Definitions(assets=[release(load_manifest(Locations.from_environment().data))])


def release(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The asset `release`, downstream of every table that it publishes."""

    @dg.asset(
        name="release",
        deps=_published_tables(manifest),
        group_name=PUBLICATION,
        owners=OWNERS,
        kinds={"duckdb"},
        freshness_policy=FRESHNESS,
        description="The tables of core, benchmarks, ops and reference in one read-only DuckDB file, with a manifest and what changed. "
        "Written, checked, then pointed to: published/warehouse.duckdb leads to the newest.",
    )
    def step(context: dg.AssetExecutionContext, workplace: Workplace, sole_run: SoleRun) -> dg.MaterializeResult[None]:
        checks = [*check_results.load(workplace.data, check_results.DBT), *check_results.load(workplace.data, check_results.GREAT_EXPECTATIONS)]
        publication = publish(workplace.data, workplace.network(), load_key(), checks, manifest)
        failure_page(workplace.data).unlink(missing_ok=True)
        context.instance.add_dynamic_partitions(months.NAME, publication.release.months())
        return dg.MaterializeResult(metadata=_metadata(workplace, publication))

    return step


def _published_tables(manifest: Mapping[str, Any]) -> list[dg.AssetKey]:
    translator = WarehouseTranslator()
    nodes = manifest["nodes"].items()
    published = [unique_id for unique_id, node in nodes if node["resource_type"] in TABLES and node["schema"] in SCHEMAS]
    return [translator.get_asset_spec(manifest, unique_id, None).key for unique_id in published]


def _metadata(workplace: Workplace, publication: Publication) -> dict[str, Any]:
    published, manifest = publication.release, publication.release.manifest()
    missed = [check for check in manifest["checks"] if check["outcome"] != "passed"]
    return {
        "release": published.id,
        "is_new": publication.is_new,
        "as_of": manifest["as_of"],
        "months": f"{published.months()[0]} to {published.months()[-1]}",
        "file": dg.MetadataValue.path(workplace.data.published / "warehouse.duckdb"),
        "megabytes": round(manifest["warehouse"]["bytes"] / 1e6, 1),
        "dagster/row_count": sum(facts["rows"] for facts in manifest["tables"].values()),
        "tables": table(("table", "rows"), [(name, facts["rows"]) for name, facts in manifest["tables"].items()]),
        "not_passed": table(("check", "what should hold"), [(check["check_name"], check["sentence"]) for check in missed]),
        **({"what_changed": dg.MetadataValue.path(published.diff)} if published.diff.exists() else {}),
    }
