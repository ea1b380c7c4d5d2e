"""A bounded part of `make proof` for every test run."""

from tests.proof.crashes import crash
from tests.proof.fuzzing import fuzz
from tests.proof.readers import read_while_publishing


def test_hostile_files_are_refused_or_read_and_nothing_else():
    found = fuzz(600, processes=1)
    assert (found.tried, found.faults) == (600, ())
    assert 100 < found.refused < 500
    assert found.memory < 2 << 30


def test_no_query_fails_or_sees_two_releases_while_releases_are_made(tmp_path):
    found = read_while_publishing(tmp_path, readers=4, made=5)
    assert found.queries >= 4
    assert (found.failed, found.mixed, found.releases) == (0, 0, 5)


def test_after_a_kill_the_next_run_completes_and_leaves_the_same(tmp_path):
    found = crash(tmp_path, kills=2, seed=7)
    assert (found.kills, found.comparisons, found.faults) == (2, 1, ())
