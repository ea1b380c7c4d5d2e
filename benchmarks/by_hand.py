"""What people would write instead, in SQL: one DuckDB script from the files to the monthly rates of each clinic, as CSV."""

import sys
from pathlib import Path

import duckdb

from benchmarks.floor import files
from pipelines.privacy import sql_text

CLINIC = r"regexp_extract(filename, '([^/]+)/nhs_iapt/', 1)"
VIEWS = {
    "referrals": ("IDS101Referral", "PathwayID, cast(ServDischDate as date) as ServDischDate"),
    "contacts": ("IDS201CareContact", "Unique_CareContactID, PathwayID, cast(CareContDate as date) as CareContDate, AttendOrDNACode, AppType"),
    "activity_scores": ("IDS607CodedScoreAssessmentAct", "PathwayID, Unique_CareContactID, CodedAssToolType, cast(PersScore as integer) as PersScore"),
    "referral_scores": (
        "IDS606CodedScoreAssessmentRefer",
        "PathwayID, CodedAssToolType, cast(PersScore as integer) as PersScore, cast(AssToolCompDate as date) as AssToolCompDate",
    ),
}


def main() -> None:
    """Read the inbox of the first argument, write the rates to the file of the second."""
    inbox, target = Path(sys.argv[1]), Path(sys.argv[2])
    with duckdb.connect() as connection:
        for view, (table, columns) in VIEWS.items():
            # a table, as contacts are used twice: reading the text twice would cost more
            connection.execute(f"create temporary table {view} as select {CLINIC} as clinic, {columns} from {files(inbox, table)}")
        query = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
        connection.execute(f"copy ({query}) to {sql_text(str(target))} (format csv, header)")


if __name__ == "__main__":
    main()
