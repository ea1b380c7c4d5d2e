"""Which deliveries may enter, and which of their files hold now. Decides delivery by delivery; one clinic's bad file never stops another."""

import datetime
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.file_facts import LEAST_KEYS, ColumnProfile
from pipelines.inbox import DeliveredFile
from pipelines.ingestion import ReadFile
from pipelines.profile import merge_profiles
from pipelines.source_contracts import SourceContract

COMPARED_DELIVERIES = 3
DELTA_TABLE = "deletions"
# below this many sampled records, that none of them is known says nothing
ENOUGH_KEYS_TO_COMPARE = 10
LEAST_KNOWN_SHARE = 0.1

DeliveryId = tuple[str, str, str]


@dataclass(frozen=True)
class FileVerdict:
    """The decision on one file. `is_current` when its rows hold now; `order` counts the deliveries of a clinic's system from 1."""

    delivered: DeliveredFile
    read: ReadFile | None
    decision: str
    reason: str | None
    is_current: bool = False
    order: int = 0


@dataclass(frozen=True)
class ProfileRow:
    """A column's profile with what it is compared with: the median number of rows of the up to three full deliveries before,
    and the share of the records of one of these that are still here, where a table's key is one pseudonym."""

    clinic_id: str
    source_system: str
    delivery: str
    delivered_on: datetime.date
    profile: ColumnProfile
    previous_rows: float | None
    known_share: float | None = None


@dataclass(frozen=True)
class ExpectationFailure:
    """One expectation on a delivery's profile that does not hold. `sentence` is for the people of the clinic."""

    clinic_id: str
    source_system: str
    delivery: str
    sentence: str


def delivery_id(file: DeliveredFile) -> DeliveryId:
    return file.clinic_id, file.source_system, file.delivery


def profile_rows(read_files: Sequence[ReadFile], contracts: Mapping[str, SourceContract]) -> list[ProfileRow]:
    """The profiles of all readable files, each beside the row counts of its predecessors."""
    deliveries = _by_delivery(read_files)
    counts: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    samples: dict[tuple[str, str, str], list[Sequence[str]]] = defaultdict(list)
    rows = []
    for (clinic_id, system, delivery), files in sorted(deliveries.items(), key=lambda item: _chronological(item[1][0].delivered)):
        is_addition = _is_addition(files) or not contracts[system].newest_file_holds
        for profile in merge_profiles([profile for file in files for profile in file.facts.profiles]):
            earlier = counts[clinic_id, system, profile.table_name][-COMPARED_DELIVERIES:]
            previous = None if is_addition or not earlier else statistics.median(earlier)
            delivered_on = files[0].delivered.delivered_on
            assert delivered_on is not None
            share = None
            if profile.least_keys and not is_addition:
                before = samples[clinic_id, system, profile.table_name]
                share = _known_share(before[-COMPARED_DELIVERIES:], profile.least_keys)
                # a delivery of strangers must not make the next of them familiar
                if share is None or share >= LEAST_KNOWN_SHARE:
                    before.append(profile.least_keys)
            rows.append(ProfileRow(clinic_id, system, delivery, delivered_on, profile, previous, share))
        if not is_addition:
            for table, count in _row_counts(files).items():
                counts[clinic_id, system, table].append(count)
    return rows


def _known_share(before: Sequence[Sequence[str]], now: Sequence[str]) -> float | None:
    """The largest share of a delivery's records before that are here now, from the least keys of each; None where too few can be compared."""
    # beyond its greatest key a full sample says nothing about what the delivery holds
    limit = now[-1] if len(now) == LEAST_KEYS else None
    compared = [[key for key in sample if limit is None or key <= limit] for sample in before if len(sample) >= ENOUGH_KEYS_TO_COMPARE]
    return max((len(set(sample) & set(now)) / len(sample) for sample in compared if sample), default=None)


def repeated_deliveries(read_files: Sequence[ReadFile]) -> list[ExpectationFailure]:
    """Deliveries that are, file for file, an earlier one: what happened since then is missing."""
    earlier: dict[tuple[str, str], dict[frozenset[str], str]] = defaultdict(dict)
    failures = []
    for (clinic_id, system, delivery), files in sorted(_by_delivery(read_files).items(), key=lambda item: _chronological(item[1][0].delivered)):
        if any(file.facts.refused for file in files):
            continue
        before = earlier[clinic_id, system].setdefault(frozenset(file.facts.sha256 for file in files), delivery)
        if before != delivery:
            failures.append(ExpectationFailure(clinic_id, system, delivery, f"the files are those of the delivery {before} again; send a new export"))
    return failures


def missing_tables(read_files: Sequence[ReadFile], contracts: Mapping[str, SourceContract]) -> list[ExpectationFailure]:
    """Full deliveries without a table that the contract requires, or that the full delivery before them had."""
    before: dict[tuple[str, str], set[str]] = defaultdict(set)
    failures = []
    for (clinic_id, system, delivery), files in sorted(_by_delivery(read_files).items(), key=lambda item: _chronological(item[1][0].delivered)):
        if _is_addition(files) or any(file.facts.refused for file in files) or not contracts[system].newest_file_holds:
            continue
        present = {table for file in files for table in file.facts.admitted}
        required = {table.name for table in contracts[system].tables if table.required}
        for table in sorted((required | before[clinic_id, system]) - present):
            why = "is required" if table in required else "was in the delivery before"
            failures.append(ExpectationFailure(clinic_id, system, delivery, f"the table {table} {why} and is missing here; send all files of the export"))
        before[clinic_id, system] = present or before[clinic_id, system]
    return failures


