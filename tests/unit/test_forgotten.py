"""People who were forgotten: which raw rows are theirs, that those of others stay, and that nothing comes back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines import forgetting, forgotten
from pipelines.data_folder import DataFolder
from pipelines.errors import ConfigurationError
from pipelines.file_facts import load_facts
from pipelines.intake import take_in
from pipelines.network import Clinic, Network
from pipelines.privacy import pseudonym
from pipelines.source_contracts import load_contracts

KEY = b"a key of twenty bytes"
FIXTURES = Path(__file__).parents[1] / "fixtures"
# clients, practitioners, episodes, sessions, scores and goals all count from 1: as numbers, and so as pseudonyms, they are the same
DELIVERY = {
    "clients.csv": "client_id\n1\n2\n",
    "practitioners.csv": "practitioner_id,role\n1,therapist\n2,therapist\n",
    "episodes.csv": "episode_id,client_id,practitioner_id,referred_on\n1,2,1,2026-01-01\n2,1,1,2026-01-02\n3,2,2,2026-01-03\n",
    "sessions.csv": "session_id,episode_id,practitioner_id,starts_at,kind,attendance\n1,1,2,2026-02-01,treatment,attended\n"
    "2,2,1,2026-02-02,treatment,attended\n"
    "3,3,1,2026-02-03,treatment,attended\n",
    "scores.csv": "score_id,episode_id,session_id,measured_on,measure,total\n1,2,2,2026-02-02,phq9,9\n2,1,1,2026-02-01,phq9,8\n",
    "goals.csv": "goal_id,episode_id,set_on,scale\n1,1,2026-02-01,gbo\n2,2,2026-02-01,gbo\n",
    "goal_ratings.csv": "goal_id,rated_on,rating\n1,2026-02-01,3\n2,2026-02-01,4\n2,2026-03-01,5\n",
}  # fmt: skip
LATER = {
    "sessions.csv": "session_id,episode_id,starts_at,kind,attendance\n4,2,2026-03-02,treatment,attended\n",
    "goals.csv": "goal_id,episode_id,set_on,scale\n3,2,2026-03-02,gbo\n",
    "goal_ratings.csv": "goal_id,rated_on,rating\n3,2026-03-02,1\n",
    "delta.csv": "table,key,deleted\nsessions,1,yes\nsessions,2,yes\n",
}


class Place:
    """An inbox and a data folder of one clinic."""

    def __init__(self, root: Path, *systems: str) -> None:
        self.root, self.inbox, self.data = root, root / "inbox", DataFolder(root / "data")
        self.clinic = Clinic("harbour", "Harbour", "UTC", systems, "nhs_talking_therapies")
        self.contracts = load_contracts()

    def deliver(self, delivery: str, files: dict[str, str]) -> None:
        folder = self.inbox / "harbour" / "canonical" / delivery
        folder.mkdir(parents=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")

    def read(self, key: bytes = KEY) -> None:
        network = Network("N", "UTC", 3, "internal", 12, (self.clinic,))
        take_in(self.inbox, network, self.contracts, self.data, key, None)

    def forget(self, client: str, system: str | None = None) -> dict[str, int]:
        """Rows taken out of raw, by table."""
        forgotten.add(self.data, forgetting.find_records(self.data, self.clinic, system, client, self.contracts, KEY))
        return {table: count for (_, _, table), count in forgotten.leave_out(self.data, self.contracts, KEY).rows.items()}

    def identifiers(self, system: str = "canonical") -> dict[str, list[int]]:
        """The numbers, from 1 to 9, whose pseudonyms stand in the first column of each raw table."""
        names = {pseudonym(KEY, "harbour", system, str(number)): number for number in range(1, 10)}
        return {table: sorted(names[row[0]] for row in rows) for table, rows in self.rows(system) if table != "deletions"}

    def rows(self, system: str) -> Iterator[tuple[str, list[tuple]]]:
        for table in self.contracts[system].tables:
            if files := sorted((self.data.raw / system / table.name).rglob("*.parquet")):
                yield table.name, duckdb.read_parquet([str(file) for file in files], union_by_name=True, hive_partitioning=False).fetchall()

    def bytes(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(self.data.root.rglob("*")) if path.is_file() and self.data.work not in path.parents}


@pytest.fixture
def place(tmp_path) -> Place:
    made = Place(tmp_path, "canonical")
    made.deliver("2026-11-03", DELIVERY)
    made.read()
    return made


def test_the_rows_of_the_client_go_and_those_of_others_with_the_same_numbers_stay(place):
    assert place.forget("1") == {"clients": 1, "episodes": 1, "sessions": 1, "scores": 1, "goals": 1, "goal_ratings": 2}
    assert place.identifiers() == {
        "clients": [2], "practitioners": [1, 2], "episodes": [1, 3], "sessions": [1, 3], "scores": [2], "goals": [1], "goal_ratings": [1],
    }  # fmt: skip


def test_the_list_holds_pseudonyms_and_only_its_owner_may_read_it(place):
    place.forget("1")
    name = {number: pseudonym(KEY, "harbour", "canonical", str(number)) for number in range(1, 4)}
    listed = {(entry.names, entry.pseudonym) for entry in forgotten.load(place.data)}
    assert listed == {("client_id", name[1]), ("episode_id", name[2]), ("session_id", name[2]), ("score_id", name[1]), ("goal_id", name[2])}
    assert place.data.forgotten.stat().st_mode & 0o777 == 0o600


def test_facts_stay_true_and_say_that_rows_were_left_out(place):
    place.forget("1")
    facts = {path.name.split("-")[0]: load_facts(path) for path in (place.data.raw / "canonical" / "_facts").rglob("*.json")}
    assert (facts["goal_ratings"].rows_read, facts["goal_ratings"].admitted) == (1, {"goal_ratings": 1})
    assert {profile.rows for profile in facts["sessions"].profiles} == {2}
    assert facts["sessions"].warnings == (forgotten.NOTICE,)
    assert facts["practitioners"].warnings == ()


def test_what_is_delivered_later_does_not_bring_the_person_back(place):
    place.forget("1")
    place.deliver("2026-12-03", LATER)
    place.read()
    left = place.identifiers()
    assert (left["sessions"], left["goals"], left["goal_ratings"]) == ([1, 3], [1], [1])
    deletions = dict(place.rows("canonical"))["deletions"]
    assert [row[1] for row in deletions] == [pseudonym(KEY, "harbour", "canonical", "1")]
    assert len({entry.pseudonym for entry in forgotten.load(place.data) if entry.names == "session_id"}) == 2


def test_forgetting_again_and_reading_again_change_nothing(place):
    place.forget("1")
    place.read()
    before = place.bytes()
    assert place.forget("1") == {}
    place.read()
    assert place.bytes() == before


def test_raw_rows_that_are_read_anew_lack_the_person_too(place):
    place.forget("1")
    before = place.bytes()
    shutil.rmtree(place.data.raw)
    place.read()
    assert place.bytes() == before


def test_a_file_that_the_inbox_no_longer_holds_is_searched_as_well(place):
    shutil.rmtree(place.inbox / "harbour" / "canonical" / "2026-11-03")
    assert sum(place.forget("1").values()) == 7


def test_what_was_given_to_another_client_stays(place):
    place.deliver("2026-12-03", {**DELIVERY, "sessions.csv": DELIVERY["sessions.csv"].replace("2,2,1,2026", "2,3,1,2026")})
    place.read()
    assert place.forget("1")["sessions"] == 1
    assert place.identifiers()["sessions"] == [1, 1, 2, 3, 3]
    # what both deliveries call by this number is no longer the person's alone, and must take nothing else with it
    assert "session_id" not in {entry.names for entry in forgotten.load(place.data)}


def test_another_key_is_refused_as_long_as_the_list_was_made_with_this_one(place):
    place.forget("1")
    with pytest.raises(ConfigurationError, match="5 pseudonyms were made with another key, and under this one their people would come back"):
        place.read(b"another key of some length")


def test_a_damaged_list_is_refused(place):
    place.data.forgotten.write_text("who\nsomebody\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is damaged"):
        place.read()


def test_an_unknown_client_and_an_ambiguous_one_are_refused(place, tmp_path):
    with pytest.raises(ConfigurationError, match="no row of harbour names this client") as refused:
        place.forget("77")
    assert "77" not in str(refused.value)
    both = Place(tmp_path, "canonical", "jane")
    jane = both.inbox / "harbour" / "jane" / "2026-11-03"
    jane.mkdir(parents=True)
    header = (FIXTURES / "jane" / "2026-10-01" / "Harbour_Appointments_20260901_20260930.csv").read_text().splitlines()[0]
    row = ["1" if name in ("id", "patient_guid") else "2026-09-02 10:00" if name == "start_at" else "" for name in header.split(",")]
    (jane / "Appointments.csv").write_text(f"{header}\n{','.join(row)}\n", encoding="utf-8")
    both.read()
    with pytest.raises(ConfigurationError, match="must say which client is meant: canonical, jane"):
        both.forget("1")
    assert both.forget("1", "jane") == {"appointments": 1}
    assert both.identifiers()["clients"] == [1, 2]


# counted in the fixtures by hand: the client's lines in all deliveries
@pytest.mark.parametrize(
    ("system", "client", "removed"),
    [
        ("jane", "A-1", {"appointments": 7}),
        ("simplepractice", "jane  ROE", {"client_attendance": 5, "appointment_status": 4, "client_details": 2}),
        (
            "pmhc_mds", "PHN1:North/C1",
            {"clients": 1, "episodes": 1, "service_contacts": 11, "service_contact_practitioners": 3, "collection_occasions": 2, "k10p": 2},
        ),
        # of the contacts one was never read: a spreadsheet had rounded its identifier
        (
            "nhs_iapt", "P1",
            {"patients": 2, "employment": 2, "referrals": 3, "care_contacts": 14, "care_activities": 3, "presenting_complaints": 2,
             "referral_assessments": 13, "activity_assessments": 3},
        ),
        # the appointment was of a group, and stays for the other client
        ("fhir_r4", "p3", {"patients": 2, "episodes": 3, "appointments": 1}),
    ],
)  # fmt: skip
def test_each_system_forgets_a_client_of_its_own(tmp_path, system, client, removed):
    place = Place(tmp_path, system)
    shutil.copytree(FIXTURES / system, place.inbox / "harbour" / system)
    place.read()
    before = dict(place.rows(system))
    assert place.forget(client) == removed
    record = forgetting.client_pseudonym(place.contracts[system], "harbour", client, KEY)
    after = dict(place.rows(system))
    assert all(record not in row for rows in after.values() for row in rows)
    assert {table: len(rows) - len(after[table]) for table, rows in before.items() if len(rows) > len(after[table])} == removed
