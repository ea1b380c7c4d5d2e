"""The indicators as metrics of dbt's semantic layer: one each, and accepted by dbt's own validation."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from pipelines.semantic_layer import CATALOGUE, DEFINITIONS, definitions
from pipelines.source_contracts import load_contracts
from pipelines.warehouse import PROJECT, dbt_vars


def test_the_definitions_are_those_of_the_catalogue():
    assert DEFINITIONS.read_text(encoding="utf-8") == definitions(), "run `python -m pipelines.semantic_layer`"
    metrics = {metric["name"]: metric for metric in yaml.safe_load(definitions())["metrics"]}
    identifiers = [line.split(",")[0] for line in CATALOGUE.read_text(encoding="utf-8").splitlines()[1:]]
    assert identifiers and set(identifiers) <= set(metrics)
    assert all(metrics[name]["type"] == "ratio" and f"'{name}'" in metrics[name]["filter"] for name in identifiers)


def test_dbt_accepts_the_definitions(tmp_path):
    project = tmp_path / "dbt_project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    settings = project / "dbt_project.yml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('model-paths: ["models"]', 'model-paths: ["models", "semantic"]'), encoding="utf-8")
    folders = ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path)]
    command = [str(Path(sys.executable).with_name("dbt")), "parse", *folders, "--vars", json.dumps(dbt_vars(load_contracts()))]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout
    manifest = json.loads((tmp_path / "target" / "semantic_manifest.json").read_text(encoding="utf-8"))
    assert "recovery" in {metric["name"] for metric in manifest["metrics"]}
