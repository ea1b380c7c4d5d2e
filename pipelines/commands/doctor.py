"""`clinic-outcomes doctor`: whether an installation is sound, line by line."""

import argparse

from pipelines.data_folder import DataFolder
from pipelines.diagnosis import examine

MARKS = {True: "good", False: "BAD ", None: "note"}
SOUND, UNSOUND = 0, 1


def execute(options: argparse.Namespace) -> int:
    """Print every finding; exit code 1 when one is bad."""
    findings = list(examine(options.network, options.inbox, DataFolder(options.data.resolve())))
    for finding in findings:
        print(f"{MARKS[finding.is_good]}  {finding.what:<13} {finding.text}")
    return UNSOUND if any(finding.is_good is False for finding in findings) else SOUND
