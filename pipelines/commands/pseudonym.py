"""`clinic-outcomes pseudonym`: what an identifier is called in the warehouse, for whoever holds the key."""

import argparse

from pipelines.privacy import load_key, pseudonym


def execute(options: argparse.Namespace) -> int:
    """Print the pseudonym."""
    print(pseudonym(load_key(), options.clinic, options.system, options.id))
    return 0
