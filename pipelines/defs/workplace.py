"""What every step needs to know: where the network's files are, and that no other run works there."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import dagster as dg

from pipelines.data_folder import DataFolder
from pipelines.locations import Locations
from pipelines.network import Network, load_network
from pipelines.run_lock import run_lock
from pipelines.source_contracts import load_contracts


class Workplace(dg.ConfigurableResource["Workplace"]):
    """The network file, the inbox and the data directory of this code location."""

    network_file: str
    inbox: str
    data_directory: str

    @classmethod
    def of(cls, locations: Locations) -> "Workplace":
        return cls(network_file=str(locations.network_file), inbox=str(locations.inbox), data_directory=str(locations.data.root))

    @cached_property
    def locations(self) -> Locations:
        return Locations.of(self.network_file, self.inbox, self.data_directory)

    @property
    def data(self) -> DataFolder:
        return self.locations.data

    def network(self) -> Network:
        """The network file as it is now."""
        return load_network(self.locations.network_file, list(load_contracts()))


class SoleRun(dg.ConfigurableResource["SoleRun"]):
    """Required by every step that writes: held for a whole run, so that another run waits for its end."""

    data_directory: str

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["SoleRun"]:
        log = context.log or dg.get_dagster_logger()
        with run_lock(DataFolder(Path(self.data_directory)), on_wait=log.info):
            yield self
