"""PMHC MDS files one at a time: keys inside their organisation, lost zeros, codes for nothing recorded, the version."""

from pathlib import Path

import duckdb
import pytest

from pipelines.data_folder import DataFolder
from pipelines.inbox import scan
from pipelines.ingestion import ingest
from pipelines.network import Clinic, Network
from pipelines.privacy import pseudonym
from pipelines.source_contracts import load_contracts

KEY = b"a key of twenty bytes"
NETWORK = Network("N", "UTC", 3, "internal", 12, (Clinic("kiln", "Kiln", "Australia/Sydney", ("pmhc_mds",), "nhs_talking_therapies"),))


@pytest.fixture
def deliver(tmp_path: Path):
    def act(files: dict[str, str]):
        folder = tmp_path / "inbox" / "kiln" / "pmhc_mds" / "2026-11-03"
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8")
        contracts = dict(load_contracts())
        data = DataFolder(tmp_path / "data")
        read = ingest(scan(tmp_path / "inbox", NETWORK, contracts), contracts, data, KEY)
        return {file.delivered.file: file.facts for file in read}, data

    return act


def raw_rows(data: DataFolder, table: str, columns: str) -> list[tuple]:
    return duckdb.sql(f"select {columns} from read_parquet('{data.raw}/pmhc_mds/{table}/*/*.parquet') order by source_line").fetchall()


def test_the_same_key_in_two_organisations_is_two_clients(deliver):
    _, data = deliver({"clients.csv": "organisation_path,client_key\nPHN1:A,C1\nPHN1:B,C1\nPHN1:A,C1\n,C1\n"})
    first, second, again, nowhere = (row[0] for row in raw_rows(data, "clients", "client_key"))
    assert first == again == pseudonym(KEY, "kiln", "pmhc_mds", "PHN1:A/C1")
    assert second == pseudonym(KEY, "kiln", "pmhc_mds", "PHN1:B/C1")
    assert nowhere is None


def test_dates_get_their_zero_back_and_the_unknown_day_is_no_date(deliver):
    header = "organisation_path,episode_key,client_key,referral_date,episode_end_date\n"
    facts, data = deliver({"episodes.csv": header + "P:A,E1,C1,1122020,09099999\nP:A,E2,C1,01122020,9099999\nP:A,E3,C1,31022020,112020\n"})
    dates = raw_rows(data, "episodes", "referral_date, episode_end_date")
    assert dates == [("01122020", None), ("01122020", None), ("31022020", "00112020")]
    referral = next(profile for profile in facts["episodes.csv"].profiles if profile.column_name == "referral_date")
    assert (referral.invalid, referral.minimum) == (1, "2020-12-01")


def test_birth_dates_and_linkage_keys_leave_only_a_year_and_a_pseudonym(deliver):
    rows = "P:A,C1,BBBBB010119401,1011940\nP:A,C2,,09099999\nP:A,C3,BBBBB010119401,01011940\n"
    _, data = deliver({"clients.csv": "organisation_path,client_key,slk,date_of_birth\n" + rows})
    (first, first_year), (second, second_year), (third, _) = raw_rows(data, "clients", "identity_name_birth, date_of_birth_year")
    assert (first_year, second_year, second) == ("1940", None, None)
    assert first == third is not None
    stored = b"".join(path.read_bytes() for path in data.root.rglob("*") if path.is_file())
    assert b"BBBBB" not in stored and b"01011940" not in stored


def test_nine_and_ninety_nine_are_no_answers(deliver):
    items = ",".join(f"k10p_item{number}" for number in range(1, 15))
    row = "P:A,M1,O1,9,1,1,1,1,1,1,1,1,1,9,18,88,3,99"
    facts, data = deliver({"k10p.csv": f"organisation_path,measure_key,collection_occasion_key,{items},k10p_score,k10p_tags\n{row},\n"})
    assert raw_rows(data, "k10p", "k10p_item1, k10p_item2, k10p_score") == [(None, "1", None)]
    assert facts["k10p.csv"].warnings == ()


@pytest.mark.parametrize(
    ("version", "refused"), [("4.0", None), ("4", None), ("5.0", "only version 4 of the PMHC MDS is read"), ("", "only version 4 of the PMHC MDS is read")]
)
def test_an_export_of_another_version_is_refused(deliver, version, refused):
    facts, _ = deliver({"metadata.csv": f"key,value\ntype,PMHC\nversion,{version}\n"})
    assert facts["metadata.csv"].refused == refused
