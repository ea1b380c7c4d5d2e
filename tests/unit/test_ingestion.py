"""One delivered file at a time: what enters raw, what is rejected with its place, what refuses the whole file."""

import gzip
import io
import json
import zipfile
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
NETWORK = Network("N", "UTC", 3, "internal", 12, (Clinic("harbour", "Harbour", "UTC", ("canonical",), "nhs_talking_therapies"),))
EPISODES = "episode_id,client_id,referred_on,ended_on\n"


@pytest.fixture
def deliver(tmp_path: Path):
    """Write files of one canonical delivery, ingest them, and give the read files by name and the data folder."""

    def act(files: dict[str, str | bytes], delivery: str = "2026-11-03"):
        folder = tmp_path / "inbox" / "harbour" / "canonical" / delivery
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        contracts = dict(load_contracts())
        data = DataFolder(tmp_path / "data")
        read = ingest(scan(tmp_path / "inbox", NETWORK, contracts), contracts, data, KEY)
        return {file.delivered.file: file for file in read}, data

    return act


def raw_rows(data: DataFolder, table: str, columns: str) -> list[tuple]:
    return duckdb.sql(f"select {columns} from read_parquet('{data.raw}/canonical/{table}/*/*.parquet') order by source_line").fetchall()


def test_identifiers_become_pseudonyms_and_private_fields_stay_outside(deliver):
    _, data = deliver({"clients.csv": "client_id,first_name,last_name,birth_date,gender\nC1,Zoë,O'Neil,1980-02-29,female\n"})
    [(client, year, gender)] = raw_rows(data, "clients", "client_id, birth_date_year, gender")
    assert (client, year, gender) == (pseudonym(KEY, "harbour", "canonical", "C1"), "1980", "female")
    stored = b"".join(path.read_bytes() for path in data.root.rglob("*") if path.is_file())
    assert all(secret not in stored for secret in ["Zoë".encode(), b"O'Neil", b"1980-02-29", b"C1"])


def test_names_that_differ_only_in_writing_give_one_identity_and_a_gap_gives_none(deliver):
    _, data = deliver(
        {
            "clients.csv": "client_id,first_name,last_name,birth_date\n"
            "C1,Zoë,O'Neil,1980-02-29\nC2, zoe ,ONEIL,1980-02-29\nC3,Zoë,O'Neil,1980-03-01\nC4,Zoë,O'Neil,\nC5,Юлия,Ким,1990-01-01\n"
        }
    )
    identities = [row[0] for row in raw_rows(data, "clients", "identity_name_birth")]
    assert identities[0] == identities[1] != identities[2]
    assert identities[3] is None
    assert identities[4] is not None


def test_malformed_lines_are_rejected_at_their_physical_line(deliver):
    content = EPISODES + 'E1,C1,2026-01-01,\nE2,C2\n"E\n3",C3,2026-01-02,\n\nE4,C4,2026-01-03,,x\nE5,C5,2026-01-04,\nE6,C6,2026-01-05,,,\n'
    read, data = deliver({"episodes.csv": content})
    facts = read["episodes.csv"].facts
    assert [(reject.line, reject.reason) for reject in facts.rejects] == [
        (3, "fewer values than the header has columns"),
        (7, "more values than the header has columns"),
    ]
    assert (facts.rows_read, facts.rows_rejected, facts.admitted) == (6, 2, {"episodes": 4})
    assert [line for (line,) in raw_rows(data, "episodes", "source_line")] == [2, 4, 8, 9]


