"""From a delivered file to raw: read it once by its contract, keep the rows that may enter, the facts, and why the rest may not."""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipelines import csv_reader, json_reader, mapped_reader
from pipelines.containers import to_utf8, unpack
from pipelines.data_folder import INCOMING, UNIT_OF_SEVERAL_TABLES, DataFolder, write_text_whole
from pipelines.errors import RefusedFile
from pipelines.file_facts import FileFacts, load_facts
from pipelines.inbox import BytesLedger, DeliveredFile, FileBytes
from pipelines.mapping import fingerprint
from pipelines.privacy import key_fingerprint, offer_key
from pipelines.profile import profile_table
from pipelines.raw_files import is_whole, write_raw, write_rejects
from pipelines.source_contracts import SourceContract

READERS_AT_ONCE = 2


@dataclass(frozen=True)
class ReadFile:
    """A delivered file with what its bytes and its rows say; `is_new` when this run read it."""

    delivered: DeliveredFile
    facts: FileFacts
    is_new: bool


def ingest(
    files: list[DeliveredFile], contracts: dict[str, SourceContract], data: DataFolder, key: bytes, progress: Callable[[int, int], None] | None = None
) -> list[ReadFile]:
    """Bring every readable file into raw. Files that raw holds already, by content, contract and key, are not parsed again."""
    ledger = BytesLedger(data.work / "bytes_ledger.json")
    readable = [file for file in files if file.problem is None and file.ignored is None]
    done = 0

    def read(file: DeliveredFile) -> ReadFile:
        return _ingest_file(file, contracts[file.source_system], data, key, ledger)

    results = []
    with ThreadPoolExecutor(READERS_AT_ONCE) as pool:
        for result in pool.map(read, readable):
            done += 1
            results.append(result)
            if progress:
                progress(done, len(readable))
    ledger.save()
    return results


def _ingest_file(file: DeliveredFile, contract: SourceContract, data: DataFolder, key: bytes, ledger: BytesLedger) -> ReadFile:
    facts = FileFacts("", 0, read_by(file, contract), key_fingerprint(key))
    if file.broken:
        return ReadFile(file, replace(facts, refused=file.broken), is_new=False)
    try:
        content = ledger.inspect(file, lambda: plain_file(file, data.work))
    except RefusedFile as refusal:
        return ReadFile(file, replace(facts, refused=refusal.reason), is_new=False)
    unit = file.table or UNIT_OF_SEVERAL_TABLES
    facts_path = data.facts_file(contract.system, unit, file.clinic_id, content.sha256)
    known = load_facts(facts_path)
    if known and (known.contract, known.key_fingerprint) == (read_by(file, contract), key_fingerprint(key)) and _is_there(data, file, known):
        return ReadFile(file, known, is_new=False)
    with reading_connection(key, data.work) as connection:
        facts = read_file(connection, file, contract, content, key, data.work, data)
    # written last: a raw file counts as read only once its facts stand beside it
    write_text_whole(facts_path, facts.to_json())
    return ReadFile(file, facts, is_new=True)


def read_by(file: DeliveredFile, contract: SourceContract) -> str:
    """The identity of what a file is read by: the contract of its system and, where there is one, the clinic's mapping."""
    return f"{contract.fingerprint}-{fingerprint(file.mappings)}" if file.mappings else contract.fingerprint


def _is_there(data: DataFolder, file: DeliveredFile, facts: FileFacts) -> bool:
    """Whether every file that the facts speak of was written to its end; after a power cut it may not have been."""
    system, unit = file.source_system, file.table or UNIT_OF_SEVERAL_TABLES
    files = [data.raw_file(system, table, file.clinic_id, facts.sha256) for table in facts.admitted]
    rejects = [data.rejects_file(system, unit, file.clinic_id, facts.sha256)] if facts.rows_rejected else []
    return all(is_whole(path) for path in (*files, *rejects))


@contextmanager
def plain_file(file: DeliveredFile, work: Path) -> Iterator[Path]:
    """The path of the file's own bytes; what is inside a container is unpacked into a private folder for as long as it is needed."""
    if file.member is None:
        yield file.path
        return
    with private_folder(work) as folder:
        unpack(file.path, file.member, folder / "member")
        yield folder / "member"


