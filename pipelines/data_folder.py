"""Where things lie below the data directory, and how files get there whole or not at all."""

import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ConfigurationError

UNIT_OF_SEVERAL_TABLES = "resources"
# folders below work/ for delivered content on its way in, which may hold names: nothing of it may outlive a run
INCOMING = "incoming-"
# folders below work/ for copies of releases, which several processes may be reading
READING = "reading-"


@dataclass(frozen=True)
class DataFolder:
    """The directory of `--data`. Paths only; nothing is made until something is written."""

    root: Path

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def rejects(self) -> Path:
        return self.root / "rejects"

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def inputs(self) -> Path:
        return self.work / "inputs"

    @property
    def build(self) -> Path:
        return self.work / "build.duckdb"

    @property
    def spill(self) -> Path:
        """Where DuckDB puts what does not fit into memory."""
        return self.work / "spill"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def forgotten(self) -> Path:
        """The pseudonyms of people who were forgotten, so that what the inbox still holds of them stays outside."""
        return self.root / "forgotten.csv"

    @property
    def published(self) -> Path:
        return self.root / "published"

    def raw_file(self, system: str, table: str, clinic_id: str, sha256: str) -> Path:
        return self.raw / system / table / f"clinic={clinic_id}" / f"{sha256}.parquet"

    def facts_file(self, system: str, unit: str, clinic_id: str, sha256: str) -> Path:
        """What reading a file found. `unit` is the table, or UNIT_OF_SEVERAL_TABLES; the leading _ hides it from engines."""
        return self.raw / system / "_facts" / f"clinic={clinic_id}" / f"{unit}-{sha256}.json"

    def rejects_file(self, system: str, unit: str, clinic_id: str, sha256: str) -> Path:
        return self.rejects / system / unit / f"clinic={clinic_id}" / f"{sha256}.parquet"


def check_writable(data: DataFolder) -> None:
    """ConfigurationError when a run could not write to the data directory, or to a folder in it that is there already."""
    root = next(folder for folder in (data.root, *data.root.parents) if folder.exists())
    for folder in (root, data.raw, data.rejects, data.work, data.releases, data.published):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            raise ConfigurationError(folder, "", "cannot be written to; a run needs to write here and in every folder below")


def write_whole(target: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `target`, flush it to disk and move it there in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # the same file delivered twice may be written by two readers at once
    temporary = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        write(temporary)
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def write_text_whole(target: Path, text: str) -> None:
    """`write_whole` for a text."""

    def write(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    write_whole(target, write)


def remove_leftovers(data: DataFolder) -> None:
    """Remove what a killed run left half written or half read. To be called by whoever holds the run's lock."""
    for folder in (data.raw, data.rejects):
        for path in folder.rglob(".*.tmp"):
            path.unlink(missing_ok=True)
    for folder in (*data.work.glob(f"{INCOMING}*"), data.spill):
        shutil.rmtree(folder, ignore_errors=True)
