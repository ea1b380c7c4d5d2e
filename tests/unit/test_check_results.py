"""Results of dbt's tests become checks with violated rows, denominator and threshold; what could not be evaluated is not passed."""

import pytest

from pipelines.check_results import CheckResult, from_dbt, load, save
from pipelines.data_folder import DataFolder

MANIFEST = {
    "nodes": {
        "model.p.episodes": {"schema": "core", "name": "episodes"},
        "test.p.unique_key": {
            "name": "unique_key",
            "attached_node": "model.p.episodes",
            "column_name": "episode_key",
            "test_metadata": {"name": "unique"},
            "depends_on": {"nodes": ["model.p.episodes"]},
            "config": {"severity": "ERROR", "error_if": "!= 0", "warn_if": "!= 0"},
        },
        "test.p.rates_recompute": {
            "name": "rates_recompute",
            "depends_on": {"nodes": ["source.p.deliveries"]},
            "description": "Every rate is its numerator over its denominator.",
            "config": {"severity": "warn", "error_if": "!= 0", "warn_if": ">10"},
        },
    },
    "sources": {"source.p.deliveries": {"schema": "inputs", "name": "deliveries"}},
}


def results(status, failures):
    return [
        {"unique_id": unique_id, "status": status, "failures": failures} for unique_id in ("test.p.unique_key", "test.p.rates_recompute", "model.p.episodes")
    ]


def test_a_declared_test_is_named_after_its_column_and_counts_the_rows_of_its_table():
    check = from_dbt(results("fail", 2), MANIFEST, {"core.episodes": 40})["test.p.unique_key"]
    assert check == CheckResult("unique_key", "dbt", "core.episodes", "failed", True, 2, 40, "violated != 0 fails", "core.episodes.episode_key: unique")


def test_a_test_of_severity_warn_says_its_own_threshold_and_sentence_and_does_not_block():
    check = from_dbt(results("warn", 12), MANIFEST, {})["test.p.rates_recompute"]
    assert (check.table_name, check.threshold, check.sentence) == (
        "inputs.deliveries",
        "violated >10 fails",
        "Every rate is its numerator over its denominator.",
    )
    assert not check.stops_publication()


@pytest.mark.parametrize(
    ("status", "outcome", "stops"), [("pass", "passed", False), ("fail", "failed", True), ("error", "error", True), ("skipped", "not_run", False)]
)
def test_only_what_failed_or_could_not_be_evaluated_stops_publication(status, outcome, stops):
    check = from_dbt(results(status, None), MANIFEST, {})["test.p.unique_key"]
    assert (check.outcome, check.stops_publication()) == (outcome, stops)


def test_results_are_kept_for_the_steps_that_follow(tmp_path):
    checks = list(from_dbt(results("pass", 0), MANIFEST, {}).values())
    save(DataFolder(tmp_path), "dbt", checks)
    assert load(DataFolder(tmp_path), "dbt") == checks


def test_a_run_that_broke_before_any_check_has_no_results(tmp_path):
    assert load(DataFolder(tmp_path), "dbt") == []
