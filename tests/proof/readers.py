"""People query the published file while releases are made: no query fails, and each sees one release."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines import releases
from pipelines.data_folder import DataFolder

ROWS = 20_000
KEPT = 3
# one connection a query, as a client that opens the published file does; ends with the writer
READER = """
import duckdb, pathlib, sys
pointer, stop = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
asked = failed = mixed = 0
while not stop.exists() or not asked:
    asked += 1
    try:
        with duckdb.connect(str(pointer), read_only=True) as connection:
            [(numbers, rows)] = connection.execute("select count(distinct release_number), count(*) from core.episodes").fetchall()
            mixed += (numbers, rows) != (1, {rows})
    except Exception as error:
        failed += 1
        print(type(error).__name__, file=sys.stderr)
print(asked, failed, mixed)
"""


@dataclass(frozen=True)
class Reading:
    """Queries asked, those that failed, those that saw something else than one whole release, and the releases made meanwhile."""

    queries: int
    failed: int
    mixed: int
    releases: int


def read_while_publishing(folder: Path, readers: int, made: int) -> Reading:
    """Make `made` releases one after the other while `readers` processes query the published file."""
    data, stop = DataFolder(folder / "data"), folder / "stop"
    _publish(data, 1)
    arguments = [sys.executable, "-c", READER.replace("{rows}", str(ROWS)), str(data.published / "warehouse.duckdb"), str(stop)]
    processes = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(readers)]
    for number in range(2, made + 2):
        _publish(data, number)
    stop.touch()
    counts = [list(map(int, process.communicate()[0].split())) for process in processes]
    asked, failed, mixed = map(sum, zip(*counts, strict=True))
    return Reading(asked, failed, mixed, made)


def _publish(data: DataFolder, number: int) -> None:
    data.work.mkdir(parents=True, exist_ok=True)
    data.build.unlink(missing_ok=True)
    with duckdb.connect(str(data.build)) as connection:
        for schema in releases.SCHEMAS:
            connection.execute(f"create schema {schema}")
        connection.execute(f"create table core.episodes as select range as episode, {number} as release_number from range({ROWS})")
    manifest = {"number": number, "previous": None, "as_of": "2026-11-03", "months": ["2026-10"]}
    release = releases.write(data, f"2026-11-03-{number:03}", manifest, [], {}, lambda draft: (draft.folder / "dictionary.html").touch())
    releases.point_to(data, release)
    releases.prune(data, KEPT)
