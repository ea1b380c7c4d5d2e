"""Delivery by delivery: what is refused, what holds, and what an earlier or a later delivery changes about it."""

import datetime
import io
import zipfile

import pytest

from pipelines.admission import ExpectationFailure, judge, missing_tables, profile_rows, repeated_deliveries
from pipelines.data_folder import DataFolder
from pipelines.inbox import scan
from pipelines.ingestion import ingest
from pipelines.network import Clinic, Network
from pipelines.source_contracts import load_contracts

KEY = b"a key of twenty bytes"
AS_OF = datetime.date(2026, 11, 3)
NETWORK = Network("N", "UTC", 3, "internal", 12, (Clinic("harbour", "Harbour", "UTC", ("canonical",), "nhs_talking_therapies"),))
HEADER = "episode_id,client_id,referred_on\n"
CLIENTS = "client_id\nC1\n"
DELTA = "table,key,deleted\nepisodes,E1,yes\n"


@pytest.fixture
def verdicts(tmp_path):
    """Deliveries as {name: {file: content}} to {(delivery, file): verdict}."""

    def act(deliveries, failures=(), as_of=AS_OF):
        for delivery, files in deliveries.items():
            folder = tmp_path / "inbox" / "harbour" / "canonical" / delivery
            folder.mkdir(parents=True)
            for name, content in files.items():
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        contracts = dict(load_contracts())
        files = scan(tmp_path / "inbox", NETWORK, contracts)
        read = ingest(files, contracts, DataFolder(tmp_path / "data"), KEY)
        found = [*failures, *missing_tables(read, contracts), *repeated_deliveries(read)]
        act.profiles = profile_rows(read, contracts)
        return {(verdict.delivered.delivery, verdict.delivered.file): verdict for verdict in judge(files, read, contracts, found, as_of)}

    return act


def rows(count: int) -> str:
    return HEADER + "".join(f"E{number},C1,2026-01-01\n" for number in range(count))


def test_the_newest_full_delivery_holds(verdicts):
    result = verdicts({"2026-10-03": {"episodes.csv": rows(2)}, "2026-11-03": {"episodes.csv": rows(3)}})
    assert [(verdict.decision, verdict.is_current, verdict.order) for verdict in result.values()] == [("admitted", False, 1), ("admitted", True, 2)]


def test_additions_hold_beside_the_full_delivery_before_them(verdicts):
    result = verdicts(
        {"2026-09-03": {"episodes.csv": rows(1)}, "2026-10-03": {"episodes.csv": rows(2)}, "2026-11-03": {"episodes.csv": rows(3), "delta.csv": DELTA}}
    )
    assert {key[0]: verdict.is_current for key, verdict in result.items()} == {"2026-09-03": False, "2026-10-03": True, "2026-11-03": True}


def test_one_broken_file_refuses_its_delivery_and_the_one_before_holds(verdicts):
    result = verdicts({"2026-10-03": {"episodes.csv": rows(2)}, "2026-11-03": {"episodes.csv": HEADER + "E1,C1,2026-01-01\nE2", "clients.csv": CLIENTS}})
    assert result["2026-10-03", "episodes.csv"].is_current
    assert result["2026-11-03", "episodes.csv"].reason == "line 3: the file ends in the middle of a row; it was cut off, please send it again"
    clients = result["2026-11-03", "clients.csv"]
    assert (clients.decision, clients.is_current) == ("refused", False)
    assert clients.reason.startswith("episodes.csv, line 3:")


def test_a_table_that_the_delivery_before_had_may_not_vanish(verdicts):
    result = verdicts({"2026-10-03": {"episodes.csv": rows(2), "clients.csv": CLIENTS}, "2026-11-03": {"episodes.csv": rows(2)}})
    assert result["2026-11-03", "episodes.csv"].reason == "the table clients was in the delivery before and is missing here; send all files of the export"
    assert result["2026-10-03", "episodes.csv"].is_current


def test_a_failed_expectation_refuses_only_its_delivery(verdicts):
    failure = ExpectationFailure("harbour", "canonical", "2026-11-03", "half of the rows are gone")
    result = verdicts({"2026-10-03": {"episodes.csv": rows(2)}, "2026-11-03": {"episodes.csv": rows(1)}}, [failure])
    assert [(verdict.decision, verdict.reason, verdict.is_current) for verdict in result.values()] == [
        ("admitted", None, True),
        ("refused", "half of the rows are gone", False),
    ]


def test_a_delivery_after_the_as_of_date_is_left_for_a_later_run(verdicts):
    result = verdicts({"2026-10-03": {"episodes.csv": rows(2)}, "2026-11-03": {"episodes.csv": rows(3)}}, as_of=datetime.date(2026, 10, 31))
    assert result["2026-11-03", "episodes.csv"].decision == "ignored"
    assert result["2026-10-03", "episodes.csv"].is_current


