"""A full disk, folders that cannot be written, a clock that jumps: a run ends with a plain line, and the next leaves what an undisturbed run leaves."""

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.demo import write_network
from tests.proof.crashes import COMMAND, ENVIRONMENT, differences, digests, pointer_faults, start_run

NOBODY = 65_534
DAY = 24 * 3_600
# how much of what a run needs there is room for
ROOM = (0.2, 0.5, 0.8)
# put before a run by PYTHONPATH: every hundredth question for the time is answered with a day before
JUMPING_CLOCK = """
import time
for name, day in (("time", {day}), ("time_ns", {day} * 10**9)):
    def jumping(asked=[0], true=getattr(time, name), day=day):
        asked[0] += 1
        return true() - day * (asked[0] // 100 % 2)
    setattr(time, name, jumping)
"""


@dataclass(frozen=True)
class Disturbed:
    """How many runs were disturbed, in which ways, and what was wrong."""

    runs: int
    ways: tuple[str, ...]
    faults: tuple[str, ...]


def disturb(folder: Path) -> Disturbed:
    """Disturb runs of a small network in every way that this machine lets us, and compare what the next run leaves."""
    write_network(folder, clinics=1, months=6, scale=0.2)
    start_run(folder, folder / "undisturbed").wait()
    expected = digests(folder / "undisturbed")
    if not any(name.startswith("published/reports") for name in expected):
        return Disturbed(0, (), ("the undisturbed run published nothing",))
    ways: dict[str, Callable[[Path, dict[str, str]], Iterator[str]]] = {"file size": _limited_files, "clock": _jumping_clock, "old clock": _files_of_the_future}
    if os.geteuid() == 0:
        ways |= {"full disk": _full_disk, "read-only": _read_only}
    faults = [f"{name}: {fault}" for name, disturbed in ways.items() for fault in disturbed(folder, expected)]
    runs = len(ways) + (len(ROOM) - 1) * ("full disk" in ways) + len(ROOM) - 1
    return Disturbed(runs, tuple(ways), tuple(faults))


def _attempt(folder: Path, data: Path, **options: object) -> Iterator[str]:
    """A run that cannot succeed: it must say so and must not publish half of something."""
    arguments = [COMMAND, "run", "--network", folder / "network.yaml", "--inbox", folder / "inbox", "--data", data]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=False, **{"env": ENVIRONMENT, **options})  # type: ignore[call-overload]
    if ran.returncode not in (1, 2):
        yield f"the run ended with {ran.returncode}, not with 1 or 2"
    if "Traceback" in ran.stdout + ran.stderr:
        yield f"the run ended with a traceback: {(ran.stdout + ran.stderr).splitlines()[-1]}"
    yield from pointer_faults(data)


def _completes(folder: Path, data: Path, expected: dict[str, str]) -> Iterator[str]:
    yield from differences(start_run(folder, data).wait(), expected, digests(data))


def _limited_files(folder: Path, expected: dict[str, str]) -> Iterator[str]:
    """No file may become larger than a part of the build: writing fails in the middle of files."""
    largest = (folder / "undisturbed" / "work" / "build.duckdb").stat().st_size
    for room in ROOM:
        limit = int(room * largest)
        yield from _attempt(folder, folder / "limited", preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))  # type: ignore[misc]
    yield from _completes(folder, folder / "limited", expected)


def _full_disk(folder: Path, expected: dict[str, str]) -> Iterator[str]:
    """A disk in memory with room for a part of what a run leaves; then it grows."""
    needed = sum(path.stat().st_size for path in (folder / "undisturbed").rglob("*") if path.is_file() and not path.is_symlink())
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={int(ROOM[0] * needed)}", "tmpfs", disk], capture_output=True, check=False).returncode:
        return
    try:
        for room in ROOM:
            subprocess.run(["mount", "-o", f"remount,size={int(room * needed)}", disk], check=True)
            yield from _attempt(folder, disk / "data")
        subprocess.run(["mount", "-o", f"remount,size={4 * needed}", disk], check=True)
        yield from _completes(folder, disk / "data", expected)
    finally:
        subprocess.run(["umount", disk], check=True)


def _read_only(folder: Path, expected: dict[str, str]) -> Iterator[str]:
    """Everything in the data folder belongs to somebody else: a run by a user who may only read."""
    data = folder / "reading"
    shutil.copytree(folder / "undisturbed", data, symlinks=True)
    for path in (folder, *folder.parents):
        path.chmod(path.stat().st_mode | 0o005)
    home = folder / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    yield from _attempt(folder, data, user=NOBODY, group=NOBODY, extra_groups=(), cwd=home, env={**ENVIRONMENT, "HOME": str(home)})
    yield from _completes(folder, data, expected)


def _jumping_clock(folder: Path, expected: dict[str, str]) -> Iterator[str]:
    """The clock goes back by a day and forth again all through a run."""
    (folder / "clock").mkdir()
    (folder / "clock" / "sitecustomize.py").write_text(JUMPING_CLOCK.format(day=DAY), encoding="utf-8")
    paths = os.pathsep.join([str(folder / "clock"), *filter(None, [os.environ.get("PYTHONPATH")])])
    code = start_run(folder, folder / "jumped", environment={"PYTHONPATH": paths}).wait()
    yield from differences(code, expected, digests(folder / "jumped"))


def _files_of_the_future(folder: Path, expected: dict[str, str]) -> Iterator[str]:
    """The clock has gone back by a year since the last run: all that lies there was written in a year's time."""
    data, later = folder / "future", time.time() + 365 * DAY
    shutil.copytree(folder / "undisturbed", data, symlinks=True)
    for path in _files([data, folder / "inbox"]):
        os.utime(path, (later, later))
    yield from _completes(folder, data, expected)


def _files(folders: Sequence[Path]) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
