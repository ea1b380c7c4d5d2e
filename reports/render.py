"""The reports of one month, written from one release. The same release gives the same bytes."""

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

from reports import pages, quarto
from reports.release import Facts, read_facts
from reports.scope import NETWORK, Edition, Scope
from reports.translation import translated
from reports.views import Report
from reports.voice import voice_of

DOCUMENT = "report.qmd"
"""Not index.qmd: what Quarto makes of it must not take the page's place."""
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
    scopes = [Scope(edition, known[clinic_id]) for clinic_id in chosen]
    for done, (clinic_id, scope) in enumerate(zip(chosen, scopes, strict=True), start=1):
        written += _write_report(folder / clinic_id, pages.clinic_report(scope), edition)
        if progress is not None:
            progress(done, len(chosen), clinic_id)
    written += _write_report(folder / NETWORK, pages.network_report(Scope(edition)), edition)
    written.append(_write(folder / "index.html", pages.month_page(edition, _reports_in(folder))))
    written.append(_write(target / "index.html", pages.all_months_page(edition, _months_in(target))))
    _fill_gaps(target, [*scopes, Scope(edition)])
    return written


def _fill_gaps(target: Path, scopes: Sequence[Scope]) -> None:
    """A page for each report of the months around that a link leads to and nobody has written yet."""
    for scope in scopes:
        for month in filter(None, scope.edition.neighbours):
            path = target / f"{month:%Y-%m}" / scope.folder / "index.html"
            if not path.exists():
                _write(path, pages.absent_page(scope, month))


def _reports_in(folder: Path) -> set[str]:
    """Whose reports a month's folder has."""
    return {path.parent.name for path in folder.glob(f"*/{DOCUMENT}")}


def _write_report(folder: Path, report: Report, edition: Edition) -> list[Path]:
    """The same report twice, the document first, since it shows that a report is there."""
    return [
        _write(folder / DOCUMENT, quarto.document(report, edition.voice)),
        _write(folder / "index.html", pages.report_page(report, edition.voice)),
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
