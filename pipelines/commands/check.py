"""`clinic-outcomes check`: what a run would refuse or set aside, line by line, without a run."""

import argparse
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.data_folder import DataFolder
from pipelines.errors import ConfigurationError
from pipelines.intake import hand_over, take_in
from pipelines.network import load_network
from pipelines.source_contracts import load_contracts

MOST_LINES_A_FILE = 20
GOOD, FAULTY = 0, 1


@dataclass(frozen=True)
class Finding:
    """Something about a file or a line of it. `is_fault` when it keeps rows out, and so must be mended."""

    text: str
    is_fault: bool = True


def execute(options: argparse.Namespace) -> int:
    """Print what was found; exit code 1 when something keeps rows out."""
    faults = 0
    for finding in check(options.network, options.inbox):
        print(finding.text)
        faults += finding.is_fault
    print(f"{faults} faults" if faults else "nothing is wrong")
    return FAULTY if faults else GOOD


def check(network_file: Path, inbox: Path) -> Iterator[Finding]:
    """Read and judge the inbox as a run would, in a private folder that is gone afterwards, under a key that nobody keeps."""
    contracts = load_contracts()
    network = load_network(network_file, list(contracts))
    if not inbox.is_dir():
        raise ConfigurationError(inbox, "", "is not a folder; --inbox names the folder with the clinics' exports")
    with tempfile.TemporaryDirectory(prefix="clinic-outcomes-check-") as folder:
        data, key = DataFolder(Path(folder)), secrets.token_bytes(32)
        hand_over(take_in(inbox, network, contracts, data, key, None), network, contracts, data, key)
        yield from _files(data)
        yield from _lines(data)


def _files(data: DataFolder) -> Iterator[Finding]:
    """Files that are refused or not recognised, and what was noticed about others."""
    for row in pq.read_table(data.inputs / "deliveries.parquet").to_pylist():
        place = _place(row)
        if row["decision"] in ("refused", "unrecognised"):
            yield Finding(f"{place}: {row['decision']}: {row['reason']}")
        elif row["warnings"]:
            yield Finding(f"{place}: {row['warnings']}", is_fault=False)


def _lines(data: DataFolder) -> Iterator[Finding]:
    """Lines that could not be read."""
    told: dict[str, int] = {}
    for row in pq.read_table(data.inputs / "rejected_rows.parquet").to_pylist():
        place = _place(row)
        told[place] = told.get(place, 0) + 1
        if told[place] <= MOST_LINES_A_FILE:
            yield Finding(f"{place}:{row['line']}: {row['column_name'] + ': ' if row['column_name'] else ''}{row['reason']}")
    for place, count in told.items():
        if count > MOST_LINES_A_FILE:
            yield Finding(f"{place}: {count - MOST_LINES_A_FILE} more lines could not be read")


def _place(row: dict[str, str]) -> str:
    return "/".join(part for part in (row["clinic_id"], row["source_system"], row["delivery"], row["file"]) if part)
