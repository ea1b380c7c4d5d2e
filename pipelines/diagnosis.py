"""Is an installation sound? Looks at configuration, key, folders, raw files and releases; changes nothing."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.lib
import pyarrow.parquet as pq

from pipelines.data_folder import DataFolder
from pipelines.errors import ConfigurationError
from pipelines.file_facts import FileFacts, load_facts
from pipelines.network import load_network
from pipelines.privacy import key_fingerprint, load_key
from pipelines.releases import kept, published
from pipelines.source_contracts import load_contracts

LEAST_FREE = 2 << 30
BUILDS_THAT_MUST_FIT = 3  # the build, its spilled rows, and the release made from it


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `is_good` is None for what is worth knowing and neither good nor bad."""

    what: str
    is_good: bool | None
    text: str


def examine(network_file: Path, inbox: Path, data: DataFolder) -> Iterator[Finding]:
    """Every finding, in the order in which a run would meet its subject."""
    yield from _told("network file", lambda: _network(network_file, inbox))
    yield from _told("key", lambda: _key(data))
    yield from _folder(data)
    yield _raw(data)
    yield from _releases(data)


def _told(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What `look` finds; a configuration that cannot be used is a finding too."""
    try:
        yield from list(look())
    except ConfigurationError as error:
        yield Finding(what, False, str(error))


def _network(file: Path, inbox: Path) -> Iterator[Finding]:
    network = load_network(file, list(load_contracts()))
    yield Finding("network file", True, f"{len(network.clinics)} clinics")
    if not os.access(inbox, os.R_OK | os.X_OK):
        yield Finding("inbox", False, f"{inbox} cannot be read")
        return
    silent = [clinic.id for clinic in network.clinics if not any((inbox / clinic.id).glob("*/*"))]
    yield Finding("inbox", not silent, f"no delivery of {', '.join(silent)}" if silent else "every clinic has delivered something")


def _key(data: DataFolder) -> Iterator[Finding]:
    demo_key = data.root / "demo.key"
    fingerprint = key_fingerprint(load_key(demo_key_file=demo_key if demo_key.exists() else None))
    used = {facts.key_fingerprint for _, facts in _facts(data)}
    others = used - {fingerprint}
    yield Finding("key", not others, "raw rows were read under another key; the next run reads every file again" if others else f"fingerprint {fingerprint}")


def _folder(data: DataFolder) -> Iterator[Finding]:
    if not data.root.is_dir():
        yield Finding("data folder", None, f"{data.root} is not there yet; the first run makes it")
        return
    if not os.access(data.root, os.W_OK | os.X_OK):
        yield Finding("data folder", False, f"{data.root} cannot be written to")
    open_to_all = stat.S_IMODE(data.root.stat().st_mode) & 0o007
    yield Finding("data folder", None if open_to_all else True, "everybody on this machine may look into it" if open_to_all else "closed to others")
    free = shutil.disk_usage(data.root).free
    needed = max(LEAST_FREE, BUILDS_THAT_MUST_FIT * (data.build.stat().st_size if data.build.exists() else 0))
    yield Finding("disk", free >= needed, f"{free >> 30} GiB free; a run wants {needed / (1 << 30):.0f}")


def _facts(data: DataFolder) -> Iterator[tuple[Path, FileFacts]]:
    for path in sorted(data.raw.glob("*/_facts/*/*.json")):
        # what is not whole is read again by the next run
        if facts := load_facts(path):
            yield path, facts


def _raw(data: DataFolder) -> Finding:
    files, damaged = 0, []
    for path, facts in _facts(data):
        for table, rows in facts.admitted.items():
            file = data.raw_file(path.parents[2].name, table, path.parent.name.removeprefix("clinic="), facts.sha256)
            files += 1
            if _rows_in(file) != rows:
                damaged.append(str(file.relative_to(data.root)))
    if damaged:
        return Finding("raw files", False, f"{len(damaged)} of {files} are missing or damaged, first {damaged[0]}; remove the facts beside it to read it again")
    return Finding("raw files", True, f"{files}, with as many rows as were read")


def _rows_in(file: Path) -> int | None:
    try:
        return int(pq.read_metadata(file).num_rows)
    except (OSError, pyarrow.lib.ArrowInvalid):
        return None


def _releases(data: DataFolder) -> Iterator[Finding]:
    release = published(data)
    if release is None:
        yield Finding("published", None, "nothing yet; `clinic-outcomes run` makes a release")
        return
    is_whole = release.is_whole()
    yield Finding("published", is_whole, f"{release.id}, {'byte for byte as it was written' if is_whole else 'not as it was written: make it anew with a run'}")
    broken = [other.id for other in kept(data) if not other.is_whole()]
    yield Finding("releases", not broken, f"not whole: {', '.join(broken)}" if broken else f"{len(kept(data))} kept, all whole")
