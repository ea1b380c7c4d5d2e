"""A release appears whole or not at all, never changes, and readers always find one."""

import datetime
import os
import threading
from pathlib import Path

import duckdb
import pytest

from pipelines import releases
from pipelines.check_results import CheckResult
from pipelines.data_folder import DataFolder
from pipelines.dictionary import Described
from pipelines.releases import existing, kept, last_whole, point_to, private_copy, prune, published, release_id

CHECK = CheckResult("unique_key", "dbt", "core.episodes", "passed", True, 0, 3, "violated != 0 fails", "episode_key is unique")
MANIFEST = {"number": 1, "previous": None, "as_of": "2026-11-03", "months": ["2026-10"]}


DESCRIBED = {"core.episodes": Described("grain: one row per episode; it's so", {"sessions": "how many"})}


@pytest.fixture
def data(tmp_path):
    folder = DataFolder(tmp_path)
    build(folder, "select 'c' as episode_key, 3 as sessions union all select 'a', 1 union all select 'b', 2")
    return folder


def build(folder, rows):
    folder.work.mkdir(exist_ok=True)
    folder.build.unlink(missing_ok=True)
    with duckdb.connect(str(folder.build)) as connection:
        for schema in (*releases.SCHEMAS, "staging"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table core.episodes (episode_key varchar not null, sessions integer)")
        connection.execute(f"insert into core.episodes {rows}")
        connection.execute("create table staging.secret as select 1 as a")


def write(folder, identity="2026-11-03-aaa", number=1, annotate=lambda draft: None):
    return releases.write(folder, identity, {**MANIFEST, "number": number}, [CHECK], DESCRIBED, annotate)


def read(path, query):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_release_holds_the_public_tables_with_descriptions_and_check_results(data):
    release = write(data)
    assert read(release.warehouse, "from core.episodes") == [("a", 1), ("b", 2), ("c", 3)]
    tables = read(release.warehouse, "select schema_name || '.' || table_name, comment from duckdb_tables() order by 1")
    assert tables == [("core.episodes", "grain: one row per episode; it's so"), ("ops.check_results", releases.CHECK_RESULTS.description)]
    assert read(release.warehouse, "select comment from duckdb_columns() where column_name = 'sessions'") == [("how many",)]
    assert read(release.warehouse, "select check_name, outcome, violated, denominator from ops.check_results") == [("unique_key", "passed", 0, 3)]
    with duckdb.connect() as connection, pytest.raises(duckdb.ConstraintException):
        connection.execute(f"attach '{release.warehouse}' as release (read_only)")
        connection.execute(
            "create table copy as from release.core.episodes; alter table copy alter episode_key set not null; insert into copy values (null, 1)"
        )


def test_the_manifest_counts_rows_and_digests_content_whatever_the_order(data):
    first = write(data).manifest()["tables"]["core.episodes"]
    build(data, "select 'b' as episode_key, 2 as sessions union all select 'a', 1 union all select 'c', 3")
    reordered = write(data, "2026-11-03-bbb").manifest()["tables"]["core.episodes"]
    build(data, "select 'b' as episode_key, 2 as sessions union all select 'a', 1 union all select 'c', 4")
    changed = write(data, "2026-11-03-ccc").manifest()["tables"]["core.episodes"]
    assert first["rows"] == 3
    assert first == reordered
    assert first["digest"] != changed["digest"]


def test_the_same_causes_give_the_same_name_and_others_another():
    day = datetime.date(2026, 11, 3)
    assert release_id(day, "x", "y") == release_id(day, "x", "y")
    assert release_id(day, "x", "y").startswith("2026-11-03-")
    assert len({release_id(day, "x", "y"), release_id(day, "xy"), release_id(day, "x", "z")}) == 3


def test_a_release_cut_short_does_not_count_as_written(data):
    release = write(data)
    assert existing(data, release.id) == release
    release.warehouse.chmod(0o644)
    os.truncate(release.warehouse, release.warehouse.stat().st_size - 1)
    assert existing(data, release.id) is None
    assert existing(data, write(data).id) is not None


def test_a_release_that_fails_on_the_way_leaves_nothing_that_looks_like_one(data):
    def fail(draft):
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        write(data, annotate=fail)
    assert [folder.name for folder in data.releases.iterdir()] == ["2026-11-03-aaa.tmp"]
    assert existing(data, "2026-11-03-aaa") is None
    write(data)
    assert [folder.name for folder in data.releases.iterdir()] == ["2026-11-03-aaa"]


def test_the_pointer_is_relative_and_moves_to_the_newest(data):
    assert published(data) is None
    first, second = write(data), write(data, "2026-12-03-bbb", number=2)
    point_to(data, first)
    assert published(data) == first
    point_to(data, second)
    assert published(data) == second
    assert (data.published / "warehouse.duckdb").readlink() == Path("../releases/2026-12-03-bbb/warehouse.duckdb")


def test_readers_find_a_release_at_every_moment_while_the_pointer_moves(data):
    both = write(data), write(data, "2026-12-03-bbb", number=2)
    point_to(data, both[0])
    pointer, stop, missed = data.published / "warehouse.duckdb", threading.Event(), []

    def look():
        while not stop.is_set():
            try:
                pointer.open("rb").close()
            except OSError as error:
                missed.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    for turn in range(300):
        point_to(data, both[turn % 2])
    stop.set()
    reader.join()
    assert missed == []


def test_the_newest_releases_are_kept_and_the_published_one_always(data):
    made = [write(data, f"2026-{number:02}-03-aaa", number) for number in range(1, 6)]
    (data.releases / "2026-06-03-aaa.tmp").mkdir()
    point_to(data, made[0])
    assert prune(data, keep=2) == ["2026-02-03-aaa", "2026-03-03-aaa", "2026-06-03-aaa.tmp"]
    assert sorted(folder.name for folder in data.releases.iterdir()) == ["2026-01-03-aaa", "2026-04-03-aaa", "2026-05-03-aaa"]


def test_a_private_copy_can_be_read_while_somebody_writes_to_the_release(data):
    release = write(data)
    release.warehouse.chmod(0o644)
    with duckdb.connect(str(release.warehouse)), private_copy(release, data.work) as copy:
        assert copy.parent.name == release.id
        assert read(copy, "select count(*) from core.episodes") == [(3,)]
    assert not copy.exists()


def test_a_release_damaged_by_a_power_cut_is_passed_over(data):
    first, second = write(data), write(data, "2026-12-03-bbb", number=2)
    point_to(data, second)
    assert last_whole(data) == second
    second.warehouse.chmod(0o644)
    os.truncate(second.warehouse, 100)
    assert last_whole(data) == first
    os.truncate(second.folder / "manifest.json", 10)
    assert (last_whole(data), kept(data)) == (first, [first])
