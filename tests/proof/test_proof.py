"""A bounded part of `make proof` for every test run."""

from pipelines.commands.check import check
from tests.proof.crashes import crash
from tests.proof.fuzzing import fuzz
from tests.proof.isolation import KINDS, write_network
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
    found = crash(tmp_path, kills=2, seed=7, at_steps=False)
    assert (found.kills, found.comparisons, found.faults) == (2, 1, ())


def test_of_twelve_clinics_exactly_the_ten_damaged_deliveries_are_refused_each_for_its_reason(tmp_path):
    _, broken = write_network(tmp_path, clinics=12, of_each_kind=1)
    refused: dict[tuple[str, str], set[str]] = {}
    for finding in check(tmp_path / "network.yaml", tmp_path / "inbox"):
        if finding.is_fault and ": refused: " in finding.text:
            place, reason = finding.text.split(": refused: ", 1)
            refused.setdefault(tuple(place.split("/")[::2][:2]), set()).add(reason)
    assert set(broken.values()) == set(KINDS)
    assert refused.keys() == {(clinic, "2026-11-03") for clinic in broken}
    assert [kind for clinic, kind in broken.items() if not any(KINDS[kind].reason in reason for reason in refused[clinic, "2026-11-03"])] == []
