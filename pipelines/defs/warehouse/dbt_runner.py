"""Runs dbt inside this process, which spares the seconds that importing it in another would take, and keeps its manifest at hand."""

import contextlib
import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines import code_version
from pipelines.data_folder import DataFolder, write_text_whole, write_whole
from pipelines.source_contracts import load_contracts
from pipelines.warehouse import PROJECT, dbt_arguments, dbt_environment

PARSED_FROM = ("dbt_project", "pipelines/sources")
TABLES = ("model", "seed")
DUCKDB, SPARK = "duckdb", "spark"
MANIFEST, PARTIAL = "manifest.json", "partial_parse.msgpack"
PARSED = PROJECT / "target" / "parsed"


class DbtError(Exception):
    """dbt could not do what it was asked to; not a failed test."""


def load_manifest(data: DataFolder) -> dict[str, Any]:
    """dbt's manifest of the project, parsed again only after a change of the project or of the practice systems.

    dbt writes its files in place, so that a full disk or a crash may have left half of one: then too.
    """
    folder = data.work / "dbt"
    mark, fingerprint = folder / "parsed_from", code_version.fingerprint(PARSED_FROM)
    if mark.exists() and mark.read_text(encoding="utf-8") == fingerprint:
        with contextlib.suppress(OSError, ValueError):
            return _read_manifest(folder)
    mark.unlink(missing_ok=True)
    if not _copied(PARSED / fingerprint, folder):
        (folder / PARTIAL).unlink(missing_ok=True)
        _run(data, ["parse"])
        _keep(folder, PARSED / fingerprint)
    write_text_whole(mark, fingerprint)
    return _read_manifest(folder)


def _read_manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def _copied(parsed: Path, folder: Path) -> bool:
    """Whether the project was parsed before, for whatever data folder, and what came of it is now in this one."""
    if not parsed.is_dir():
        return False
    for name in (MANIFEST, PARTIAL):
        write_whole(folder / name, lambda path, name=name: shutil.copyfile(parsed / name, path))  # type: ignore[misc]
    return True


def _keep(folder: Path, parsed: Path) -> None:
    """Remember what parsing gave beside the project, in place of what older code gave; where nothing can be written there, do without."""
    draft = parsed.with_name(f".{parsed.name}-{os.getpid()}")
    try:
        draft.mkdir(parents=True)
        for name in (MANIFEST, PARTIAL):
            shutil.copyfile(folder / name, draft / name)
        draft.rename(parsed)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        return
    for other in PARSED.iterdir():
        if other != parsed and not other.name.startswith("."):
            shutil.rmtree(other, ignore_errors=True)


def invoke(data: DataFolder, command: Sequence[str], progress: Callable[[int, int], None] | None = None, expected: int = 0) -> list[dict[str, Any]]:
    """Run one dbt command and say what became of each node. `progress` hears how many of the `expected` tables are done."""
    from dbt.contracts.graph.manifest import Manifest

    load_manifest(data)
    # handing dbt the parsed project spares the seconds in which it would find out that nothing has changed
    manifest = Manifest.from_msgpack((data.work / "dbt" / PARTIAL).read_bytes())
    # the collector would look through the whole parsed project again and again, a tenth of the build's time, and find nothing
    gc.disable()
    try:
        return _run(data, command, progress, expected, manifest)
    finally:
        gc.enable()


def invoke_on_spark(data: DataFolder, command: Sequence[str], progress: Callable[[int, int], None] | None = None, expected: int = 0) -> list[dict[str, Any]]:
    """The same on the Spark session of this process. The project is parsed for it alone: contracts and types are the engine's."""
    return _run(data, command, progress, expected, engine=SPARK)


def _run(
    data: DataFolder,
    command: Sequence[str],
    progress: Callable[[int, int], None] | None = None,
    expected: int = 0,
    manifest: Any = None,
    engine: str = DUCKDB,
) -> list[dict[str, Any]]:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    finished: set[str] = set()

    def listen(event: Any) -> None:
        if not progress or event.info.name != "NodeFinished":
            return
        node = event.data.node_info
        if node.resource_type in TABLES and node.materialized != "ephemeral" and node.unique_id not in finished:
            finished.add(node.unique_id)
            progress(len(finished), expected)

    arguments = dbt_arguments(load_contracts(), data, ["--log-level", "none", "--log-level-file", "none", *command], engine)
    with _environment(dbt_environment(data)):
        try:
            outcome = dbtRunner(manifest=manifest, callbacks=[listen]).invoke(arguments)
        finally:
            # dbt would keep the build file open, and so locked, as long as this process lives
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    if outcome.exception:
        raise DbtError(f"dbt {command[0]}: {outcome.exception}") from outcome.exception
    return [_node_result(result) for result in getattr(outcome.result, "results", [])]


def _node_result(result: Any) -> dict[str, Any]:
    return {
        "unique_id": result.node.unique_id,
        "status": str(result.status),
        "failures": result.failures,
        "message": result.message,
        "seconds": result.execution_time,
    }


def save_results(data: DataFolder, results: Sequence[Mapping[str, Any]]) -> None:
    """Keep what became of the last build's nodes, for runs that find nothing to build."""
    write_text_whole(_results_file(data), json.dumps(results))


def load_results(data: DataFolder) -> list[dict[str, Any]]:
    """What `save_results` kept."""
    results: list[dict[str, Any]] = json.loads(_results_file(data).read_text(encoding="utf-8"))
    return results


def _results_file(data: DataFolder) -> Path:
    return data.work / "dbt" / "results.json"


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """These environment variables for the time of a dbt command, which knows no other way to be told."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