def missing_pages(read_files: Sequence[ReadFile]) -> list[ExpectationFailure]:
    """Deliveries with a page that names a page behind it which is not there: what would be missing has no other trace."""
    failures = []
    for (clinic_id, system, delivery), files in sorted(_by_delivery(read_files).items()):
        present = {file.facts.page for file in files}
        for file in files:
            if file.facts.next_page and file.facts.next_page not in present:
                sentence = f"{file.delivered.file} says that {file.facts.next_page} follows, and it is not in the delivery; send all pages"
                failures.append(ExpectationFailure(clinic_id, system, delivery, sentence))
    return failures


def judge(
    files: Sequence[DeliveredFile],
    read_files: Sequence[ReadFile],
    contracts: Mapping[str, SourceContract],
    failures: Iterable[ExpectationFailure],
    as_of: datetime.date,
) -> list[FileVerdict]:
    """The verdict on every file of the inbox, in the inbox's order. Deliveries dated after `as_of` are left for a later run."""
    # the files inside a container share its path
    read_by_place = {(read.delivered.path, read.delivered.member): read for read in read_files}
    refusals = _refusals(read_files, failures)
    admitted = [
        read
        for read in read_files
        if delivery_id(read.delivered) not in refusals and read.delivered.delivered_on is not None and read.delivered.delivered_on <= as_of
    ]
    orders = _orders(admitted)
    current = _current_deliveries(admitted, contracts)
    verdicts = []
    for file in files:
        read = read_by_place.get((file.path, file.member))
        identity = delivery_id(file)
        if file.problem:
            verdicts.append(FileVerdict(file, read, "unrecognised", file.problem))
        elif file.ignored:
            verdicts.append(FileVerdict(file, read, "ignored", file.ignored))
        elif file.delivered_on and file.delivered_on > as_of:
            verdicts.append(FileVerdict(file, read, "ignored", f"delivered after {as_of}"))
        elif identity in refusals:
            own = read.facts.refused if read else None
            verdicts.append(FileVerdict(file, read, "refused", own or refusals[identity]))
        else:
            verdicts.append(FileVerdict(file, read, "admitted", None, identity in current, orders[identity]))
    return verdicts


def _refusals(read_files: Sequence[ReadFile], failures: Iterable[ExpectationFailure]) -> dict[DeliveryId, str]:
    """Why each refused delivery is refused, naming the file; a delivery stands or falls as a whole."""
    reasons: dict[DeliveryId, list[str]] = defaultdict(list)
    for read in read_files:
        if read.facts.refused:
            reasons[delivery_id(read.delivered)].append(f"{read.delivered.file}, {read.facts.refused}")
    for failure in failures:
        reasons[failure.clinic_id, failure.source_system, failure.delivery].append(failure.sentence)
    return {identity: "; ".join(sentences) for identity, sentences in reasons.items()}


def _current_deliveries(admitted: Sequence[ReadFile], contracts: Mapping[str, SourceContract]) -> set[DeliveryId]:
    """The deliveries whose rows hold: the newest full one and the additions after it; all of them where a system only sends additions."""
    by_source: dict[tuple[str, str], list[list[ReadFile]]] = defaultdict(list)
    for (clinic_id, system, _), files in _by_delivery(admitted).items():
        by_source[clinic_id, system].append(files)
    current = set()
    for (_, system), deliveries in by_source.items():
        deliveries.sort(key=lambda files: _chronological(files[0].delivered))
        start = 0
        if contracts[system].newest_file_holds:
            start = max((index for index, files in enumerate(deliveries) if not _is_addition(files)), default=0)
        current |= {delivery_id(files[0].delivered) for files in deliveries[start:]}
    return current


def _orders(admitted: Sequence[ReadFile]) -> dict[DeliveryId, int]:
    by_source: dict[tuple[str, str], set[tuple[datetime.date, str]]] = defaultdict(set)
    for read in admitted:
        by_source[read.delivered.clinic_id, read.delivered.source_system].add(_chronological(read.delivered))
    return {
        (clinic_id, system, delivery): order
        for (clinic_id, system), deliveries in by_source.items()
        for order, (_, delivery) in enumerate(sorted(deliveries), start=1)
    }


def _is_addition(files: Sequence[ReadFile]) -> bool:
    return any(file.delivered.table == DELTA_TABLE for file in files)


def _row_counts(files: Sequence[ReadFile]) -> dict[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for file in files:
        for table, count in file.facts.admitted.items():
            totals[table] += count
    return totals


def _by_delivery(read_files: Sequence[ReadFile]) -> dict[DeliveryId, list[ReadFile]]:
    deliveries: dict[DeliveryId, list[ReadFile]] = defaultdict(list)
    for read in read_files:
        deliveries[delivery_id(read.delivered)].append(read)
    return deliveries


def _chronological(file: DeliveredFile) -> tuple[datetime.date, str]:
    assert file.delivered_on is not None
    return file.delivered_on, file.delivery
