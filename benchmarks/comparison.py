"""Measures the floor, what people would write instead, and the pipeline's three kinds of runs, one after the other on the same files."""

import json
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import Measured, measure
from benchmarks.national_year import NEXT_MONTH, YEAR, Size, write_deliveries, write_network_file
from pipelines.job_run import STEPS
from pipelines.privacy import KEY_VARIABLE

FLOOR, BY_HAND, PANDAS, FULL, NOTHING_NEW, MONTH = (
    "floor: DuckDB reads the files once, writes Parquet",
    "monthly rates by a DuckDB script",
    "monthly rates by pandas",
    "clinic-outcomes run, all of it",
    "clinic-outcomes run, nothing new",
    "clinic-outcomes run, a month more",
)


@dataclass(frozen=True)
class Comparison:
    """What was measured of a network of this size: the files' bytes, the seconds to write them, and each program in the order it ran.

    `tests_seconds` is the time of dbt's data tests in the full run, of two threads together.
    """

    size: Size
    bytes: int
    writing_seconds: float
    measured: tuple[Measured, ...]
    models_seconds: float
    tests_seconds: float

    def of(self, name: str) -> Measured:
        return next(measured for measured in self.measured if measured.name == name)


def steps(run: Measured) -> dict[str, float]:
    """The seconds on the clock of each step of a run, by what the run said when it began; what came before the first is `starting`."""
    begun = [(second, line) for second, line in run.said if line in STEPS.values()]
    ends = [second for second, _ in begun[1:]] + [run.seconds]
    return {"starting": begun[0][0], **{line: end - second for (second, line), end in zip(begun, ends, strict=True)}}


def compare(folder: Path, scale: float, tell: Callable[[str], None]) -> Comparison:
    """Write the national year at `scale` below `folder`, measure everything on it. `tell` hears what is being measured."""
    size, inbox, data = Size.of(scale), folder / "inbox", folder / "data"
    tell(f"writing the year of {size.clinics} clinics")
    began = time.monotonic()
    write_network_file(folder / "network.yaml", size)
    write_deliveries(inbox, size, [YEAR])
    writing_seconds = time.monotonic() - began
    size_in_bytes = sum(path.stat().st_size for path in inbox.rglob("*.csv"))
    measured = []

    def run(name: str, *command: str) -> None:
        tell(name)
        measured.append(measure(name, command, {KEY_VARIABLE: key}))

    key = secrets.token_hex(32)
    module = (sys.executable, "-m")
    command = Path(sys.executable).with_name("clinic-outcomes")
    pipeline = (str(command), "run", "--network", str(folder / "network.yaml"), "--inbox", str(inbox), "--data", str(data))
    run(FLOOR, *module, "benchmarks.floor", str(inbox), str(folder / "floor"))
    run(BY_HAND, *module, "benchmarks.by_hand", str(inbox), str(folder / "by_hand.csv"))
    run(PANDAS, *module, "benchmarks.with_pandas", str(inbox), str(folder / "with_pandas.csv"))
    run(FULL, *pipeline)
    models_seconds, tests_seconds = _dbt_seconds(data)
    run(NOTHING_NEW, *pipeline)
    write_deliveries(inbox, size, [NEXT_MONTH])
    run(MONTH, *pipeline)
    return Comparison(size, size_in_bytes, writing_seconds, tuple(measured), models_seconds, tests_seconds)


def _dbt_seconds(data: Path) -> tuple[float, float]:
    """The seconds of models and seeds, and of data tests, in the last build."""
    results = json.loads((data / "work" / "dbt" / "results.json").read_text(encoding="utf-8"))
    tests = sum(result["seconds"] for result in results if result["unique_id"].startswith("test."))
    return sum(result["seconds"] for result in results) - tests, tests
