"""Releases: the audited tables of one run in a folder that never changes, and the pointer that readers follow.

Write, audit, publish: a release is written beside the others under a temporary name, flushed, renamed, and only then pointed to.
"""

import datetime
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.check_results import CheckResult
from pipelines.data_folder import READING, DataFolder
from pipelines.dictionary import FILE_NAME as DICTIONARY
from pipelines.dictionary import Described
from pipelines.privacy import sql_text

SCHEMAS = ("core", "benchmarks", "ops", "reference")
# the oldest storage format that holds everything we write, so that older DuckDB clients can open a release
STORAGE_VERSION = "v1.4.0"
READ_ONLY = 0o444
CHECK_RESULTS_TABLE = "ops.check_results"
CHECK_RESULTS = Described(
    "grain: one row per check that this release had to pass. Tests of dbt and expectations of Great Expectations alike.",
    {
        "check_name": "The check's name.",
        "checked_by": "dbt or great_expectations.",
        "table_name": "The table that it looks at, as schema.table.",
        "outcome": "passed, failed, warned, not_run or error.",
        "is_blocking": "Whether a failure stops publication.",
        "violated": "Rows that break the rule; empty where the check cannot say.",
        "denominator": "Rows looked at; empty where the check cannot say.",
        "threshold": "What would have passed.",
        "sentence": "The rule in words.",
    },
)


@dataclass(frozen=True)
class Release:
    """One release folder."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def diff(self) -> Path:
        return self.folder / "diff.html"

    def manifest(self) -> dict[str, Any]:
        """What the release says about itself."""
        manifest: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        return manifest

    def months(self) -> list[str]:
        """The months that it has figures for, YYYY-MM, oldest first."""
        months: list[str] = self.manifest()["months"]
        return months

    def is_whole(self) -> bool:
        """Whether the DuckDB file is, byte for byte, the one that was written; false for what a crash left half done."""
        try:
            return bool(self.manifest()["warehouse"] == _file_facts(self.warehouse))
        except (OSError, ValueError, KeyError):
            return False


@dataclass(frozen=True)
class TableFacts:
    """A released table's number of rows, and a digest of their content that does not depend on their order."""

    rows: int
    digest: str


def release_id(as_of: datetime.date, *decisive: str) -> str:
    """The name of the release that `decisive` (inputs, code, key) leads to: the same causes give the same name."""
    digest = hashlib.sha256("\0".join(decisive).encode("utf-8")).hexdigest()
    return f"{as_of.isoformat()}-{digest[:12]}"


def published(data: DataFolder) -> Release | None:
    """The release that the pointer leads to."""
    pointer = data.published / "warehouse.duckdb"
    return Release(pointer.resolve().parent) if pointer.exists() else None


def existing(data: DataFolder, identity: str) -> Release | None:
    """The release of this name, if it was written whole."""
    release = Release(data.releases / identity)
    return release if release.is_whole() else None


def write(
    data: DataFolder,
    identity: str,
    manifest: Mapping[str, Any],
    checks: Sequence[CheckResult],
    described: Mapping[str, Described],
    annotate: Callable[[Release], None],
) -> Release:
    """Write the release `identity` from the build file. `annotate` may add files beside the tables before the folder gets its name."""
    draft = Release(data.releases / f"{identity}.tmp")
    final = Release(data.releases / identity)
    for leftover in (draft.folder, final.folder):
        shutil.rmtree(leftover, ignore_errors=True)
    draft.folder.mkdir(parents=True)
    tables = copy_tables(data.build, draft.warehouse, checks, described, data.spill)
    draft.warehouse.chmod(READ_ONLY)
    annotate(draft)
    document = {
        "release": identity,
        **manifest,
        "tables": {name: asdict(facts) for name, facts in tables.items()},
        "checks": [asdict(check) for check in checks],
        "warehouse": _file_facts(draft.warehouse),
    }
    (draft.folder / "manifest.json").write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
    for path in (*draft.folder.iterdir(), draft.folder):
        _flush(path)
    draft.folder.rename(final.folder)
    _flush(data.releases)
    return final


def point_to(data: DataFolder, release: Release) -> None:
    """Make `release` the published one, its dictionary beside it, in one step: a reader finds either the old release or the new one."""
    data.published.mkdir(parents=True, exist_ok=True)
    for file in (release.folder / DICTIONARY, release.warehouse):
        pointer, temporary = data.published / file.name, data.published / f".{file.name}.tmp"
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(os.path.relpath(file, data.published))
        temporary.replace(pointer)
    _flush(data.published)


