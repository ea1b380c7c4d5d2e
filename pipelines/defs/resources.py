"""The resources of this code location, and the executor that all of its jobs use."""

import dagster as dg

from pipelines.defs.workplace import SoleRun, Workplace
from pipelines.locations import Locations


@dg.definitions
def defs() -> dg.Definitions:
    locations = Locations.from_environment()
    return dg.Definitions(
        resources={"workplace": Workplace.of(locations), "sole_run": SoleRun(data_directory=str(locations.data.root))},
        # one process: there is one writer, and a process a step would cost two seconds each
        executor=dg.in_process_executor,
    )