def test_what_is_no_delivery_is_named(verdicts, tmp_path):
    inbox = tmp_path / "inbox"
    (inbox / "nobody").mkdir(parents=True)
    (inbox / "harbour" / "unheard_of").mkdir(parents=True)
    (inbox / "harbour" / "canonical" / "november").mkdir(parents=True)
    result = verdicts({"2026-11-03": {"episodes.csv": rows(1), "notes.docx": "x"}})
    (inbox / "harbour" / "canonical" / "2026-11-03" / "sessions.csv").symlink_to("/etc/passwd")
    listed = {verdict.delivered.path.name: verdict.reason for verdict in result.values() if verdict.decision == "unrecognised"}
    assert listed["nobody"] == "no clinic of this name in the network file"
    assert listed["unheard_of"].startswith("not a practice system; known are canonical")
    assert listed["november"] == "a delivery is a folder whose name starts with its date, YYYY-MM-DD"
    assert listed["notes.docx"] == "no file of Canonical CSV has this name"
    again = scan(inbox, NETWORK, dict(load_contracts()))
    assert [file.problem for file in again if file.file == "sessions.csv"] == ["a link, not a file; links are not followed"]


def test_row_counts_are_compared_with_the_median_of_three_full_deliveries_before(verdicts):
    verdicts({f"2026-{month}-03": {"episodes.csv": rows(count)} for month, count in [("07", 9), ("08", 10), ("09", 100), ("10", 11), ("11", 12)]})
    previous = {(row.delivery, row.previous_rows) for row in verdicts.profiles}
    assert previous == {("2026-07-03", None), ("2026-08-03", 9), ("2026-09-03", 9.5), ("2026-10-03", 10), ("2026-11-03", 11)}


def test_files_that_share_a_table_have_one_profile(verdicts):
    deliveries = {"2026-11-03": {"episodes.csv": HEADER + "E1,C1,2026-01-01\n", "more/episodes.csv": HEADER + "E2,,2026-03-01\nE3,C1,none\n"}}
    assert len(verdicts(deliveries)) == 2
    by_column = {row.profile.column_name: row.profile for row in verdicts.profiles}
    assert (by_column["client_id"].rows, by_column["client_id"].missing) == (3, 1)
    assert (by_column["episode_id"].distinct, by_column["referred_on"].invalid) == (3, 1)
    assert (by_column["referred_on"].minimum, by_column["referred_on"].maximum) == ("2026-01-01", "2026-03-01")


def test_each_file_inside_an_archive_keeps_its_own_rows(verdicts):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("episodes.csv", rows(3))
        stream.writestr("clients.csv", CLIENTS)
    result = verdicts({"2026-11-03": {"export.zip": archive.getvalue()}})
    admitted = {file: verdict.read.facts.admitted for (_, file), verdict in result.items()}
    assert admitted == {"export.zip/clients.csv": {"clients": 1}, "export.zip/episodes.csv": {"episodes": 3}}


def numbered(first: int, last: int) -> dict[str, str]:
    return {"episodes.csv": HEADER + "".join(f"E{number},C1,2026-01-01\n" for number in range(first, last))}


@pytest.mark.parametrize(
    ("november", "share"),
    [((0, 200), 1.0), ((0, 400), 1.0), ((100, 200), 0.5), ((200, 400), 0.0)],
    ids=["the same records", "as many new ones", "half of them gone", "strangers"],
)
def test_the_share_of_records_that_are_still_here_is_told_from_a_sample(verdicts, november, share):
    verdicts({"2026-10-03": numbered(0, 200), "2026-11-03": numbered(*november)})
    known = {row.delivery: row.known_share for row in verdicts.profiles if row.profile.column_name == "episode_id"}
    assert known["2026-10-03"] is None
    assert known["2026-11-03"] == pytest.approx(share, abs=0 if share in (0, 1) else 0.3)


def test_strangers_do_not_become_familiar_by_coming_twice_and_do_not_hide_the_clinic_s_own_records(verdicts):
    verdicts({"2026-08-03": numbered(0, 50), "2026-09-03": numbered(500, 550), "2026-10-03": numbered(500, 560), "2026-11-03": numbered(0, 60)})
    known = {row.delivery: row.known_share for row in verdicts.profiles if row.profile.column_name == "episode_id"}
    assert known == {"2026-08-03": None, "2026-09-03": 0.0, "2026-10-03": 0.0, "2026-11-03": 1.0}


def test_nine_records_are_too_few_to_know_strangers_by(verdicts):
    verdicts({"2026-10-03": numbered(0, 9), "2026-11-03": numbered(100, 109)})
    assert {row.known_share for row in verdicts.profiles} == {None}


def test_a_delivery_that_was_sent_before_is_refused_and_the_first_one_holds(verdicts):
    result = verdicts({"2026-10-03": {"episodes.csv": rows(2), "clients.csv": CLIENTS}, "2026-11-03": {"episodes.csv": rows(2), "clients.csv": CLIENTS}})
    assert result["2026-11-03", "clients.csv"].reason == "the files are those of the delivery 2026-10-03 again; send a new export"
    assert [verdict.is_current for verdict in result.values()] == [True, True, False, False]


def test_a_table_without_news_beside_one_with_news_is_no_repeated_delivery(verdicts):
    result = verdicts({"2026-10-03": {"episodes.csv": rows(2), "clients.csv": CLIENTS}, "2026-11-03": {"episodes.csv": rows(3), "clients.csv": CLIENTS}})
    assert {verdict.decision for verdict in result.values()} == {"admitted"}
