"""The invented national year: the same seed gives the same bytes, and each delivery what belongs to it."""

import csv
import datetime
import hashlib
from pathlib import Path

import pytest

from benchmarks.national_year import NEXT_MONTH, YEAR, Size, clinic_id, write_deliveries

SIZE = Size(clinics=3, referrals=200)


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("national")
    write_deliveries(folder / "inbox", SIZE, [YEAR, NEXT_MONTH])
    return folder


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("scale", "clinics", "referrals"), [(1, 500, 3600), (0.02, 10, 3600), (0.001, 3, 600)])
def test_scale_one_is_the_national_year_and_less_has_fewer_clinics(scale, clinics, referrals):
    assert Size.of(scale) == Size(clinics, referrals)


def test_a_clinic_s_files_are_the_same_whichever_others_are_written(national, tmp_path):
    write_deliveries(tmp_path, Size(clinics=2, referrals=200), [YEAR])
    again = sorted(path for path in tmp_path.rglob("*.csv"))
    assert len(again) == 2 * 8
    assert {digest(path) for path in again} == {digest(national / "inbox" / path.relative_to(tmp_path)) for path in again}


def test_another_seed_gives_other_clients(national, tmp_path):
    write_deliveries(tmp_path, Size(clinics=1, referrals=200), [YEAR], seed=7)
    [patients] = tmp_path.rglob("IDS001MPI.csv")
    assert digest(patients) != digest(national / "inbox" / patients.relative_to(tmp_path))


def test_each_delivery_holds_its_own_days(national):
    contacts = [
        rows(national / "inbox" / clinic_id(0) / "nhs_iapt" / delivery.delivered_on.isoformat() / "IDS201CareContact.csv") for delivery in (YEAR, NEXT_MONTH)
    ]
    year, month = [{datetime.date.fromisoformat(row["CareContDate"]) for row in part} for part in contacts]
    assert max(year) <= datetime.date(2026, 3, 31)
    assert (min(month), max(month)) >= (datetime.date(2026, 4, 1), datetime.date(2026, 4, 1))
    assert max(month) <= datetime.date(2026, 4, 30)


def test_a_referral_of_the_year_that_ended_in_the_next_month_is_delivered_again(national):
    folder = national / "inbox" / clinic_id(0) / "nhs_iapt"
    before, after = [
        {row["PathwayID"]: row["ServDischDate"] for row in rows(folder / delivery.delivered_on.isoformat() / "IDS101Referral.csv")}
        for delivery in (YEAR, NEXT_MONTH)
    ]
    again = set(before) & set(after)
    assert again
    assert all(before[pathway] == "" and after[pathway].startswith("2026-04") for pathway in again)
