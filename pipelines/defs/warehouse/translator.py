"""How dbt's models, seeds, sources and tests look in Dagster: their keys, groups, owners, kinds and checks."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from pipelines.defs.groups import OWNERS

RAW_PREFIX = "raw_"
DECLARED_TESTS = "declared_tests"


class WarehouseTranslator(DagsterDbtTranslator):
    """A table's group is its schema; a source `raw_<system>` is the asset of that name, and all of `inputs` is the asset `deliveries`.

    A rule that is tested by a query of its own is a check of its own. The tests that are declared column by column (not null, unique, …)
    are one check for each table, which lists them: Dagster writes several transactions for every check, and there are hundreds of columns.
    """

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True, enable_duplicate_source_asset_keys=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] != "source":
            return super().get_asset_key(dbt_resource_props)
        source = dbt_resource_props["source_name"]
        return dg.AssetKey(source if source.startswith(RAW_PREFIX) else "deliveries")

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        props = self.get_resource_props(manifest, unique_id)
        if props["resource_type"] == "source":
            return spec
        return spec.replace_attributes(group_name=props["schema"], owners=OWNERS, kinds={"dbt", "duckdb"})

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None or not _is_declared(manifest, unique_id):
            return spec
        return dg.AssetCheckSpec(
            DECLARED_TESTS,
            asset=spec.asset_key,
            blocking=True,
            description="The tests declared for the table and its columns; those of severity warn do not block.",
        )

    def check_key(self, manifest: Mapping[str, Any], unique_id: str) -> dg.AssetCheckKey | None:
        """The check that a data test belongs to; None for a test of several tables that does not say which one it is about."""
        key = get_asset_check_key_for_test(manifest, self, unique_id, None)
        return dg.AssetCheckKey(key.asset_key, DECLARED_TESTS) if key and _is_declared(manifest, unique_id) else key


def _is_declared(manifest: Mapping[str, Any], unique_id: str) -> bool:
    return bool(manifest["nodes"][unique_id].get("test_metadata"))
