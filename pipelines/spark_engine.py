"""The second engine: what Apache Spark needs to build the heavy part of the dbt project, and how its tables come back to DuckDB.

Spark reads the same raw files. It gets the seeds and the run's inputs as small Parquet files from the build file, and returns its tables
as Parquet, which the build file takes in; from there on a run is the same as without it. Knows no clinical rule."""

import importlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from pipelines.data_folder import DataFolder
from pipelines.errors import ConfigurationError
from pipelines.privacy import sql_text
from pipelines.source_contracts import SourceContract, Table

INPUTS = "inputs"
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    # a timestamp without a zone, as DuckDB's is
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.sources.default": "parquet",
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
}
LOCAL_SETTINGS = {"spark.sql.shuffle.partitions": "2", "spark.driver.memory": "3g"}


def session(data: DataFolder) -> Any:
    """A Spark session whose catalogue holds nothing yet; dbt finds it because a process has only one."""
    try:
        # not imported by name: an extra that the type checker need not find
        spark_session = importlib.import_module("pyspark.sql").SparkSession
    except ImportError:
        raise ConfigurationError("--engine", "", "spark is not installed; `pip install '.[spark]'` adds it, and it needs Java 17") from None
    builder = spark_session.builder.config("spark.sql.warehouse.dir", str(_folder(data) / "warehouse"))
    for name, value in {**LOCAL_SETTINGS, **SETTINGS}.items():
        builder = builder.config(name, value)
    return builder.master("local[2]").getOrCreate()


def show(spark: Any, data: DataFolder, contracts: Mapping[str, SourceContract], manifest: Mapping[str, Any]) -> None:
    """Fill the catalogue: the inputs of the run, the raw files that hold now, and dbt's seeds, which the build file has."""
    shutil.rmtree(_folder(data), ignore_errors=True)
    seeds = [(node["schema"], node["name"]) for node in manifest["nodes"].values() if node["resource_type"] == "seed"]
    with duckdb.connect(str(data.build), read_only=True) as connection:
        inputs = connection.execute("select schema_name, view_name from duckdb_views() where schema_name = ?", [INPUTS]).fetchall()
        for schema, name in (*inputs, *seeds):
            target = _folder(data) / "given" / f"{schema}.{name}.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(f'copy (select * from {schema}."{name}") to {sql_text(str(target))} (format parquet)')
            spark.sql(f"create database if not exists {schema}")
            spark.sql(f"create or replace view {schema}.`{name}` as select * from parquet.`{target}`")
    for contract in contracts.values():
        spark.sql(f"create database if not exists raw_{contract.system}")
        for table in contract.tables:
            for statement in _raw_view(data, contract, table):
                spark.sql(statement)


def _raw_view(data: DataFolder, contract: SourceContract, table: Table) -> Iterable[str]:
    """The statements that show a raw table's rows that hold now, as the view of the same name in the build file does."""
    name, columns = f"raw_{contract.system}.`{table.name}`", [f"`{column}`" for column in table.raw_columns()]
    folder = data.raw / contract.system / table.name
    shape = [*(f"{column} string" for column in columns), "clinic_id string", "file_sha256 string", "source_line bigint"]
    if not folder.is_dir():
        yield f"create table {name} ({', '.join(shape)}, delivered_order int) using parquet"
        return
    files = f"raw_{contract.system}.`{table.name}__files`"
    yield f"create table {files} ({', '.join(shape)}) using parquet options (path {sql_text(str(folder))}, recursiveFileLookup 'true')"
    yield (
        f"create view {name} as select {', '.join(f'raw.{column}' for column in columns)}, raw.clinic_id, raw.file_sha256, raw.source_line, "
        f"cast(place.delivered_order as int) as delivered_order from {files} as raw "
        f"inner join {INPUTS}.raw_files as place on raw.clinic_id = place.clinic_id and raw.file_sha256 = place.file_sha256 "
        f"where place.is_current and place.source_system = {sql_text(contract.system)} and place.table_name = {sql_text(table.name)}"
    )


def hand_back(spark: Any, data: DataFolder, tables: Iterable[str]) -> None:
    """Copy tables, named `schema.table`, from Spark's catalogue into the build file."""
    with duckdb.connect(str(data.build)) as connection:
        for table in tables:
            folder = _folder(data) / "built" / table
            spark.table(table).write.mode("overwrite").parquet(str(folder))
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(f"create or replace table {table} as select * from read_parquet({sql_text(str(folder / '*.parquet'))})")


def needed_tables(manifest: Mapping[str, Any], distributed: Iterable[str], readers_see: Iterable[str]) -> list[str]:
    """Which of the models that Spark builds the rest of a run needs: those that readers see, and those that a model built by DuckDB reads."""
    built, seen, nodes = set(distributed), set(readers_see), manifest["nodes"]
    read = {parent for unique_id, node in nodes.items() if unique_id not in built and node["resource_type"] == "model" for parent in _sources(manifest, node)}
    wanted = {unique_id for unique_id in built if unique_id in read or nodes[unique_id]["schema"] in seen}
    return sorted(f"{nodes[unique_id]['schema']}.{nodes[unique_id]['name']}" for unique_id in wanted if nodes[unique_id]["config"]["materialized"] == "table")


def _sources(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> Iterable[str]:
    """What a model reads, through ephemeral models and views."""
    for parent in node["depends_on"]["nodes"]:
        yield parent
        found = manifest["nodes"].get(parent)
        if found and found["resource_type"] == "model" and found["config"]["materialized"] in ("ephemeral", "view"):
            yield from _sources(manifest, found)


def _folder(data: DataFolder) -> Path:
    return data.work / "spark"
