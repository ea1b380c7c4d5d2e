"""`clinic-outcomes reports`: the reports of a month, from the published release and without a run."""

import argparse

from pipelines.commands.published import published_release
from pipelines.report_folder import render_reports
from pipelines.run_dates import parse_month
from pipelines.run_lock import run_lock


def execute(options: argparse.Namespace) -> int:
    """Write the reports and print where they are."""
    data, release = published_release(options.data)
    month = parse_month(options.month or release.months()[-1])
    with run_lock(data, on_wait=print):
        reports = render_reports(data, release, month)
    print(reports.network)
    for page in reports.clinics().values():
        print(page)
    return 0
