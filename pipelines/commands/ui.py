"""`clinic-outcomes ui`: the Dagster UI with its daemon, for the network and the data that the other commands work on."""

import argparse
import os
import sys
from pathlib import Path

from pipelines.job_run import HOME_VARIABLE, dagster_home
from pipelines.key_choice import provide_key
from pipelines.locations import PROJECT, Locations
from pipelines.network import load_network
from pipelines.source_contracts import load_contracts


def execute(options: argparse.Namespace) -> int:
    """Become `dagster dev`, which ends with Ctrl+C."""
    locations = Locations.of(options.network, options.inbox, options.data)
    load_network(locations.network_file, list(load_contracts()))
    provide_key(locations.data, options.demo_key)
    home = dagster_home(locations)
    os.environ.update({**locations.environment(), HOME_VARIABLE: str(home), "PYTHONWARNINGS": "ignore"})
    os.chdir(home)
    dagster = str(Path(sys.executable).with_name("dagster"))
    print(f"the UI opens on http://localhost:{options.port}; Ctrl+C ends it", flush=True)
    os.execv(dagster, [dagster, "dev", "--workspace", str(PROJECT / "workspace.yaml"), "--port", str(options.port), "--log-level", "warning"])  # noqa: S606
