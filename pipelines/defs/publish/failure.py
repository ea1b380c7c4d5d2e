"""The page that says why a run published nothing. Written when a step fails; the next release removes it."""

import dagster as dg

from pipelines.data_folder import DataFolder, write_text_whole
from pipelines.pages import render
from pipelines.publication import failed_checks, failure_page, parameters
from pipelines.releases import published


@dg.failure_hook(required_resource_keys={"workplace"})
def explain_failure(context: dg.HookContext) -> None:
    """Name the checks that did not hold, or the error, on one page in the data directory."""
    data: DataFolder = context.resources.workplace.data
    dates, current = parameters(data), published(data)
    page = render(
        "failure.html",
        month=f"{dates.month:%Y-%m}",
        as_of=dates.as_of,
        published=current.id if current else None,
        checks=failed_checks(data, context.op.name),
        error=context.op_exception,
        build=data.build,
    )
    write_text_whole(failure_page(data), page)
    context.log.error(f"nothing was published; why stands in {failure_page(data)}")
