"""`make proof`: a table of what is promised and what was seen; exit code 1 when a promise is not kept."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.job_run import STEPS
from tests.proof.crashes import crash
from tests.proof.faults import disturb
from tests.proof.fuzzing import fuzz
from tests.proof.isolation import KINDS, isolate
from tests.proof.readers import read_while_publishing
from tests.proof.restoring import restore

MUTATIONS, READERS, RELEASES = 5_000, 20, 10
KILLS = int(os.environ.get("KILLS", "14"))
CLINICS, DAMAGED_OF_EACH_KIND = 200, 4
MEMORY = 2 << 30


@dataclass(frozen=True)
class Promise:
    """One line of the table."""

    name: str
    promised: str
    seen: str
    is_kept: bool
    faults: Sequence[str] = ()


def hostile_files(_: Path) -> Promise:
    """Every reader against mutations of the fixtures."""
    found = fuzz(MUTATIONS)
    faults = [f"mutation {fault.number}: {fault.what}" for fault in found.faults]
    seen = f"{found.tried} tried, {found.refused} refused, {len(faults)} faults, at most {found.memory >> 20} MB"
    promised = f"{MUTATIONS} mutations: no crash, no hang, less than {MEMORY >> 20} MB"
    return Promise("hostile files", promised, seen, not faults and found.memory < MEMORY, faults)


def readers(folder: Path) -> Promise:
    """The published file while it is replaced."""
    found = read_while_publishing(folder, READERS, RELEASES)
    seen = f"{found.queries} queries: {found.failed} failed, {found.mixed} mixed"
    is_kept = found.queries >= READERS and found.failed == found.mixed == 0
    return Promise("readers", f"{READERS} readers, {RELEASES} releases: no failed query, one release each", seen, is_kept)


def crashes(folder: Path) -> Promise:
    """Runs killed at each step and at random moments."""
    found = crash(folder, KILLS)
    seen = f"{found.kills} kills, {found.truncations} times the newest file cut off, {found.comparisons} runs compared, {len(found.faults)} faults"
    is_kept = found.kills == len(STEPS) + KILLS and not found.faults
    promised = f"kills at {len(STEPS)} steps and {KILLS} moments: the next run completes, same raw files, tables and reports"
    return Promise("crashes", promised, seen, is_kept, found.faults)


def back_up(folder: Path) -> Promise:
    """A data folder brought back without work/."""
    found = restore(folder)
    seen = f"{found.files} files and tables compared, {len(found.faults)} faults"
    return Promise("back-up", "the restored folder gives the same raw files, tables and reports", seen, not found.faults, found.faults)


def isolation(folder: Path) -> Promise:
    """A network in which every fifth clinic's delivery is damaged."""
    found = isolate(folder, CLINICS, DAMAGED_OF_EACH_KIND)
    damaged = DAMAGED_OF_EACH_KIND * len(KINDS)
    seen = f"{found.refused} refused for the right reason, {found.published} published, {len(found.faults)} faults"
    is_kept = (found.refused, found.published) == (damaged, CLINICS - damaged) and not found.faults
    promised = f"of {CLINICS} clinics exactly {damaged} damaged deliveries refused, reports say since when"
    return Promise("isolation", promised, seen, is_kept, found.faults)


def faults(folder: Path) -> Promise:
    """Runs on a full disk, without the right to write, and with a clock that jumps."""
    found = disturb(folder)
    seen = f"{', '.join(found.ways)}: {len(found.faults)} faults"
    return Promise("faults", "full disk, read-only, jumping clock: a plain line, then the same", seen, bool(found.ways) and not found.faults, found.faults)


PROMISES: tuple[Callable[[Path], Promise], ...] = (hostile_files, readers, back_up, isolation, faults, crashes)


def proven() -> Iterator[Promise]:
    """Each promise in turn, with a folder of its own."""
    for prove in PROMISES:
        with tempfile.TemporaryDirectory(prefix="proof-") as folder:
            yield prove(Path(folder))


def main() -> int:
    """Print the table."""
    started, is_all_kept = time.monotonic(), True
    for promise in proven():
        print(f"{'kept  ' if promise.is_kept else 'BROKEN'}  {promise.name:<14} {promise.promised}\n{'':<24}{promise.seen}", flush=True)
        for fault in promise.faults:
            print(f"{'':<24}{fault}")
        is_all_kept &= promise.is_kept
    print(f"{'every promise is kept' if is_all_kept else 'a promise is broken'}; {time.monotonic() - started:.0f} s")
    return 0 if is_all_kept else 1


if __name__ == "__main__":
    sys.exit(main())
