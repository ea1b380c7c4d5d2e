"""The SQL of models as dbt compiles it, without a run: for the pages of the practice systems and for tests."""

import functools
import os
import tempfile
from collections.abc import Mapping
from typing import Any
from unittest import mock

from pipelines.locations import PROJECT

DBT_PROJECT = PROJECT / "dbt_project"


@functools.cache
def compiled_models(selection: str) -> Mapping[str, str]:
    """The SQL of the models that a dbt selection names, by model."""
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, {"CLINIC_OUTCOMES_BUILD": f"{folder}/build.duckdb"}):
        command = ["compile", "--select", selection, "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
        places = ["--target-path", f"{folder}/target", "--log-path", f"{folder}/logs"]
        outcome = dbtRunner().invoke([*command, *places, "--no-populate-cache", "--log-level", "none"])
    if outcome.exception:
        raise outcome.exception
    results: Any = outcome.result
    return {result.node.name: result.node.compiled_code for result in results}
