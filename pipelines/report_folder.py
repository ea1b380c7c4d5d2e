"""The published reports of a month: rendered again only when the release or the code that renders them has changed."""

import datetime
import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines import code_version, releases
from pipelines.data_folder import DataFolder, write_text_whole
from pipelines.errors import ConfigurationError
from pipelines.releases import Release

LEDGER = "reports.json"


@dataclass(frozen=True)
class MonthOfReports:
    """Where a month's reports lie: one for each clinic, one for the network."""

    folder: Path
    is_new: bool

    @classmethod
    def of(cls, data: DataFolder, month: datetime.date, is_new: bool = False) -> "MonthOfReports":
        return cls(_root(data) / f"{month:%Y-%m}", is_new)

    @property
    def network(self) -> Path:
        return self.folder / "network" / "index.html"

    def clinics(self) -> dict[str, Path]:
        """The report of each clinic by its id."""
        pages = (path for path in sorted(self.folder.glob("*/index.html")) if path != self.network)
        return {path.parent.name: path for path in pages}


def render_aside(
    data: DataFolder, release: Release, month: datetime.date, target: Path, *, clinics: Sequence[str] | None = None, language: str | None = None
) -> MonthOfReports:
    """Write the reports of `month`, of all clinics or of those named, to a folder of the caller's, from any kept release."""
    _check_month(release, month)
    from reports.render import UnknownClinicError, render_month

    with releases.private_copy(release, data.work) as copy:
        try:
            render_month(copy, month, target, clinics=clinics, language=language)
        except UnknownClinicError as error:
            raise ConfigurationError("--clinic", "", str(error)) from None
    return MonthOfReports(target / f"{month:%Y-%m}", is_new=True)


def render_reports(data: DataFolder, release: Release, month: datetime.date, progress: Callable[[int, int, str], None] | None = None) -> MonthOfReports:
    """Bring the reports of `month` up to date with `release`."""
    _check_month(release, month)
    folder = MonthOfReports.of(data, month).folder
    source = {"release": release.id, "code": code_version.fingerprint(("reports",))}
    if _is_current(folder, source):
        return MonthOfReports.of(data, month)
    # imported late: drawing charts brings heavy libraries, which a month without news does not need
    from reports.render import render_month

    (folder / LEDGER).unlink(missing_ok=True)
    with releases.private_copy(release, data.work) as copy:
        written = render_month(copy, month, _root(data), progress=progress)
    pages = [path for path in written if path.is_relative_to(folder)]
    _remove_others(folder, pages)
    ledger = {**source, "files": {path.relative_to(folder).as_posix(): _digest(path) for path in sorted(pages)}}
    write_text_whole(folder / LEDGER, json.dumps(ledger, indent=1))
    return MonthOfReports.of(data, month, is_new=True)


def months_with_reports(data: DataFolder) -> list[str]:
    """The months, YYYY-MM, that have published reports, finished or begun, oldest first; others have pages that say so of them only."""
    folders = _root(data).glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]")
    return sorted(folder.name for folder in folders if (folder / "index.html").exists() or any(folder.glob("*/report.qmd")))


def remove_month(data: DataFolder, month: str) -> None:
    """Remove the published reports of a month."""
    shutil.rmtree(_root(data) / month)


def _check_month(release: Release, month: datetime.date) -> None:
    if f"{month:%Y-%m}" not in release.months():
        raise ConfigurationError(
            "--month", "", f"{month:%Y-%m} has no figures in release {release.id}, which goes from {release.months()[0]} to {release.months()[-1]}"
        )


def _root(data: DataFolder) -> Path:
    return data.published / "reports"


def _is_current(folder: Path, source: dict[str, str]) -> bool:
    """Whether every report there is, byte for byte, what `source` gave."""
    try:
        ledger = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
        return {name: ledger[name] for name in source} == source and all(_digest(folder / name) == digest for name, digest in ledger["files"].items())
    except (OSError, ValueError, KeyError):
        return False


def _remove_others(folder: Path, pages: list[Path]) -> None:
    """Reports of clinics that are no longer in the network."""
    kept = {page.relative_to(folder).parts[0] for page in pages}
    for child in folder.iterdir():
        if child.is_dir() and child.name not in kept:
            shutil.rmtree(child)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
