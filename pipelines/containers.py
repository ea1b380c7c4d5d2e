"""Files inside files: gzip, ZIP archives and workbooks, unpacked one member at a time into private temporary files, within limits."""

import csv
import datetime
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from pipelines.errors import RefusedFile

CHUNK = 1 << 20
GREATEST_EXPANSION = 200
SMALLEST_LIMIT = 64 << 20
GREATEST_SIZE = 8 << 30
MOST_MEMBERS = 2000
SHEET_SUFFIX = ".sheet"


def members(path: Path) -> list[str] | None:
    """The files inside a container in order, None for a plain file; RefusedFile when the container is broken.

    A gzip file holds one member of its own name without `.gz`; each sheet of a workbook is a member `<title>.sheet`.
    """
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return [path.stem]
    if suffix == ".xlsx":
        with _workbook(path) as workbook:
            return [f"{title}{SHEET_SUFFIX}" for title in workbook.sheetnames]
    if suffix == ".zip":
        with _archive(path) as archive:
            return sorted(entry.filename for entry in archive.infolist() if not entry.is_dir())
    return None


def member_base_name(member: str) -> str:
    """The file name that patterns are compared with; folders inside an archive mean nothing."""
    return PurePosixPath(member.replace("\\", "/")).name


def unpack(path: Path, member: str, target: Path) -> None:
    """Write one member's bytes (a sheet: as CSV) to `target`; RefusedFile when it is broken or expands beyond all measure."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        _write_sheet(path, member.removesuffix(SHEET_SUFFIX), target)
        return
    limit = min(GREATEST_SIZE, max(SMALLEST_LIMIT, path.stat().st_size * GREATEST_EXPANSION))
    try:
        if suffix == ".gz":
            with gzip.open(path) as stream:
                _copy(stream, target, limit)
        else:
            with _archive(path) as archive, archive.open(member) as stream:
                _copy(stream, target, limit)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError, UnicodeDecodeError):
        raise RefusedFile("the compressed file is damaged, encrypted or cut off; please send it again") from None


def _copy(stream: IO[bytes] | gzip.GzipFile, target: Path, limit: int) -> None:
    size = 0
    with target.open("wb") as sink:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise RefusedFile(f"the compressed file expands to more than {limit >> 20} MB, which no export does")
            sink.write(chunk)


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        # the last: a damaged byte can ask for a version of ZIP that nobody has
        raise RefusedFile("the ZIP file is damaged or cut off; please send it again") from None
    with archive:
        if len(archive.infolist()) > MOST_MEMBERS:
            raise RefusedFile(f"the ZIP file holds more than {MOST_MEMBERS} files, which no export does")
        if not all(entry.filename for entry in archive.infolist()):
            raise RefusedFile("the ZIP file holds a file without a name; it is damaged, please send it again")
        yield archive


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    # a second to import, paid only where a workbook is delivered
    import openpyxl

    with _archive(path) as archive:
        limit = max(SMALLEST_LIMIT, path.stat().st_size * GREATEST_EXPANSION)
        if sum(entry.file_size for entry in archive.infolist()) > limit:
            raise RefusedFile(f"the workbook expands to more than {limit >> 20} MB, which no export does")
    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception:
        # openpyxl raises whatever its XML parser does; the content must not get into the message
        raise RefusedFile("the workbook is damaged or protected by a password; please send it again") from None
    try:
        yield workbook
    finally:
        workbook.close()


def _write_sheet(path: Path, title: str, target: Path) -> None:
    with _workbook(path) as workbook, target.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        width = None
        for row in workbook[title].iter_rows(values_only=True):
            width = width or len(row)
            if any(value is not None for value in row):
                writer.writerow([_cell_text(value) for value in row[:width]])


def _cell_text(value: object) -> str:
    """A cell as the export would have written it: whole numbers without a point, dates as ISO 8601, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, (datetime.date, datetime.datetime, datetime.time)):
        return value.isoformat()
    return str(value)


def to_utf8(path: Path, encoding: str, target: Path) -> None:
    """Write the text in `path` to `target` as UTF-8; RefusedFile when it is not text of that encoding."""
    try:
        with path.open(encoding=encoding, newline="") as stream, target.open("w", encoding="utf-8", newline="") as sink:
            while chunk := stream.read(CHUNK):
                if "\0" in chunk:
                    raise RefusedFile("not a text file; it holds NUL characters")
                sink.write(chunk)
    except UnicodeError:
        raise RefusedFile(f"not a text file in {encoding}; save it as UTF-8 and send it again") from None
