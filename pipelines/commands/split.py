"""`clinic-outcomes split`: a release as one folder for each clinic and one for the network, each with what its readers may see."""

import argparse

from pipelines.commands.published import published_release
from pipelines.run_dates import parse_month
from pipelines.run_lock import run_lock
from pipelines.split import split


def execute(options: argparse.Namespace) -> int:
    """Write the folders and print the files."""
    data, release = published_release(options.data)
    month = parse_month(options.month or release.months()[-1])
    with run_lock(data, on_wait=print):
        for part in split(data, release, month, options.to, options.file_mode):
            for file in part.files:
                print(file)
    return 0
