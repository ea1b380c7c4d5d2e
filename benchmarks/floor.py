"""The floor: DuckDB reads every file once, as text, and writes Parquet. Nothing that reads these files can be much faster."""

import sys
from pathlib import Path

import duckdb

from benchmarks.national_year import TABLES, YEAR
from pipelines.privacy import sql_text


def files(inbox: Path, table: str) -> str:
    """The SQL that reads this table of the year's deliveries of all clinics, all of it text, with the path in the column `filename`."""
    pattern = inbox / "*" / "nhs_iapt" / YEAR.delivered_on.isoformat() / f"{table}.csv"
    return f"read_csv({sql_text(str(pattern))}, header=true, all_varchar=true, filename=true)"


def main() -> None:
    """Read the inbox of the first argument, write to the folder of the second."""
    inbox, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"preserve_insertion_order": False}) as connection:
        for table in TABLES:
            connection.execute(f"copy (from {files(inbox, table)}) to {sql_text(str(target / f'{table}.parquet'))} (format parquet, compression zstd)")


if __name__ == "__main__":
    main()
