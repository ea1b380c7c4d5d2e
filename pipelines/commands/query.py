"""`clinic-outcomes query`: a question in SQL to the published release."""

import argparse
import sys

import duckdb

from pipelines.commands.published import opened_release
from pipelines.errors import ConfigurationError


def execute(options: argparse.Namespace) -> int:
    """Print the answer as a table."""
    sql = sys.stdin.read() if options.sql == "-" else options.sql
    with opened_release(options.data) as (_, warehouse), duckdb.connect(str(warehouse), read_only=True) as connection:
        try:
            answer = connection.sql(sql)
        except duckdb.Error as error:
            raise ConfigurationError("SQL", "", str(error)) from None
        if answer is not None:
            print(answer)
    return 0
