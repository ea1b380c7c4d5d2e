"""Where a run finds its network file, its inbox and its data directory. The command line and the Dagster code server both ask here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.data_folder import DataFolder

PROJECT = Path(__file__).resolve().parent.parent
NETWORK_VARIABLE = "CLINIC_OUTCOMES_NETWORK"
INBOX_VARIABLE = "CLINIC_OUTCOMES_INBOX"
DATA_VARIABLE = "CLINIC_OUTCOMES_DATA"
DEMO = PROJECT / "demo"


@dataclass(frozen=True)
class Locations:
    """The three places of one network; absolute, so that a run started from elsewhere finds them."""

    network_file: Path
    inbox: Path
    data: DataFolder

    @classmethod
    def of(cls, network_file: Path | str, inbox: Path | str, data: Path | str) -> "Locations":
        return cls(Path(network_file).resolve(), Path(inbox).resolve(), DataFolder(Path(data).resolve()))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Locations":
        """What the environment names; the demo network where it names nothing."""
        return cls.of(
            environment.get(NETWORK_VARIABLE) or DEMO / "network.yaml",
            environment.get(INBOX_VARIABLE) or DEMO / "inbox",
            environment.get(DATA_VARIABLE) or DEMO / "data",
        )

    def environment(self) -> dict[str, str]:
        """The variables by which `from_environment` finds these locations again, also in another process."""
        return {NETWORK_VARIABLE: str(self.network_file), INBOX_VARIABLE: str(self.inbox), DATA_VARIABLE: str(self.data.root)}
