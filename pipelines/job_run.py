"""Runs the Dagster job from the command line: in this process, and recorded like a run that was started in the UI."""

import logging
import os
import re
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.locations import PROJECT, Locations
from pipelines.progress import DETAIL, Say

JOB = "monthly_benchmarks"
# not a step: Dagster cannot write down what happens, which a full disk does
RECORD = "keeping the record of the run"
HOME_VARIABLE = "DAGSTER_HOME"
STEPS = {
    "inbox": "looking at the inbox",
    "read_deliveries": "reading and judging deliveries",
    "build_warehouse": "building and testing the tables",
    "mart_expectations": "checking the figures",
    "release": "publishing",
    "render_reports": "writing the reports",
}


@dataclass(frozen=True)
class JobOutcome:
    """How the job ended: `failed_step` and its `error` are empty when it succeeded; `is_misconfigured` when the user can mend it."""

    failed_step: str = ""
    error: str = ""
    is_misconfigured: bool = False


def dagster_home(locations: Locations) -> Path:
    """Where Dagster keeps the record of runs: DAGSTER_HOME, else a folder in the data directory; with this project's dagster.yaml in it."""
    home = Path(os.environ.get(HOME_VARIABLE) or locations.data.root / "dagster").resolve()
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        shutil.copy(PROJECT / "dagster.yaml", home)
    return home


def run_job(locations: Locations, month: str, as_of: str, accept_fewer_rows: bool, engine: str, say: Say) -> JobOutcome:
    """Run the job for `month`, YYYY-MM; `say` hears how it goes."""
    os.environ.update({**locations.environment(), HOME_VARIABLE: str(dagster_home(locations))})
    import dagster as dg
    from dagster._core.utils import make_new_run_id
    from sqlalchemy.exc import SQLAlchemyError

    # what Dagster says about the maturity of its own interfaces is for us, not for those who run a month
    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    warnings.filterwarnings("ignore", category=dg.PreviewWarning)
    from pipelines.definitions import defs
    from pipelines.defs.months import NAME
    from pipelines.defs.warehouse.dbt_runner import DbtError, load_manifest

    try:
        # the steps are made from it; what is wrong with it would otherwise come out of the midst of loading them
        load_manifest(locations.data)
    except OSError as full:
        return JobOutcome("build_warehouse", f"{full.filename or locations.data.root}: {full.strerror}")
    except DbtError as broken:
        return JobOutcome("build_warehouse", str(broken))

    run_config = {
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        "ops": {
            "read_deliveries": {"config": {"as_of": as_of}},
            "build_warehouse": {"config": {"engine": engine}},
            "mart_expectations": {"config": {"accept_fewer_rows": accept_fewer_rows}},
        },
    }
    job, run_id = defs().resolve_job_def(JOB), make_new_run_id()
    try:
        with dg.DagsterInstance.get() as instance:
            instance.add_dynamic_partitions(NAME, [month])
            instance.add_event_listener(run_id, lambda entry: _tell(entry, say))
            result = job.execute_in_process(instance=instance, run_id=run_id, partition_key=month, run_config=run_config, raise_on_error=False)
    except (OSError, SQLAlchemyError) as full:
        return JobOutcome(RECORD, str(full).splitlines()[0])
    if result.success:
        return JobOutcome()
    failure = next(event for event in result.all_events if event.is_step_failure)
    error = _cause(failure)
    return JobOutcome(str(failure.step_key), _message(error), error.cls_name == "ConfigurationError")


def _tell(entry: Any, say: Say) -> None:
    """What an event of the run means to somebody who waits for its end: a step begins, or a step says something."""
    event = entry.dagster_event
    if event is None and entry.level == logging.INFO:
        say(f"{DETAIL}{entry.user_message}")
    elif event is not None and event.event_type_value == "STEP_START":
        say(STEPS.get(event.step_key, event.step_key))


def _cause(failure: Any) -> Any:
    """The innermost error of a failed step: frameworks wrap errors in errors."""
    error = failure.step_failure_data.error
    while error.cause is not None:
        error = error.cause
    return error


def _message(error: Any) -> str:
    """The error in its own words, without the name of its class before them."""
    return re.sub(r"^[\w.]*\b" + re.escape(str(error.cls_name)) + ": ", "", str(error.message)).strip()
