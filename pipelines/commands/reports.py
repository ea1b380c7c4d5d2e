"""`clinic-outcomes reports`: the reports of a month, from any kept release and without a run."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from pipelines.commands.published import published_release
from pipelines.data_folder import DataFolder
from pipelines.errors import ConfigurationError
from pipelines.releases import Release, kept
from pipelines.report_folder import render_aside, render_reports
from pipelines.run_dates import parse_month
from pipelines.run_lock import run_lock


def execute(options: argparse.Namespace) -> int:
    """Write the reports and print where they are."""
    data, newest = published_release(options.data)
    release = _chosen(data, options.release) if options.release else newest
    month = parse_month(options.month or release.months()[-1])
    if options.to:
        reports = render_aside(data, release, month, options.to, clinics=options.clinic, language=_language(options.language))
    elif options.language:
        raise ConfigurationError("--to", "", "must name a folder: the published reports are in the language that network.yaml names")
    elif release.id != newest.id:
        raise ConfigurationError("--to", "", f"must name a folder: the published reports are those of {newest.id}, not of {release.id}")
    else:
        with run_lock(data, on_wait=print):
            reports = render_reports(data, release, month)
    for page in _pages(reports.network, reports.clinics(), options.clinic):
        print(page)
    return 0


def _chosen(data: DataFolder, identity: str) -> Release:
    releases = kept(data)
    for release in releases:
        if release.id == identity:
            return release
    raise ConfigurationError("--release", "", f"'{identity}' is not kept; kept are {', '.join(release.id for release in releases)}")


def _language(code: str | None) -> str | None:
    from reports.voice import languages

    if code is not None and code not in languages():
        raise ConfigurationError("--language", "", f"'{code}' has no catalogue; there are {', '.join(languages())}")
    return code


def _pages(network: Path, clinics: dict[str, Path], asked: Sequence[str] | None) -> list[Path]:
    """The pages to tell of: those asked for, or all with the network's first."""
    if not asked:
        return [network, *clinics.values()]
    for clinic in asked:
        if clinic not in clinics:
            raise ConfigurationError("--clinic", "", f"no report of '{clinic}'; there are {', '.join(clinics)}")
    return [clinics[clinic] for clinic in asked]
