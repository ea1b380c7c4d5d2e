"""Writes an invented national year of therapy as its clinics would deliver it: the tables of the IAPT data set, clinic by clinic.

Scale 1 is about England's NHS Talking Therapies: 500 clinics, 1.8 million referrals a year. A smaller scale has fewer clinics of the same size, so
that time and bytes grow with it. Totals only: the data set carries no answers to the items of a form.
"""

import argparse
import datetime
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from pipelines.privacy import sql_text

SEED = 1948
CLINICS = 500
REFERRALS_OF_A_CLINIC = 3600
FEWEST_CLINICS = 3
WRITERS_AT_ONCE = 2
TABLES = (
    "IDS001MPI", "IDS004EmpStatus", "IDS101Referral", "IDS201CareContact", "IDS202CareActivity", "IDS603PresentingComplaints",
    "IDS606CodedScoreAssessmentRefer", "IDS607CodedScoreAssessmentAct",
)  # fmt: skip


@dataclass(frozen=True)
class Delivery:
    """What a clinic delivers at once: the rows of the days from `first_day` to `last_day`, in a folder of the day `delivered_on`."""

    delivered_on: datetime.date
    first_day: datetime.date
    last_day: datetime.date


YEAR = Delivery(datetime.date(2026, 4, 7), datetime.date(2025, 4, 1), datetime.date(2026, 3, 31))
NEXT_MONTH = Delivery(datetime.date(2026, 5, 7), datetime.date(2026, 4, 1), datetime.date(2026, 4, 30))


@dataclass(frozen=True)
class Size:
    """How many clinics, and how many referrals each of them has in a year."""

    clinics: int
    referrals: int

    @classmethod
    def of(cls, scale: float) -> "Size":
        """The size at `scale`; where that is less than three clinics, three that are smaller."""
        clinics = round(CLINICS * scale)
        if clinics >= FEWEST_CLINICS:
            return cls(clinics, REFERRALS_OF_A_CLINIC)
        return cls(FEWEST_CLINICS, max(1, round(CLINICS * scale * REFERRALS_OF_A_CLINIC / FEWEST_CLINICS)))


def clinic_id(number: int) -> str:
    """The id of the clinic with this number, from 0."""
    return f"clinic-{number:04}"


def write_network_file(target: Path, size: Size) -> None:
    """Write `network.yaml` for a network of this size."""
    clinics = [
        {"id": clinic_id(number), "name": f"Clinic {number}", "time_zone": "Europe/London", "systems": ["nhs_iapt"], "roll_up": "nhs_talking_therapies"}
        for number in range(size.clinics)
    ]
    network = {"name": "National year", "time_zone": "Europe/London", "report_on_day": 3, "disclosure": "internal"}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(yaml.safe_dump({"network": network, "clinics": clinics, "measures": []}, sort_keys=False), encoding="utf-8")


def write_deliveries(inbox: Path, size: Size, deliveries: Sequence[Delivery], seed: int = SEED) -> None:
    """Write these deliveries of every clinic below `inbox`. The same seed gives the same bytes; holds one clinic in memory at a time and writer."""
    with ThreadPoolExecutor(WRITERS_AT_ONCE) as pool:
        # a list, so that an error of a writer is raised here
        list(pool.map(lambda number: _write_clinic(inbox, number, size, deliveries, seed), range(size.clinics)))


def _write_clinic(inbox: Path, number: int, size: Size, deliveries: Sequence[Delivery], seed: int) -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, value in (("seed", seed), ("clinic", number), ("referrals", size.referrals)):
            connection.execute(f"set variable {name} = {value}::bigint")
        connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
        for delivery in deliveries:
            folder = inbox / clinic_id(number) / "nhs_iapt" / delivery.delivered_on.isoformat()
            folder.mkdir(parents=True, exist_ok=True)
            connection.execute(f"set variable first_day = date '{delivery.first_day}'")
            connection.execute(f"set variable last_day = date '{delivery.last_day}'")
            for table in TABLES:
                connection.execute(f'copy (from "{table}") to {sql_text(str(folder / f"{table}.csv"))} (format csv, header)')


def main() -> None:
    """Parse the command line and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.national_year", description="Write an invented national year and the month after it.")
    parser.add_argument("target", type=Path, help="a folder without an inbox; it gets network.yaml and inbox/")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is the national year (default); 0.02 has ten clinics")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--with-next-month", action="store_true", help="write the deliveries of the month after the year too")
    options = parser.parse_args()
    if (options.target / "inbox").exists():
        parser.error(f"{options.target / 'inbox'} exists already; the year is written into a new folder")
    size = Size.of(options.scale)
    write_network_file(options.target / "network.yaml", size)
    write_deliveries(options.target / "inbox", size, [YEAR, NEXT_MONTH] if options.with_next_month else [YEAR], options.seed)


if __name__ == "__main__":
    main()
