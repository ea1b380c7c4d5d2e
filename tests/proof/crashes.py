"""A run killed at every step and at random moments, its newest file cut off: the next run completes without help and leaves what an undisturbed run leaves."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.data_folder import DataFolder
from pipelines.demo import write_network
from pipelines.job_run import STEPS
from pipelines.releases import kept, published

COMMAND = Path(sys.executable).with_name("clinic-outcomes")
ENVIRONMENT = {**os.environ, "CLINIC_OUTCOMES_KEY": "a key for tests only, of no worth"}
KILLS_BEFORE_A_WHOLE_RUN = 5
LASTING = ("raw", "rejects", "releases", "published")
# seconds after a step has said that it begins: its first moments, when the step before has left everything behind
MOMENT = 0.05


@dataclass(frozen=True)
class Crashes:
    """How often a run was killed, how often its newest file was cut off then, how many runs after that were compared, and what was wrong."""

    kills: int
    truncations: int
    comparisons: int
    faults: tuple[str, ...]


def crash(folder: Path, kills: int, seed: int = 0, at_steps: bool = True) -> Crashes:
    """Kill runs of a small network in `folder`: first at the beginning of each step, then at `kills` random moments.

    After every other kill the newest file is cut off, as a power cut may leave it. Every few kills a run may end, and what it left is compared.
    """
    write_network(folder, clinics=3, months=8, scale=0.2)
    started = time.monotonic()
    start_run(folder, folder / "undisturbed").wait()
    length = time.monotonic() - started
    expected = digests(folder / "undisturbed")
    chance, faults, truncations, comparisons = random.Random(seed), [], 0, 0
    if not any(name.startswith("published/reports") for name in expected):
        return Crashes(0, 0, 0, ("the undisturbed run published nothing",))
    moments = [*(STEPS.values() if at_steps else ()), *(chance.uniform(0, length) for _ in range(kills))]
    for number, moment in enumerate(moments, start=1):
        data = folder / f"disturbed-{(number - 1) // KILLS_BEFORE_A_WHOLE_RUN}"
        what = f"kill {number}, {f'{moment:.1f} s' if isinstance(moment, float) else moment}"
        _kill(folder, data, moment)
        faults += [f"{what}: {fault}" for fault in pointer_faults(data)]
        cut = _cut_newest(data, chance) if chance.random() < 0.5 else ""
        if cut:
            truncations += 1
            what += f", {cut} cut off"
        # a release that we have cut off ourselves must not be taken for one that the next kill left half written
        if number % KILLS_BEFORE_A_WHOLE_RUN == 0 or number == len(moments) or cut.startswith("releases"):
            comparisons += 1
            code = start_run(folder, data).wait()
            faults += [f"after {what}: {fault}" for fault in differences(code, expected, digests(data))]
    return Crashes(len(moments), truncations, comparisons, tuple(faults))


def start_run(folder: Path, data: Path, output: int = subprocess.DEVNULL, environment: Mapping[str, str] = {}) -> subprocess.Popen[str]:
    """Start a run of the network in `folder`."""
    arguments = [COMMAND, "run", "--network", str(folder / "network.yaml"), "--inbox", str(folder / "inbox"), "--data", str(data)]
    return subprocess.Popen(arguments, env={**ENVIRONMENT, **environment}, stdout=output, stderr=subprocess.DEVNULL, start_new_session=True, text=True)


def _kill(folder: Path, data: Path, moment: float | str) -> None:
    """Start a run and kill it after so many seconds, or when it says that this step begins."""
    if isinstance(moment, float):
        process = start_run(folder, data)
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return
    with start_run(folder, data, subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == moment:
                time.sleep(MOMENT)
                os.killpg(process.pid, signal.SIGKILL)


def _cut_newest(data: Path, chance: random.Random) -> str:
    """Cut off the newest file of ours at a random byte; its name, empty when there is none. Dagster's record of runs is SQLite's to keep whole."""
    files = [path for path in data.rglob("*") if path.is_file() and not path.is_symlink() and data / "dagster" not in path.parents and path.stat().st_size]
    if not files:
        return ""
    newest = max(files, key=lambda path: path.stat().st_mtime_ns)
    newest.chmod(0o644)
    os.truncate(newest, chance.randrange(newest.stat().st_size))
    return newest.relative_to(data).as_posix()


def pointer_faults(data: Path) -> Iterator[str]:
    """The pointer leads to a whole release, or there is none yet."""
    release = published(DataFolder(data))
    if release is not None and not release.is_whole():
        yield f"the pointer leads to {release.id}, which is not whole"


def differences(code: int, expected: dict[str, str], found: dict[str, str]) -> Iterator[str]:
    """What a run that ended with `code` left otherwise than expected."""
    if code:
        yield f"the next run ended with {code}"
    changed = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if changed:
        yield f"{len(changed)} files differ from the undisturbed run, the first is {changed[0]}"


def digests(data: Path) -> dict[str, str]:
    """A digest of every file that a run leaves for good; of a release's DuckDB file, of each of its tables.

    DuckDB gives each file an identity of its own by chance, so that two files with the same tables never are the same bytes."""
    files = [path for name in LASTING for path in sorted((data / name).rglob("*")) if path.is_file()]
    plain = {str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if not _depends_on_chance(path)}
    tables = {f"{release.id} {name}": str(digest) for release in kept(DataFolder(data)) for name, digest in release.manifest()["tables"].items()}
    return plain | tables


def _depends_on_chance(path: Path) -> bool:
    return path.name in ("warehouse.duckdb", "manifest.json")
