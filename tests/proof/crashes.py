"""A run killed at random moments: the next run completes without help and leaves the same bytes as a run that nobody disturbed."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.data_folder import DataFolder
from pipelines.demo import write_network
from pipelines.releases import kept, published

COMMAND = Path(sys.executable).with_name("clinic-outcomes")
ENVIRONMENT = {**os.environ, "CLINIC_OUTCOMES_KEY": "a key for tests only, of no worth"}
KILLS_BEFORE_A_WHOLE_RUN = 5
LASTING = ("raw", "rejects", "releases", "published")


@dataclass(frozen=True)
class Crashes:
    """How often a run was killed, how many runs after that were compared, and what was wrong."""

    kills: int
    comparisons: int
    faults: tuple[str, ...]


def crash(folder: Path, kills: int, seed: int = 0) -> Crashes:
    """Kill runs of a small network `kills` times in `folder`; every few kills let one end and compare what it left."""
    write_network(folder, clinics=3, months=8, scale=0.2)
    started = time.monotonic()
    start_run(folder, folder / "undisturbed").wait()
    length = time.monotonic() - started
    expected = digests(folder / "undisturbed")
    chance, faults, comparisons = random.Random(seed), [], 0
    if not any(name.startswith("published/reports") for name in expected):
        return Crashes(0, 0, ("the undisturbed run published nothing",))
    for number in range(1, kills + 1):
        data = folder / f"disturbed-{(number - 1) // KILLS_BEFORE_A_WHOLE_RUN}"
        moment = chance.uniform(0, length)
        _kill_after(start_run(folder, data), moment)
        faults += [f"kill {number} after {moment:.1f} s: {fault}" for fault in _pointer_faults(data)]
        if number % KILLS_BEFORE_A_WHOLE_RUN == 0 or number == kills:
            comparisons += 1
            code = start_run(folder, data).wait()
            faults += [f"after kill {number}: {fault}" for fault in differences(code, expected, digests(data))]
    return Crashes(kills, comparisons, tuple(faults))


def start_run(folder: Path, data: Path) -> subprocess.Popen[bytes]:
    """Start a run of the network in `folder`."""
    arguments = ["run", "--network", str(folder / "network.yaml"), "--inbox", str(folder / "inbox"), "--data", str(data)]
    return subprocess.Popen([COMMAND, *arguments], env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def _kill_after(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _pointer_faults(data: Path) -> Iterator[str]:
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
