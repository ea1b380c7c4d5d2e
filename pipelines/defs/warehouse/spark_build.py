"""A build in which Spark makes the heavy tables and DuckDB the rest; the build file and the results are those of a build by DuckDB alone."""

from collections.abc import Callable, Sequence
from typing import Any

from pipelines import spark_engine
from pipelines.data_folder import DataFolder
from pipelines.defs.warehouse import dbt_runner
from pipelines.releases import SCHEMAS
from pipelines.source_contracts import load_contracts

# a test belongs to the part that holds all that it reads
BUILDABLE = ("--indirect-selection", "buildable")
BROKEN = ("error", "fail", "runtime error", "skipped")


def build_on_spark(data: DataFolder, build: Sequence[str], progress: Callable[[int, int], None], expected: int) -> list[dict[str, Any]]:
    """Seeds in DuckDB, then the distributed part on Spark with its tests, then the rest in DuckDB. Stops after a part in which something failed."""
    manifest, done = dbt_runner.load_manifest(data), 0

    def further(count: int, _: int) -> None:
        progress(min(done + count, expected), expected)

    results = dbt_runner.invoke(data, [*build, "--resource-type", "seed"], further, expected)
    done = len(results)
    spark = spark_engine.session(data)
    try:
        spark_engine.show(spark, data, load_contracts(), manifest)
        distributed = dbt_runner.invoke_on_spark(data, [*build, "--selector", "distributed", *BUILDABLE], further, expected)
        results += distributed
        if any(result["status"] in BROKEN for result in distributed):
            return results
        models = [result["unique_id"] for result in distributed if result["unique_id"].startswith("model.")]
        done += len(models)
        spark_engine.hand_back(spark, data, spark_engine.needed_tables(manifest, models, SCHEMAS))
    finally:
        spark.stop()
    return [*results, *dbt_runner.invoke(data, [*build, "--selector", "finishing", *BUILDABLE], further, expected)]
