"""The benchmark at its smallest: it runs to its end, its programs agree, and the pipeline admits and publishes every delivery. No times."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.comparison import BY_HAND, FULL, steps
from benchmarks.measuring import BrokenBenchmark, Measured, measure

PROJECT = Path(__file__).resolve().parents[2]
SCALE = 0.0002
# both sides of its join are seeds, some dozen rows
SMALL_BY_NATURE = {"int_scores_totalled"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "benchmarks", "--scale", str(SCALE), "--folder", str(folder / "network"), "--page", str(folder / "performance.md")]
    outcome = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=900, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return folder


@pytest.fixture(scope="module")
def published(folder: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(folder / "network" / "data" / "published" / "warehouse.duckdb"), read_only=True)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def delivered(folder: Path, pattern: str) -> list[dict[str, str]]:
    return [row for path in (folder / "network" / "inbox").rglob(pattern) for row in rows(path)]


def test_every_file_is_admitted_and_every_row_read(folder, published):
    found = published.sql("select decision, count(*), sum(rows_read), sum(rows_rejected) from ops.deliveries group by decision").fetchall()
    assert found == [("admitted", 3 * 2 * 8, len(delivered(folder, "*.csv")), 0)]


def test_only_what_was_typed_wrong_is_set_aside(folder, published):
    planted = sum(row["PersScore"] == "99" for row in delivered(folder, "IDS607*.csv"))
    found = published.sql("select reason, count(*) from ops.quarantined_rows group by reason").fetchall()
    assert found == ([("outside the range of this assessment", planted)] if planted else [])


def test_a_pathway_that_is_delivered_again_is_one_episode(folder, published):
    pathways = {row["PathwayID"] for row in delivered(folder, "IDS101*.csv")}
    assert published.sql("select count(*) from core.episodes").fetchall() == [(len(pathways),)]


def test_pandas_and_the_script_in_sql_give_the_same_rates(folder):
    by_hand = rows(folder / "network" / "by_hand.csv")
    assert sum(int(row["paired"]) for row in by_hand) > 50
    assert rows(folder / "network" / "with_pandas.csv") == by_hand


def test_the_page_has_a_line_for_each_program_and_each_step(folder):
    lines = (folder / "performance.md").read_text(encoding="utf-8").splitlines()
    first_cells = [line.split("|")[1].strip() for line in lines if line.startswith("|") and not line.startswith("|---")]
    assert len(first_cells) == 1 + 6 + 1 + 7
    assert {"monthly rates by pandas", "clinic-outcomes run, a month more", "building and testing the tables", "writing the reports"} <= set(first_cells)


def operators(plan: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for operator in plan:
        yield operator
        yield from operators(operator["children"])


def test_no_outer_join_compares_every_pair_of_rows(folder):
    """A condition on one side alone, or one with `or`, makes DuckDB do so even beside equal keys; `true` joins the one row of a setting."""
    data = folder / "network" / "data"
    compared = {}
    with duckdb.connect(str(data / "work" / "build.duckdb"), read_only=True) as connection:
        models = [path for path in (data / "work" / "dbt" / "compiled").rglob("models/**/*.sql") if path.parent.suffix != ".yml"]
        for path in models:
            plan = json.loads(connection.execute(f"explain (format json) {path.read_text(encoding='utf-8')}").fetchall()[0][1])
            slow = [
                operator["extra_info"]["Condition"]
                for operator in operators(plan)
                if operator["name"] == "BLOCKWISE_NL_JOIN" and operator["extra_info"]["Join Type"] != "INNER" and operator["extra_info"]["Condition"] != "true"
            ]
            compared |= {path.stem: slow} if slow and path.stem not in SMALL_BY_NATURE else {}
    assert len(models) > 150
    assert compared == {}


def test_a_step_lasts_from_its_own_line_to_the_next_step_s():
    said = [(2.0, "looking at the inbox"), (3.0, "reading and judging deliveries"), (4.0, "  files read: 1 of 1"), (7.5, "publishing")]
    assert steps(Measured(FULL, 10.0, 9.0, 1, said)) == {
        "starting": 2.0, "looking at the inbox": 1.0, "reading and judging deliveries": 4.5, "publishing": 2.5,
    }  # fmt: skip


def test_the_cost_of_a_program_is_its_own():
    # 0.3 seconds of waiting cost no processor; 200 MB were held at once
    program = "import time; block = b'x' * 200_000_000; time.sleep(0.3); print('done')"
    # measured from a small process, as the benchmark is: Linux counts what the parent held when it started a child as the child's
    asked = f"measure('waiting', [sys.executable, '-c', {program!r}])"
    script = f"import dataclasses, json, sys; from benchmarks.measuring import measure; print(json.dumps(dataclasses.asdict({asked})))"
    measured = Measured(**json.loads(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PROJECT).stdout))
    assert measured.said[0][1] == "done"
    assert 200_000_000 < measured.memory < 400_000_000
    assert measured.processor_seconds < measured.seconds


def test_a_program_that_fails_ends_the_benchmark_with_its_words():
    with pytest.raises(BrokenBenchmark, match="ended with 3:\nno such inbox"):
        measure(BY_HAND, [sys.executable, "-c", "print('no such inbox'); raise SystemExit(3)"])
