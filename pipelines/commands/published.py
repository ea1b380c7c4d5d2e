"""Opening what is published, for the commands that read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.data_folder import DataFolder
from pipelines.errors import ConfigurationError
from pipelines.releases import Release, private_copy, published


def published_release(folder: Path) -> tuple[DataFolder, Release]:
    """The data folder and its published release; ConfigurationError when there is none."""
    data = DataFolder(folder.resolve())
    release = published(data)
    if release is None:
        raise ConfigurationError(folder, "", "holds no release yet; `clinic-outcomes run` makes one")
    return data, release


@contextmanager
def opened_release(folder: Path) -> Iterator[tuple[DataFolder, Path]]:
    """The data folder and a copy of its published DuckDB file that nobody else has open."""
    data, release = published_release(folder)
    with private_copy(release, data.work) as copy:
        yield data, copy
