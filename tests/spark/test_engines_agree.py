"""The same network built by DuckDB alone and with Spark: every table that readers see is the same, row by row.

Decimals, texts, dates and times to the last digit. Columns of type double are compared after rounding to nine decimals, since sums of
binary fractions depend on their order; no other tolerance. Needs the extra `spark` and Java: `make test-spark`."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.demo import write_network

COMMAND = Path(sys.executable).with_name("clinic-outcomes")
ENVIRONMENT = {**os.environ, "CLINIC_OUTCOMES_KEY": "a key for tests only, of no worth"}
# a few thousand rows through two hundred statements: compiling them well takes longer than running them
SHORT_RUN = "spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1\nspark.sql.codegen.wholeStage false\n"
COMPARED = ("core", "benchmarks", "ops", "reference")

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None, reason="Spark or Java is not installed; `make test-spark` adds the first"
)


@pytest.fixture(scope="module")
def releases(tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """A connection that has both releases attached, as `duckdb` and `spark`."""
    root = tmp_path_factory.mktemp("engines")
    write_network(root, months=6, scale=0.2)
    (root / "spark-defaults.conf").write_text(SHORT_RUN, encoding="utf-8")
    environment = {**ENVIRONMENT, "SPARK_CONF_DIR": str(root)}
    connection = duckdb.connect()
    for engine in ("duckdb", "spark"):
        where = ["--network", str(root / "network.yaml"), "--inbox", str(root / "inbox"), "--data", str(root / engine)]
        outcome = subprocess.run([COMMAND, "run", "--engine", engine, *where], env=environment, capture_output=True, text=True, check=False)
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
        connection.execute(f"attach '{root / engine / 'published' / 'warehouse.duckdb'}' as {engine} (read_only)")
    return connection


def columns(releases: duckdb.DuckDBPyConnection, engine: str) -> dict[str, list[tuple[str, str]]]:
    """Names and types of the columns of every table, by `schema.table`."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = releases.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() "
        "where database_name = $engine and list_contains($schemas, schema_name) order by 1, column_index",
        {"engine": engine, "schemas": list(COMPARED)},
    ).fetchall()
    for table, name, kind in rows:
        found.setdefault(table, []).append((name, kind))
    return found


def test_the_tables_have_the_same_columns(releases):
    assert columns(releases, "spark") == columns(releases, "duckdb")
    assert len(columns(releases, "duckdb")) > 50


def test_every_table_has_the_same_rows(releases):
    different = {}
    for table, described in columns(releases, "duckdb").items():
        if table == "ops.check_results":  # how many rows a test looked at is known for tables only, and Spark makes some tables views
            continue
        values = ", ".join(f'round("{name}", 9) as "{name}"' if kind == "DOUBLE" else f'"{name}"' for name, kind in described)
        only = [
            releases.execute(f"select count(*) from (select {values} from {one}.{table} except all select {values} from {other}.{table})").fetchall()[0][0]
            for one, other in (("duckdb", "spark"), ("spark", "duckdb"))
        ]
        if any(only):
            different[table] = only
    assert different == {}
    assert releases.execute("select count(*) from spark.core.measure_scores").fetchall()[0][0] > 1000
