"""A data folder brought back from its back-up, without work/: the next run finds everything as it was and leaves the same."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from pipelines.demo import write_network
from tests.proof.crashes import LASTING, differences, digests, start_run


@dataclass(frozen=True)
class Restored:
    """How many files were brought back, and what was wrong afterwards."""

    files: int
    faults: tuple[str, ...]


def restore(folder: Path) -> Restored:
    """Run a small network, back its data up as docs/safety.md says, lose the rest, bring it back elsewhere, and run again."""
    write_network(folder, clinics=2, months=6, scale=0.2)
    start_run(folder, folder / "data").wait()
    expected = digests(folder / "data")
    for name in LASTING:
        if (folder / "data" / name).exists():
            shutil.copytree(folder / "data" / name, folder / "restored" / name, symlinks=True)
    shutil.rmtree(folder / "data")
    code = start_run(folder, folder / "restored").wait()
    faults = [] if any(name.startswith("published/reports") for name in expected) else ["the first run published nothing"]
    return Restored(len(expected), (*faults, *differences(code, expected, digests(folder / "restored"))))