@contextmanager
def private_folder(work: Path) -> Iterator[Path]:
    """A folder that only this user can read, for content on its way in; gone when the reading ends."""
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=INCOMING, dir=work) as folder:
        yield Path(folder)


@contextmanager
def reading_connection(key: bytes, spill: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection for one file: one thread, so that rows keep the file's order and files can be read side by side."""
    connection = duckdb.connect(config={"threads": 1, "memory_limit": "2GB", **({"temp_directory": str(spill / "spill")} if spill else {})})
    try:
        connection.execute("set TimeZone = 'UTC'")
        offer_key(connection, key)
        yield connection
    finally:
        connection.close()


def read_file(
    connection: duckdb.DuckDBPyConnection, file: DeliveredFile, contract: SourceContract, content: FileBytes, key: bytes, work: Path, data: DataFolder | None
) -> FileFacts:
    """Read one file into raw below `data`, or, without `data`, only find out what reading it would give."""
    facts = FileFacts(content.sha256, content.size, read_by(file, contract), key_fingerprint(key))
    try:
        with plain_file(file, work) as path, text_file(path, content, contract, work) as text:
            if contract.format == "mapped":
                with private_folder(work) as folder:
                    return mapped_reader.read(connection, file, text, contract, content, facts, data, folder)
            read = _read_csv if contract.format == "csv" else json_reader.read
            return read(connection, file, text, contract, content, facts, data)
    except RefusedFile as refusal:
        return replace(facts, refused=refusal.reason)


@contextmanager
def text_file(path: Path, content: FileBytes, contract: SourceContract, work: Path) -> Iterator[Path]:
    """The content as UTF-8: the file itself, or a private copy of it in UTF-8 when its system may write another encoding."""
    encoding = content.encoding or "windows-1252"  # every byte but five means something there, so it can only be assumed
    if encoding not in contract.encodings:
        raise RefusedFile(f"not a text file in {' or '.join(encoding.upper() for encoding in contract.encodings)}; save it as UTF-8 and send it again")
    if encoding == "utf-8":
        yield path
        return
    with private_folder(work) as folder:
        to_utf8(path, encoding, folder / "text")
        yield folder / "text"


def _read_csv(
    connection: duckdb.DuckDBPyConnection,
    file: DeliveredFile,
    path: Path,
    contract: SourceContract,
    content: FileBytes,
    facts: FileFacts,
    data: DataFolder | None,
) -> FileFacts:
    table = next(table for table in contract.tables if table.name == file.table)
    header = csv_reader.read_header(path, table, contract.delimiters, contract.title_lines)
    scan = csv_reader.scan_sql(path, header)
    rows = csv_reader.admitted_sql(table, header, scan, file.clinic_id, contract.system, content.sha256)
    try:
        connection.execute(f"create or replace temporary table admitted as {rows}")
    except duckdb.Error:
        # the message of the engine quotes the file's content, so it is not passed on
        raise RefusedFile("could not be read as delimited text; its quotation marks or line ends are broken") from None
    malformed = csv_reader.collect_rejects(connection, path, table, header)
    well_formed = csv_reader.count_admitted(connection)
    if not csv_reader.lines_are_rows(content, header, well_formed, len(malformed)):
        csv_reader.correct_lines(connection, csv_reader.exact_lines(path, header), header.line)
    rejects = sorted([*malformed, *csv_reader.set_aside(connection)], key=lambda reject: reject.line)
    if data is not None:
        write_rejects(data.rejects_file(contract.system, table.name, file.clinic_id, content.sha256), rejects)
    facts = replace(facts, rows_read=well_formed + len(malformed), rows_rejected=len(rejects), rejects=tuple(rejects), warnings=_warnings(header, contract))
    if reason := csv_reader.cut_off(content, malformed) or csv_reader.lacks_row(connection, table):
        return replace(facts, refused=reason)
    profiles = profile_table(connection, "admitted", table)
    if data is not None:
        write_raw(connection, "admitted", data.raw_file(contract.system, table.name, file.clinic_id, content.sha256))
    return replace(facts, admitted={table.name: csv_reader.count_admitted(connection)}, profiles=tuple(profiles))


def _warnings(header: csv_reader.Header, contract: SourceContract) -> tuple[str, ...]:
    unexpected = [name for name in header.unknown if not contract.is_unread(name)]
    return (f"columns that are not read: {', '.join(unexpected)}",) if unexpected else ()
