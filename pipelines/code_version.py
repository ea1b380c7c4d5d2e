"""Which code made a release: a fingerprint of everything that decides what its tables hold, and the versions of the engines."""

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pipelines.locations import PROJECT

FOLDERS = ("dbt_project", "pipelines")
NOT_CODE = {"target", "logs", "__pycache__", "demo"}
ENGINES = ("duckdb", "dbt-core", "dbt-duckdb", "great_expectations", "pyarrow")


def fingerprint(folders: tuple[str, ...] = FOLDERS) -> str:
    """Changes when a file of `folders`, or the version of an engine, does."""
    digest = hashlib.sha256(repr(versions()).encode("utf-8"))
    for path in _files(folders):
        digest.update(path.relative_to(PROJECT).as_posix().encode("utf-8") + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """The versions of this package, of Python and of the engines."""
    return {"clinic-outcomes": version("clinic-outcomes"), "python": platform.python_version(), **{name: version(name) for name in ENGINES}}


def _files(folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*")):
            parts = path.relative_to(PROJECT).parts
            if path.is_file() and not NOT_CODE & set(parts) and not any(part.startswith(".") for part in parts):
                yield path
