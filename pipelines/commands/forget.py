"""`clinic-outcomes forget`: a person goes from raw rows, releases and reports, and the figures are published without them."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from pipelines import forgetting, forgotten
from pipelines.data_folder import DataFolder, check_writable, remove_leftovers
from pipelines.errors import ConfigurationError
from pipelines.job_run import STEPS, run_job
from pipelines.key_choice import provide_key
from pipelines.locations import Locations
from pipelines.network import Clinic, Network, load_network
from pipelines.privacy import load_key
from pipelines.progress import shown_progress
from pipelines.releases import Release, published
from pipelines.run_lock import run_lock
from pipelines.source_contracts import load_contracts

FORGOTTEN, STOPPED = 0, 1


def execute(options: argparse.Namespace) -> int:
    """Take the person out of raw, publish without them, then remove every release that holds them. Can be repeated after any failure."""
    locations = Locations.of(options.network, options.inbox, options.data)
    contracts = load_contracts()
    network = load_network(locations.network_file, list(contracts))
    data = locations.data
    if not data.root.is_dir():
        raise ConfigurationError(options.data, "", "is not a folder; --data names the folder of the runs")
    check_writable(data)
    clinic = _clinic(network, options.client, options.clinic)
    provide_key(data, options.demo_key)
    key = load_key()
    with run_lock(data, on_wait=print):
        if clinic:
            client = sys.stdin.read() if options.client == "-" else options.client
            forgotten.add(data, forgetting.find_records(data, clinic, options.system, client, contracts, key))
        remove_leftovers(data)
        left_out = forgotten.leave_out(data, contracts, key)
        forgetting.discard_work(data)
    for line in _removed_rows(left_out.rows):
        print(line)
    for line in _still_named(network, data):
        print(line)
    return _publish_without(locations)


def _clinic(network: Network, client: str | None, clinic_id: str | None) -> Clinic | None:
    """The clinic of the client; None when nobody new is to be forgotten."""
    if client is None:
        return None
    for clinic in network.clinics:
        if clinic.id == clinic_id:
            return clinic
    known = ", ".join(clinic.id for clinic in network.clinics)
    raise ConfigurationError("--clinic", "", f"must name the client's clinic; the network file has {known}")


def _removed_rows(rows: Counter[tuple[str, str, str]]) -> Iterator[str]:
    for clinic_id, system in sorted({(clinic_id, system) for clinic_id, system, _ in rows}):
        tables = {table: count for (clinic, name, table), count in sorted(rows.items()) if (clinic, name) == (clinic_id, system)}
        parts = ", ".join(f"{count} of {table}" for table, count in tables.items())
        yield f"Removed    {sum(tables.values())} raw rows of {clinic_id} in {system}: {parts}"
    if not rows:
        yield "Removed    no raw row: none was left"


def _still_named(network: Network, data: DataFolder) -> Iterator[str]:
    for clinic in network.clinics:
        if forgotten.records_of(data, clinic.id) & set(clinic.unlinked_records):
            yield f"Take out   a record in unlinked_records of {clinic.id} in the network file: it is of somebody who was forgotten"


def _publish_without(locations: Locations) -> int:
    """A release as of the same day as the published one, so that nothing but the forgetting restates its figures; then what holds the person goes."""
    data, before = locations.data, published(locations.data)
    listed = [entry.pseudonym for entry in forgotten.load(data)]
    old = forgetting.holding(data, listed)
    if before is None or not old:
        print("Releases   none holds anybody who was forgotten")
        return FORGOTTEN
    if before in old:
        with shown_progress() as say:
            outcome = run_job(locations, before.months()[-1], before.manifest()["as_of"], False, "duckdb", say)
        if outcome.failed_step:
            print(f"Nothing was published: {STEPS.get(outcome.failed_step, outcome.failed_step)} failed. {outcome.error}")
            print(f"Still in   {_names(old)}; make a run succeed, then `clinic-outcomes forget` without CLIENT removes them")
            return STOPPED
    with run_lock(data, on_wait=print):
        release = published(data)
        assert release is not None
        still = forgetting.holding(data, listed)
        if release in still:
            print(f"Still in   {_names(still)}: the newest release holds a pseudonym of somebody who was forgotten; nothing was removed")
            return STOPPED
        figures = forgetting.restated_figures(release)
        cleared = forgetting.clear(data, release, still)
    for line in _told(release, figures, cleared, old):
        print(line)
    return FORGOTTEN


def _told(release: Release, figures: Mapping[str, int], cleared: forgetting.Cleared, old: Iterable[Release]) -> Iterator[str]:
    yield f"Published  release {release.id} without the person"
    if figures:
        yield f"Restated   {', '.join(f'{count} monthly figures of {clinic_id}' for clinic_id, count in figures.items())}"
    yield f"Releases   removed, because they held the person: {_names(old)}"
    if cleared.months_rendered:
        yield f"Reports    written anew: {', '.join(cleared.months_rendered)}"
    if cleared.months_removed:
        yield f"           removed, because the release has no figures for them: {', '.join(cleared.months_removed)}"


def _names(old: Iterable[Release]) -> str:
    return ", ".join(release.id for release in old)