def test_columns_may_stand_in_any_order_and_unknown_ones_are_named(deliver):
    read, data = deliver({"episodes.csv": "Referred_On,mood,client_id,EPISODE_ID\n2026-01-01,fine,C1,E1\n"})
    assert raw_rows(data, "episodes", "referred_on, ended_on") == [("2026-01-01", None)]
    assert read["episodes.csv"].facts.warnings == ("columns that are not read: mood",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "line 1: there is no header; the file is empty"),
        ("episode_id,client_id\nE1,C1\n", "line 1: the required column referred_on is missing"),
        (
            "episode_id;client_id;referred_on\nE1;C1;2026-01-01\n",
            "line 1: semicolons stand between the columns where commas are expected; was the file saved by a spreadsheet?",
        ),
        ("episode_id,client_id,referred_on,client_id\nE1,C1,2026-01-01,C1\n", "line 1: the column client_id stands 2 times; it must stand once"),
        (EPISODES + "E1,C1,2026-01-01,\nE2,C2,20", "line 3: the file ends in the middle of a row; it was cut off, please send it again"),
        (EPISODES.encode() + b"E1,C1,2026-01-01,\xff\xfe\n", "not a text file in UTF-8 or UTF-16; save it as UTF-8 and send it again"),
        (EPISODES.encode() + b"E1,\0,2026-01-01,\n", "not a text file in UTF-8 or UTF-16; save it as UTF-8 and send it again"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_with_the_reason(deliver, content, reason):
    read, data = deliver({"episodes.csv": content})
    assert read["episodes.csv"].facts.refused == reason
    assert not list(data.raw.glob("canonical/episodes/*/*.parquet"))


def test_a_byte_order_mark_is_no_part_of_the_first_name(deliver):
    read, _ = deliver({"episodes.csv": ("\ufeff" + EPISODES + "E1,C1,2026-01-01,\n").encode("utf-8")})
    assert read["episodes.csv"].facts.admitted == {"episodes": 1}


def test_utf_16_is_read_where_the_system_may_write_it(deliver):
    read, data = deliver({"episodes.csv": (EPISODES + "E1,C1,2026-01-01,\n").encode("utf-16")})
    assert read["episodes.csv"].facts.admitted == {"episodes": 1}
    assert not list(data.work.glob("reading-*"))


def zipped(members: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_files_inside_archives_are_read_by_their_own_name_wherever_they_claim_to_lie(deliver):
    episodes = EPISODES + "E1,C1,2026-01-01,\n"
    read, data = deliver({"export.zip": zipped({"a/episodes.csv": episodes, "../../clients.csv": "client_id\nC1\n"}), "sessions.csv.gz": gzip.compress(b"x")})
    assert read["export.zip/a/episodes.csv"].facts.admitted == {"episodes": 1}
    assert read["export.zip/../../clients.csv"].facts.admitted == {"clients": 1}
    assert read["sessions.csv.gz/sessions.csv"].facts.refused.startswith("line 1: the required columns session_id, episode_id")
    assert not list(data.work.glob("reading-*"))


def test_a_damaged_or_exploding_archive_is_refused(deliver):
    read, _ = deliver({"export.zip": b"PK not an archive", "goals.csv.gz": gzip.compress(b"goal_id\n" + b"G" * (80 << 20))})
    assert read["export.zip"].facts.refused == "the ZIP file is damaged or cut off; please send it again"
    assert read["goals.csv.gz/goals.csv"].facts.refused == "the compressed file expands to more than 64 MB, which no export does"


def test_an_archive_that_asks_for_an_unknown_version_of_zip_is_refused(deliver):
    archive = bytearray(zipped({"clients.csv": "client_id\nC1\n"}))
    archive[archive.index(b"PK\x01\x02") + 6] = 250  # version needed to extract, in the central directory
    read, _ = deliver({"export.zip": bytes(archive)})
    assert read["export.zip"].facts.refused == "the ZIP file is damaged or cut off; please send it again"


def test_an_archive_with_a_file_without_a_name_is_refused(deliver):
    archive = bytearray(zipped({"clients.csv": "client_id\nC1\n"}))
    archive[archive.index(b"PK\x01\x02") + 46] = 0  # a name ends at its first NUL
    read, _ = deliver({"export.zip": bytes(archive)})
    assert read["export.zip"].facts.refused == "the ZIP file holds a file without a name; it is damaged, please send it again"


def test_an_archive_whose_member_calls_itself_by_no_name_is_refused(deliver):
    archive = bytearray(zipped({"clients.csv": "client_id\nC1\n"}))
    local, central = archive.index(b"PK\x03\x04"), archive.index(b"PK\x01\x02")
    archive[local + 7] = archive[central + 9] = 0x08  # the name is UTF-8, say both
    archive[local + 30] = 0xFF
    read, _ = deliver({"export.zip": bytes(archive)})
    assert read["export.zip/clients.csv"].facts.refused == "the compressed file is damaged, encrypted or cut off; please send it again"


def test_nothing_is_parsed_twice_and_the_same_bytes_give_the_same_raw_file(deliver):
    files = {"episodes.csv": EPISODES + "E1,C1,2026-01-01,\n"}
    first, data = deliver(files)
    [raw] = data.raw.glob("canonical/episodes/*/*.parquet")
    before = raw.read_bytes()
    assert first["episodes.csv"].is_new
    second, _ = deliver(files)
    assert not second["episodes.csv"].is_new
    assert second["episodes.csv"].facts.admitted == {"episodes": 1}
    raw.unlink()
    next(data.raw.glob("canonical/_facts/*/*.json")).unlink()
    deliver(files)
    assert raw.read_bytes() == before


def test_profile_counts_missing_and_invalid_values(deliver):
    read, _ = deliver({"episodes.csv": EPISODES + "E1,C1,2026-01-01,\nE2,C2,01/02/2026,2026-03-01\nE3,C3,2026-02-30,2026-05-01\n"})
    profiles = {profile.column_name: profile for profile in read["episodes.csv"].facts.profiles}
    referred = profiles["referred_on"]
    assert (referred.rows, referred.missing, referred.invalid, referred.minimum) == (3, 0, 2, "2026-01-01")
    assert (profiles["ended_on"].missing, profiles["ended_on"].maximum) == (1, "2026-05-01")
    assert profiles["episode_id"].distinct == 3


@pytest.mark.parametrize("damaged", ["raw/canonical/episodes/*/*.parquet", "raw/canonical/_facts/*/episodes*.json", "rejects/canonical/episodes/*/*.parquet"])
@pytest.mark.parametrize("is_gone", [False, True], ids=["cut off", "gone"])
def test_a_file_that_a_power_cut_damaged_is_made_anew_from_the_delivered_one(deliver, damaged, is_gone):
    episodes = EPISODES + "E1,C1,2026-01-02,\nE2,C1\n"
    _, data = deliver({"episodes.csv": episodes})
    [path] = data.root.glob(damaged)
    before = path.read_bytes()
    if is_gone:
        path.unlink()
    else:
        path.write_bytes(before[:-3])
    read, _ = deliver({"episodes.csv": episodes})
    assert read["episodes.csv"].is_new
    assert path.read_bytes() == before


def test_a_damaged_memory_of_the_inbox_is_forgotten(deliver):
    _, data = deliver({"episodes.csv": EPISODES + "E1,C1,2026-01-02,\n"})
    ledger = data.work / "bytes_ledger.json"
    ledger.write_bytes(ledger.read_bytes()[:-5])
    read, _ = deliver({"episodes.csv": EPISODES + "E1,C1,2026-01-02,\n"})
    assert not read["episodes.csv"].is_new
    assert len(json.loads(ledger.read_text(encoding="utf-8"))) == 1
