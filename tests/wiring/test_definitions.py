"""The exact set of what Dagster loads. A definition that silently goes missing, or one that nobody meant, fails here."""

from pathlib import Path

import dagster as dg
import pytest
import yaml

from pipelines.data_folder import DataFolder
from pipelines.defs.warehouse.dbt_runner import load_manifest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "dbt_project"
SYSTEMS = {"canonical", "cliniko", "fhir_r4", "jane", "mapped", "nhs_iapt", "pmhc_mds", "simplepractice"}
PYTHON_ASSETS = {"inbox", "deliveries", "release", "clinic_reports", "network_report", *(f"raw_{system}" for system in SYSTEMS)}
# the catalogue and the published figures are seeds that readers find among the benchmarks
BENCHMARK_SEEDS = {"indicators", "published_benchmarks"}
DELIVERY_CHECKS = {
    "dates_are_not_in_the_future",
    "keys_do_not_repeat",
    "records_are_known",
    "required_values_are_there",
    "rows_have_not_multiplied",
    "rows_have_not_vanished",
    "values_can_be_read",
}
MART_CHECKS = {
    ("benchmarks/clinic_months", "clinic_counts_fit"),
    ("benchmarks/clinic_months", "clinic_rates_are_not_above_their_interval"),
    ("benchmarks/clinic_months", "clinic_rates_are_not_below_their_interval"),
    ("benchmarks/clinic_months", "clinic_rates_are_shares"),
    ("benchmarks/clinic_months", "clinic_shown_figures_are_there"),
    ("benchmarks/network_months", "network_counts_fit"),
    ("benchmarks/network_months", "network_rates_are_not_above_their_interval"),
    ("benchmarks/network_months", "network_rates_are_not_below_their_interval"),
    ("benchmarks/network_months", "network_rates_are_shares"),
    ("benchmarks/network_months", "network_shown_figures_are_there"),
    ("benchmarks/network_months", "some_sessions_are_missed"),
    ("core/clients", "clients_have_not_vanished"),
    ("core/episodes", "episodes_have_not_vanished"),
    ("core/measure_changes", "phq9_starts_where_clients_start"),
    ("core/measure_scores", "measure_scores_have_not_vanished"),
    ("core/sessions", "sessions_have_not_vanished"),
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> dg.RepositoryDefinition:
    folder = tmp_path_factory.mktemp("wiring")
    (folder / "inbox").mkdir()
    (folder / "network.yaml").write_text(
        "network: {name: N, time_zone: Europe/Vienna, report_on_day: 5}\nclinics: [{id: harbour, name: H, systems: [canonical]}]\n", encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLINIC_OUTCOMES_NETWORK", str(folder / "network.yaml"))
        patch.setenv("CLINIC_OUTCOMES_INBOX", str(folder / "inbox"))
        patch.setenv("CLINIC_OUTCOMES_DATA", str(folder / "data"))
        from pipelines.definitions import defs

        return defs().get_repository_def()


def dbt_tables() -> dict[str, str]:
    """Every dbt model and seed of the project with the folder that gives it its schema, read from the files alone."""
    tables = {path.stem: "benchmarks" if path.stem in BENCHMARK_SEEDS else "reference" for path in (PROJECT / "seeds").glob("*.csv")}
    for path in (PROJECT / "models").rglob("*"):
        if path.suffix in (".sql", ".py"):
            parts = path.relative_to(PROJECT / "models").parts
            tables[path.stem] = parts[1] if parts[0] == "marts" else parts[0]
    return tables


def ephemeral_models() -> set[str]:
    """The models of the indicators and their union, which are folded into the query that counts them."""
    return {path.stem for path in (PROJECT / "models/intermediate/indicators").glob("int_indicator__*.sql")} | {"int_indicator_rows"}


def tables_with_tests() -> set[str]:
    """Every model and seed that declares a data test."""
    tested = set()
    for path in [*(PROJECT / "models").rglob("*.yml"), *(PROJECT / "seeds").glob("*.yml")]:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for node in [*document.get("models", []), *document.get("seeds", [])]:
            if node.get("data_tests") or any(column.get("data_tests") for column in node.get("columns", [])):
                tested.add(node["name"])
    return tested


def test_the_exact_set_of_assets(repository):
    folders = dbt_tables()
    keys = {key.to_user_string() for key in repository.asset_graph.get_all_asset_keys()}
    dbt_keys = {f"{folder}/{name}" for name, folder in folders.items() if name not in ephemeral_models()}
    inputs = {key for key in keys if key.startswith("inputs/")}
    assert keys - inputs == PYTHON_ASSETS | dbt_keys


def test_the_exact_set_of_checks(repository):
    folders = dbt_tables()
    checks = {(key.asset_key.to_user_string(), key.name) for key in repository.asset_graph.asset_check_keys}
    python_checks = {("deliveries", name) for name in DELIVERY_CHECKS} | MART_CHECKS
    declared = {(f"{folders[name]}/{name}", "declared_tests") for name in tables_with_tests() - ephemeral_models()}
    singular = {name for _, name in checks - python_checks - declared}
    assert python_checks | declared <= checks
    assert singular <= {path.stem for path in (PROJECT / "tests").glob("*.sql")}


def test_one_job_one_schedule_one_sensor(repository):
    assert {job.name for job in repository.get_all_jobs()} - {"__ASSET_JOB"} == {"monthly_benchmarks"}
    [schedule] = repository.schedule_defs
    assert (schedule.name, schedule.cron_schedule, schedule.execution_timezone) == ("monthly_benchmarks_schedule", "0 6 5 * *", "Europe/Vienna")
    assert [sensor.name for sensor in repository.sensor_defs] == ["inbox_sensor"]


def test_every_asset_says_what_it_is_and_whose_it_is(repository):
    graph = repository.asset_graph
    executable = [graph.get(key) for key in graph.get_all_asset_keys() if graph.get(key).is_materializable]
    assert {node.key.to_user_string() for node in executable if not node.description} == set()
    assert {node.key.to_user_string() for node in executable if not node.owners} == set()
    assert {node.group_name for node in executable} == {
        "ingestion", "staging", "intermediate", "core", "benchmarks", "ops", "reference", "publication", "reports",
    }  # fmt: skip


def test_a_manifest_that_a_full_disk_cut_short_is_made_anew(tmp_path):
    data = DataFolder(tmp_path)
    whole = load_manifest(data)
    manifest = data.work / "dbt" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:100_000])
    assert load_manifest(data)["nodes"].keys() == whole["nodes"].keys()
