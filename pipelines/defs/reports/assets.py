"""The reports of one month, made from the release and from nothing else."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.defs.groups import OWNERS, REPORTS
from pipelines.defs.markdown import table
from pipelines.defs.months import MONTHS
from pipelines.defs.workplace import SoleRun, Workplace
from pipelines.releases import published
from pipelines.report_folder import MonthOfReports, render_reports
from pipelines.run_dates import parse_month

CLINICS, NETWORK = dg.AssetKey("clinic_reports"), dg.AssetKey("network_report")


def _spec(key: dg.AssetKey, description: str) -> dg.AssetSpec:
    return dg.AssetSpec(key, deps=["release"], description=description, group_name=REPORTS, owners=OWNERS, kinds={"html"}, partitions_def=MONTHS)


@dg.multi_asset(
    name="render_reports",
    specs=[
        _spec(CLINICS, "One self-contained HTML page for each clinic: what succeeded and what failed in the month, beside the network."),
        _spec(NETWORK, "One self-contained HTML page for the network: every clinic side by side, funnels, and what is missing."),
    ],
)
def render_month_of_reports(context: dg.AssetExecutionContext, workplace: Workplace, sole_run: SoleRun) -> Iterator[dg.MaterializeResult[None]]:
    """Render the month that the run was started for."""
    release = published(workplace.data)
    if release is None:
        raise dg.Failure("there is no release to report from; run the whole job once")
    reports = render_reports(workplace.data, release, parse_month(context.partition_key))
    yield dg.MaterializeResult(asset_key=CLINICS, metadata=_clinics_metadata(reports, release.id))
    yield dg.MaterializeResult(
        asset_key=NETWORK, metadata={"report": dg.MetadataValue.url(reports.network.as_uri()), "release": release.id, "rendered_now": reports.is_new}
    )


def _clinics_metadata(reports: MonthOfReports, release_id: str) -> dict[str, Any]:
    pages = reports.clinics()
    return {
        "reports": len(pages),
        "release": release_id,
        "rendered_now": reports.is_new,
        "folder": dg.MetadataValue.path(reports.folder),
        "pages": table(("clinic", "report"), [(clinic_id, f"[open]({path.as_uri()})") for clinic_id, path in pages.items()]),
    }
