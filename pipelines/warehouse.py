"""Prepares the build file for dbt (views over the raw files that hold now) and says how dbt is called. Knows DuckDB, no clinical rule."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines.admission import FileVerdict
from pipelines.data_folder import DataFolder
from pipelines.privacy import sql_text
from pipelines.run_inputs import SCHEMAS
from pipelines.source_contracts import SourceContract, Table

PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"
ORIGIN = ("clinic_id varchar", "file_sha256 varchar", "source_line bigint")


def prepare(data: DataFolder, contracts: Mapping[str, SourceContract], verdicts: Sequence[FileVerdict]) -> None:
    """Start a new build file in which schemas `inputs` and `raw_<system>` show exactly the files that hold now."""
    for leftover in (data.build, data.build.with_suffix(".duckdb.wal")):
        leftover.unlink(missing_ok=True)
    data.build.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(data.build)) as connection:
        connection.execute("create schema inputs")
        for name in SCHEMAS:
            connection.execute(f"create view inputs.{name} as select * from read_parquet({sql_text(str(data.inputs / f'{name}.parquet'))})")
        for contract in contracts.values():
            connection.execute(f"create schema raw_{contract.system}")
            for table in contract.tables:
                connection.execute(_raw_view(data, contract, table, verdicts))


def _raw_view(data: DataFolder, contract: SourceContract, table: Table, verdicts: Sequence[FileVerdict]) -> str:
    """A view of the rows that hold now, or an empty table of the same shape. `delivered_order` is greatest for the newest delivery."""
    name = f'raw_{contract.system}."{table.name}"'
    columns = ", ".join(f'"{column}"' for column in table.raw_columns())
    orders: dict[tuple[str, str], int] = {}
    for verdict in verdicts:
        if verdict.is_current and verdict.read and verdict.delivered.source_system == contract.system and table.name in verdict.read.facts.admitted:
            file = (verdict.delivered.clinic_id, verdict.read.facts.sha256)
            orders[file] = max(orders.get(file, 0), verdict.order)
    if not orders:
        shape = [*(f'"{column}" varchar' for column in table.raw_columns()), *ORIGIN, "delivered_order integer"]
        return f"create table {name} ({', '.join(shape)})"
    paths = ", ".join(sql_text(str(data.raw_file(contract.system, table.name, clinic_id, sha256))) for clinic_id, sha256 in sorted(orders))
    places = ", ".join(f"({sql_text(clinic_id)}, {sql_text(sha256)}, {order})" for (clinic_id, sha256), order in sorted(orders.items()))
    return (
        f"create view {name} as select {columns}, raw.clinic_id, raw.file_sha256, raw.source_line, place.delivered_order "
        f"from read_parquet([{paths}], hive_partitioning=false) as raw "
        f"inner join (values {places}) as place (clinic_id, file_sha256, delivered_order) "
        "on raw.clinic_id = place.clinic_id and raw.file_sha256 = place.file_sha256"
    )


def dbt_vars(contracts: Mapping[str, SourceContract]) -> dict[str, Any]:
    """The variable `systems`: which staging models each practice system has."""
    return {
        "systems": {
            contract.system: sorted({name for table in contract.tables for name in (table.staging, *table.discovers)}) for contract in contracts.values()
        }
    }


def dbt_environment(data: DataFolder) -> dict[str, str]:
    """The environment variables that profiles.yml reads."""
    return {
        "CLINIC_OUTCOMES_BUILD": str(data.build),
        "CLINIC_OUTCOMES_SPILL": str(data.spill),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def dbt_arguments(contracts: Mapping[str, SourceContract], data: DataFolder, command: Sequence[str], engine: str = "duckdb") -> list[str]:
    """A dbt command line for this project; target and log folders lie in the data directory, so that runs do not meet."""
    folder = data.work / ("dbt" if engine == "duckdb" else f"dbt_{engine}")
    return [
        *command,
        "--project-dir", str(PROJECT),
        "--profiles-dir", str(PROJECT),
        "--target", engine,
        "--target-path", str(folder),
        "--log-path", str(folder / "logs"),
        "--vars", json.dumps(dbt_vars(contracts)),
    ]  # fmt: skip


def run_dbt(contracts: Mapping[str, SourceContract], data: DataFolder, command: Sequence[str]) -> int:
    """Run dbt as its own process, for developers; returns its exit code."""
    executable = Path(sys.executable).with_name("dbt")
    arguments = [str(executable), *dbt_arguments(contracts, data, command)]
    return subprocess.call(arguments, env={**os.environ, **dbt_environment(data)})  # noqa: S603, nothing in it comes from outside
