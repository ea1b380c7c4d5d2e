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

DAY = 24 * 3_600
# how much of what a run needs there is room for
ROOM = (0.1, 0.3, 0.6)
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
    """In which ways runs were disturbed, and what was wrong."""

    ways: tuple[str, ...]
    faults: tuple[str, ...]


def disturb(folder: Path) -> Disturbed:
    """Disturb runs of a small network in every way that this machine lets us, and compare what the next run leaves."""
    write_network(folder, clinics=1, months=6, scale=0.2)
    start_run(folder, folder / "undisturbed").wait()
    expected = digests(folder / "undisturbed")
    if not any(name.startswith("published/reports") for name in expected):
        return Disturbed((), ("the undisturbed run published nothing",))
    ways: dict[str, Callable[[Path, dict[str, str]], Iterator[str]]] = {
        "limited files": _limited_files, "read-only": _read_only, "clock": _jumping_clock, "files of the future": _files_of_the_future,
    }  # fmt: skip
    if _mounted(folder / "disk", "-t", "tmpfs", "tmpfs"):
        _unmounted(folder / "disk")
        ways["full disk"] = _full_disk
    faults = [f"{name}: {fault}" for name, disturbed in ways.items() for fault in disturbed(folder, expected)]
    return Disturbed(tuple(ways), tuple(faults))


def _mounted(target: Path, *arguments: str | Path) -> bool:
    """Mount something at `target`, where this machine lets us."""
    target.mkdir(exist_ok=True)
    return shutil.which("mount") is not None and subprocess.run(["mount", *arguments, target], capture_output=True, check=False).returncode == 0


def _unmounted(target: Path) -> None:
    subprocess.run(["umount", target], check=True)


def _attempt(folder: Path, data: Path, **options: object) -> Iterator[str]:
    """A run that is hindered: it must end with a plain line, not with a traceback, and must not publish half of something."""
    arguments = [COMMAND, "run", "--network", folder / "network.yaml", "--inbox", folder / "inbox", "--data", data]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=False, **{"env": ENVIRONMENT, **options})  # type: ignore[call-overload]
    # there may be room enough after all
    if ran.returncode not in (0, 1, 2):
        yield f"the run ended with {ran.returncode}"
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
    needed = sum(path.stat().st_size for path in _files([folder / "undisturbed"]))
    disk = folder / "disk"
    assert _mounted(disk, "-t", "tmpfs", "-o", f"size={int(ROOM[0] * needed)}", "tmpfs")
    try:
        for room in ROOM:
            assert _mounted(disk, "-o", f"remount,size={int(room * needed)}")
            yield from _attempt(folder, disk / "data")
        assert _mounted(disk, "-o", f"remount,size={4 * needed}")
        yield from _completes(folder, disk / "data", expected)
    finally:
        _unmounted(disk)


def _read_only(folder: Path, expected: dict[str, str]) -> Iterator[str]:
    """Nothing in the data folder can be written; to root, whom permissions do not stop, it is mounted so."""
    data = folder / "reading"
    shutil.copytree(folder / "undisturbed", data, symlinks=True)
    is_mounted = os.geteuid() == 0 and _mounted(data, "--bind", data) and _mounted(data, "-o", "remount,ro,bind")
    modes = {path: path.stat().st_mode for path in (data, *(path for path in data.rglob("*") if path.is_dir()))}
    try:
        for path, mode in ({} if is_mounted else modes).items():
            path.chmod(mode & 0o555)
        yield from _attempt(folder, data)
    finally:
        if is_mounted:
            _unmounted(data)
        for path, mode in modes.items():
            path.chmod(mode)
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
