"""The page that says why a run published nothing. Written when a step fails; the next release removes it."""

import dagster as dg

from pipelines import check_results
from pipelines.data_folder import DataFolder, write_text_whole
from pipelines.pages import render
from pipelines.publication import failure_page, parameters
from pipelines.releases import published

CHECKED_BY_STEP = {"build_warehouse": check_results.DBT, "mart_expectations": check_results.GREAT_EXPECTATIONS}


@dg.failure_hook(required_resource_keys={"workplace"})
def explain_failure(context: dg.HookContext) -> None:
    """Name the checks that did not hold, or the error, on one page in the data directory."""
    data: DataFolder = context.resources.workplace.data
    checked_by = CHECKED_BY_STEP.get(context.op.name)
    checks = [check for check in check_results.load(data, checked_by) if check.stops_publication()] if checked_by else []
    dates, current = parameters(data), published(data)
    page = render(
        "failure.html",
        month=f"{dates.month:%Y-%m}",
        as_of=dates.as_of,
        published=current.id if current else None,
        checks=checks,
        error=context.op_exception,
        build=data.build,
    )
    write_text_whole(failure_page(data), page)
    context.log.error(f"nothing was published; why stands in {failure_page(data)}")
