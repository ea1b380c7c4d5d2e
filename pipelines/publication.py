"""From an audited build to a release that readers find: written when it is new, pointed to, and the oldest ones removed."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipelines import check_results, code_version, dictionary, release_diff, releases
from pipelines.build_state import BuildState
from pipelines.check_results import CheckResult
from pipelines.data_folder import DataFolder, write_text_whole
from pipelines.network import Network
from pipelines.pages import render
from pipelines.releases import Release

# which step of the job keeps which checks' results
CHECKED_BY = {"build_warehouse": check_results.DBT, "mart_expectations": check_results.GREAT_EXPECTATIONS}


@dataclass(frozen=True)
class Publication:
    """The release that readers find now, whether this run wrote it, and which old ones it removed."""

    release: Release
    is_new: bool
    removed: list[str]


@dataclass(frozen=True)
class Parameters:
    """The dates that the build was made with; `month` is the newest that it has figures for."""

    as_of: datetime.date
    month: datetime.date


def parameters(data: DataFolder) -> Parameters:
    """What dbt was told about the run."""
    row = pq.read_table(data.inputs / "parameters.parquet", columns=["as_of", "month"]).to_pylist()[0]
    return Parameters(row["as_of"], row["month"])


def publish(data: DataFolder, network: Network, key: bytes, checks: list[CheckResult], dbt_manifest: Mapping[str, Any]) -> Publication:
    """Publish what lies in the build file. The same inputs and code lead to the release that is there already.

    `dbt_manifest` says what the tables mean; its words go into the file and into the data dictionary."""
    dates = parameters(data)
    state = BuildState.of(data, key)
    identity = releases.release_id(dates.as_of, state.identity)
    release = releases.existing(data, identity)
    is_new = release is None
    if release is None:
        release = _write(data, network, state, identity, dates, checks, dbt_manifest)
    releases.point_to(data, release)
    return Publication(release, is_new, releases.prune(data, network.keep_releases))


def _write(
    data: DataFolder, network: Network, state: BuildState, identity: str, dates: Parameters, checks: list[CheckResult], dbt_manifest: Mapping[str, Any]
) -> Release:
    before = releases.last_whole(data)
    manifest = {
        "number": before.manifest()["number"] + 1 if before else 1,
        "previous": before.id if before else None,
        "network": network.name,
        "as_of": dates.as_of.isoformat(),
        "months": _months(data),
        "made_from": state.identity,
        "code": code_version.fingerprint(),
        "versions": code_version.versions(),
        "inputs": _inputs(data),
    }

    def annotate(draft: Release) -> None:
        dictionary.write(draft.folder / dictionary.FILE_NAME, draft.warehouse, dbt_manifest, releases.SCHEMAS, identity)
        _add_diff(data, before, draft, identity)

    return releases.write(data, identity, manifest, checks, dictionary.described(dbt_manifest, releases.SCHEMAS), annotate)


def _months(data: DataFolder) -> list[str]:
    """The months that the build has figures for, oldest first."""
    with duckdb.connect(str(data.build), read_only=True) as connection:
        rows = connection.execute("select distinct strftime(month, '%Y-%m') from benchmarks.network_months order by 1").fetchall()
    return [month for (month,) in rows]


def _inputs(data: DataFolder) -> list[dict[str, str]]:
    """The delivered files whose rows hold in this release."""
    columns = ["clinic_id", "source_system", "delivery", "file", "sha256"]
    table = pq.read_table(data.inputs / "deliveries.parquet", columns=columns, filters=[("is_current", "=", True)])
    rows: list[dict[str, str]] = table.to_pylist()
    return rows


def _add_diff(data: DataFolder, before: Release | None, draft: Release, identity: str) -> None:
    """diff.json and diff.html beside the tables; nothing for the first release."""
    if before is None:
        return
    with releases.private_copy(before, data.work) as copy:
        diff = release_diff.compare(copy, draft.warehouse, before.id, identity)
    write_text_whole(draft.folder / "diff.json", json.dumps(diff.to_dict(), indent=1))
    write_text_whole(draft.folder / "diff.html", render("diff.html", diff=diff))


def failed_checks(data: DataFolder, step: str) -> list[CheckResult]:
    """The checks of a step that stopped publication; none when the step failed for another reason."""
    checked_by = CHECKED_BY.get(step)
    return [check for check in check_results.load(data, checked_by) if check.stops_publication()] if checked_by else []


def failure_page(data: DataFolder) -> Path:
    """Where the reasons stand why the last run published nothing."""
    return data.work / "failure.html"