def kept(data: DataFolder) -> list[Release]:
    """Every release that is kept, the newest first; without those whose manifest a crash of the machine has damaged."""
    numbers = {release: number for release in map(Release, data.releases.glob("*")) if (number := _number(release)) is not None}
    return sorted(numbers, key=lambda release: numbers[release], reverse=True)


def _number(release: Release) -> int | None:
    if release.folder.suffix == ".tmp":
        return None
    try:
        return int(release.manifest()["number"])
    except (OSError, ValueError, KeyError):
        return None


def last_whole(data: DataFolder) -> Release | None:
    """The release to compare a new one with: the published one, or, where a crash of the machine has damaged it, the newest that is as it was written."""
    current = published(data)
    return next((release for release in (*([current] if current else []), *kept(data)) if release.is_whole()), None)


def prune(data: DataFolder, keep: int) -> list[str]:
    """Remove all but the `keep` newest releases and what crashes left behind; never the published one. Says which are gone."""
    current = published(data)
    staying = {release.id for release in kept(data)[:keep]} | ({current.id} if current else set())
    removed = sorted(folder.name for folder in data.releases.iterdir() if folder.name not in staying)
    for name in removed:
        shutil.rmtree(data.releases / name)
    return removed


@contextmanager
def private_copy(release: Release, work: Path) -> Iterator[Path]:
    """A copy of the release's DuckDB file for our own reading.

    DuckDB locks a file while it is open, and `duckdb FILE` opens it for writing unless told otherwise. The pipeline therefore never opens
    a file that readers may have open: it cannot wait for them, nor they for it.
    """
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=READING, dir=work) as folder:
        copy = Path(folder) / release.id / release.warehouse.name
        copy.parent.mkdir()
        yield Path(shutil.copyfile(release.warehouse, copy))


def copy_tables(build: Path, target: Path, checks: Sequence[CheckResult], described: Mapping[str, Described], spill: Path) -> dict[str, TableFacts]:
    """Copy the public schemas of `build` to the new file `target`, rows in a fixed order, with descriptions, and add the check results."""
    with duckdb.connect(config={"temp_directory": str(spill)}) as connection:
        connection.execute(f"attach {sql_text(str(build))} as build (read_only)")
        connection.execute(f"attach {sql_text(str(target))} as release (storage_version {sql_text(STORAGE_VERSION)})")
        connection.execute("use release")
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        for table, definition in _definitions(connection):
            connection.execute(definition)
            connection.execute(f"insert into release.{table} select * from build.{table} order by all")
        _write_check_results(connection, checks)
        # a thousand descriptions, flushed to disk once
        connection.execute("begin")
        for table, words in {**described, CHECK_RESULTS_TABLE: CHECK_RESULTS}.items():
            _describe(connection, table, words)
        connection.execute("commit")
        tables = {table: _table_facts(connection, table) for table in _table_names(connection)}
        connection.execute("use memory")
        connection.execute("checkpoint release")
        connection.execute("detach release")
    return tables


def _definitions(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Qualified name and `create table` statement of every public table of the build."""
    return connection.execute(
        "select schema_name || '.' || table_name, sql from duckdb_tables() where database_name = 'build' and list_contains(?, schema_name) order by 1",
        [list(SCHEMAS)],
    ).fetchall()


def _describe(connection: duckdb.DuckDBPyConnection, table: str, words: Described) -> None:
    """Give a table and its columns their descriptions, so that whoever opens the file finds them there."""
    connection.execute(f"comment on table release.{table} is {sql_text(words.description)}")
    for column, description in words.columns.items():
        connection.execute(f'comment on column release.{table}."{column}" is {sql_text(description)}')


def _write_check_results(connection: duckdb.DuckDBPyConnection, checks: Sequence[CheckResult]) -> None:
    connection.execute(
        f"create table {CHECK_RESULTS_TABLE} (check_name varchar, checked_by varchar, table_name varchar, outcome varchar, is_blocking boolean, "
        "violated bigint, denominator bigint, threshold varchar, sentence varchar)"
    )
    if checks:
        rows = [list(asdict(check).values()) for check in checks]
        connection.executemany(f"insert into {CHECK_RESULTS_TABLE} values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _table_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute("select schema_name || '.' || table_name from duckdb_tables() where database_name = 'release' order by 1").fetchall()
    return [name for (name,) in rows]


def _table_facts(connection: duckdb.DuckDBPyConnection, table: str) -> TableFacts:
    row = connection.execute(f"select count(*), coalesce(sum(hash(content)), 0)::varchar from release.{table} as content").fetchone()
    assert row is not None
    return TableFacts(*row)


def _file_facts(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def _flush(path: Path) -> None:
    """Make a file or a folder's entries survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
