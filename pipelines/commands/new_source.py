"""`clinic-outcomes new-source`: the files of a new practice system, from the header of a sample."""

import argparse

from pipelines.scaffold import NewSource, scaffold

NEXT = """Next:
1. In the contract, decide for each dropped column whether it may enter, and how.
2. In the staging model, give each word of attendance its meaning, with somebody who uses the system.
3. Add the traps of the format to the fixture, and a test with exact counts (tests/unit/test_source_jane.py is one).
4. python -m pipelines.system_pages"""


def execute(options: argparse.Namespace) -> int:
    """Write the files and say what is left to do."""
    source = NewSource(
        options.system,
        options.title or options.system,
        options.country,
        options.session_id,
        options.client_id,
        options.starts_at,
        options.attendance,
        options.dates,
    )
    for path in scaffold(source, options.sample):
        print(path)
    print(NEXT)
    return 0
