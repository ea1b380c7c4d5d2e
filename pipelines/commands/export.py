"""`clinic-outcomes export`: the figures that may leave the network, for spreadsheets."""

import argparse

from pipelines.commands.published import opened_release
from pipelines.spreadsheets import write_spreadsheets


def execute(options: argparse.Namespace) -> int:
    """Write the files and print where they are."""
    with opened_release(options.data) as (_, warehouse):
        for path in write_spreadsheets(warehouse, options.to):
            print(path)
    return 0
