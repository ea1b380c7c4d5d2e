"""Runs the unit tests that stand beside the rules in dbt_project, over tables without rows."""

import datetime
import json

from pipelines.data_folder import DataFolder
from pipelines.network import Clinic, Network
from pipelines.run_inputs import write_inputs
from pipelines.source_contracts import load_contracts
from pipelines.warehouse import prepare, run_dbt

NETWORK = Network("Empty", "UTC", 3, "internal", 12, (Clinic("harbour", "Harbour", "UTC", ("canonical",), "nhs_talking_therapies"),))


def test_every_unit_test_beside_a_rule_passes(tmp_path):
    data, contracts = DataFolder(tmp_path), load_contracts()
    write_inputs(data, NETWORK, [], [], datetime.date(2026, 11, 3), datetime.date(2026, 10, 1))
    prepare(data, contracts, [])
    run_dbt(contracts, data, ["build", "--quiet", "--empty", "--exclude-resource-type", "test"])
    results = json.loads((data.work / "dbt" / "run_results.json").read_text(encoding="utf-8"))["results"]
    units = {result["unique_id"]: result["status"] for result in results if result["unique_id"].startswith("unit_test.")}
    assert len(units) >= 60
    assert {name: status for name, status in units.items() if status != "pass"} == {}
