"""The inbox as it stands: which deliveries and files are there, and what their bytes are. Reads only."""

import codecs
import contextlib
import datetime
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipelines.containers import member_base_name, members
from pipelines.errors import RefusedFile
from pipelines.mapping import FileMapping
from pipelines.network import Clinic, Network
from pipelines.source_contracts import SourceContract

DELIVERY_NAME = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:[^0-9].*)?$")
CHUNK = 1 << 20


@dataclass(frozen=True)
class DeliveredFile:
    """One file of one delivery, or something in the inbox that is none; then `problem` says why.

    `table` is the table that the file's name announces (formats that keep one table a file), None otherwise. `member` names the
    file inside a container (archive, gzip, workbook) at `path`; `broken` says why a file of this delivery cannot even be opened. `mappings`
    are the clinic's own, by which a file of the system `mapped` is read.
    """

    clinic_id: str
    source_system: str
    delivery: str
    delivered_on: datetime.date | None
    file: str
    path: Path
    table: str | None = None
    member: str | None = None
    ignored: str | None = None
    problem: str | None = None
    broken: str | None = None
    mappings: tuple[FileMapping, ...] = ()


@dataclass(frozen=True)
class FileBytes:
    """What a file's bytes say before anything is parsed. `encoding` is None when it is not text that can be read."""

    sha256: str
    size: int
    newlines: int
    ends_with_newline: bool
    encoding: str | None


def scan(inbox: Path, network: Network, contracts: Mapping[str, SourceContract]) -> list[DeliveredFile]:
    """Every file in the inbox in a fixed order; unknown clinics, systems, names and links are listed with a problem, never skipped."""
    return list(_scan_clinics(inbox, network, contracts))


def _scan_clinics(inbox: Path, network: Network, contracts: Mapping[str, SourceContract]) -> Iterator[DeliveredFile]:
    known = {clinic.id: clinic for clinic in network.clinics}
    for clinic_folder in _children(inbox):
        clinic = known.get(clinic_folder.name)
        if clinic is None or not _is_plain_folder(clinic_folder):
            yield _stray(clinic_folder.name, "", "", clinic_folder, "no clinic of this name in the network file")
            continue
        for system_folder in _children(clinic_folder):
            contract = contracts.get(system_folder.name)
            if contract is None or not _is_plain_folder(system_folder):
                yield _stray(clinic.id, system_folder.name, "", system_folder, f"not a practice system; known are {', '.join(contracts)}")
            elif system_folder.name not in clinic.systems:
                yield _stray(clinic.id, system_folder.name, "", system_folder, "the network file does not list this system for the clinic")
            else:
                yield from _scan_deliveries(clinic, contract, system_folder)


def _scan_deliveries(clinic: Clinic, contract: SourceContract, system_folder: Path) -> Iterator[DeliveredFile]:
    for folder in _children(system_folder):
        delivered_on = delivery_date(folder.name)
        if delivered_on is None or not _is_plain_folder(folder):
            yield _stray(clinic.id, contract.system, folder.name, folder, "a delivery is a folder whose name starts with its date, YYYY-MM-DD")
            continue
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink():
                yield _stray(clinic.id, contract.system, folder.name, path, "a link, not a file; links are not followed")
            elif path.is_file():
                yield from _opened(clinic, contract, folder.name, delivered_on, name, path)


def _opened(clinic: Clinic, contract: SourceContract, delivery: str, delivered_on: datetime.date, name: str, path: Path) -> Iterator[DeliveredFile]:
    """The file itself, or every file inside it."""
    origin = DeliveredFile(clinic.id, contract.system, delivery, delivered_on, name, path)
    try:
        inside = members(path)
    except RefusedFile as refusal:
        yield replace(origin, broken=refusal.reason)
        return
    if inside is None:
        yield _classified(origin, clinic, contract, path.name)
        return
    for member in inside:
        yield _classified(replace(origin, file=f"{name}/{member}", member=member), clinic, contract, member_base_name(member))


def _classified(file: DeliveredFile, clinic: Clinic, contract: SourceContract, base_name: str) -> DeliveredFile:
    if reason := contract.reason_to_ignore(base_name):
        return replace(file, ignored=reason)
    if table := contract.table_for(base_name):
        return replace(file, table=table.name)
    if contract.holds_resources(base_name):
        return file
    if contract.format == "mapped":
        mappings = tuple(mapping for mapping in clinic.mappings if mapping.matches(base_name))
        return replace(file, mappings=mappings) if mappings else replace(file, ignored="the clinic's mapped.yaml names no file like this")
    return replace(file, problem=f"no file of {contract.title} has this name")


def _stray(clinic_id: str, system: str, delivery: str, path: Path, problem: str) -> DeliveredFile:
    return DeliveredFile(clinic_id, system, delivery, None, path.name, path, problem=problem)


def _children(folder: Path) -> list[Path]:
    return sorted(child for child in folder.iterdir() if not child.name.startswith("."))


def _is_plain_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def delivery_date(name: str) -> datetime.date | None:
    """The date that a delivery's folder name starts with, or None."""
    match = DELIVERY_NAME.match(name)
    if not match:
        return None
    try:
        return datetime.date.fromisoformat(match.group(1))
    except ValueError:
        return None


def inspect_bytes(path: Path) -> FileBytes:
    """Hash a file and find out its encoding in one reading of its bytes."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    size, newlines, last, is_utf8, first = 0, 0, b"", True, b""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            first = first or chunk[:4]
            digest.update(chunk)
            size += len(chunk)
            newlines += chunk.count(b"\n")
            last = chunk[-1:]
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    return FileBytes(digest.hexdigest(), size, newlines, last == b"\n", _encoding(first, is_utf8))


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        return "\0" not in decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False


def _encoding(first: bytes, is_utf8: bool) -> str | None:
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8" if is_utf8 else None


class BytesLedger:
    """Remembers what `inspect_bytes` said of files that have not been touched since, so that no run hashes them again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: dict[str, list[object]] = {}
        # damaged or not there: every file is hashed again
        with contextlib.suppress(OSError, ValueError):
            self.entries = json.loads(path.read_text(encoding="utf-8"))
        self.kept: dict[str, list[object]] = {}

    def inspect(self, file: DeliveredFile, plain: Callable[[], AbstractContextManager[Path]]) -> FileBytes:
        """The bytes' facts, from memory when size, times and inode are those of the last look; `plain` opens the content when they are not."""
        status = file.path.stat()
        stamp = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        name = f"{file.path}/{file.member or ''}"
        entry = self.entries.get(name)
        if entry and entry[0] == stamp:
            facts = FileBytes(**entry[1])  # type: ignore[arg-type]
        else:
            with plain() as path:
                facts = inspect_bytes(path)
        self.kept[name] = [stamp, asdict(facts)]
        return facts

    def save(self) -> None:
        """Write the ledger with the files of this run only."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".tmp")
        temporary.write_text(json.dumps(self.kept), encoding="utf-8")
        temporary.replace(self.path)
