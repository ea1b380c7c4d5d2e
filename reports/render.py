"""The reports of one month, written from one release. The same release gives the same bytes."""

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

from reports import pages, quarto
from reports.release import Facts, read_facts
from reports.scope import Edition, Scope
from reports.translation import translated
from reports.views import Report
from reports.voice import voice_of

Progress = Callable[[int, int, str], None]
"""Told after each clinic: how many are done, of how many, and which was the last."""


class UnknownClinicError(ValueError):
    """A clinic was asked for that the release does not have."""


def render_month(
    release: Path,
    month: datetime.date,
    target: Path,
    *,
    clinics: Sequence[str] | None = None,
    progress: Progress | None = None,
    language: str | None = None,
) -> list[Path]:
    """Write the month's reports from the DuckDB file `release` and return their paths.

    target/<YYYY-MM>/<clinic id>/index.html and report.qmd for each clinic (or those of `clinics`), the same
    in target/<YYYY-MM>/network/, target/<YYYY-MM>/index.html over both, and target/index.html over all
    months found under `target`. In `language`, or else in the one that the release says.
    """
    edition = _edition(read_facts(release, month), month, language)
    known = {clinic.clinic_id: clinic for clinic in edition.clinics}
    chosen = list(known) if clinics is None else list(clinics)
    unknown = [clinic_id for clinic_id in chosen if clinic_id not in known]
    if unknown:
        raise UnknownClinicError(f"the release has no clinic '{unknown[0]}'; it has {', '.join(sorted(known))}")

    folder = target / f"{month:%Y-%m}"
    written = []
    for done, clinic_id in enumerate(chosen, start=1):
        written += _write_report(folder / clinic_id, pages.clinic_report(Scope(edition, known[clinic_id])), edition)
        if progress is not None:
            progress(done, len(chosen), clinic_id)
    written += _write_report(folder / "network", pages.network_report(Scope(edition)), edition)
    written.append(_write(folder / "index.html", pages.month_page(edition)))
    written.append(_write(target / "index.html", pages.all_months_page(edition, _months_in(target))))
    return written


def _write_report(folder: Path, report: Report, edition: Edition) -> list[Path]:
    """The same report twice. Not index.qmd: what Quarto makes of it must not take the page's place."""
    return [
        _write(folder / "index.html", pages.report_page(report, edition.voice)),
        _write(folder / "report.qmd", quarto.document(report, edition.voice)),
    ]


def _edition(facts: Facts, month: datetime.date, language: str | None) -> Edition:
    voice = voice_of(language or facts.rows("parameters")[0].language)
    return Edition(translated(facts, voice), voice, month)


def _months_in(target: Path) -> list[datetime.date]:
    """The months that have reports, the newest first."""
    names = (path.parent.name for path in target.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]/index.html"))
    return sorted((datetime.date.fromisoformat(f"{name}-01") for name in names), reverse=True)


def _write(path: Path, page: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path
