"""One run at a time in a data directory. The lock belongs to the process: when that ends, however it ends, the lock is free."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipelines.data_folder import DataFolder


@contextmanager
def run_lock(data: DataFolder, on_wait: Callable[[str], None]) -> Iterator[None]:
    """Hold the data directory; a second run says once through `on_wait` whom it waits for, and then waits."""
    data.work.mkdir(parents=True, exist_ok=True)
    with (data.work / "run.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            on_wait(f"another run (process {file.read().strip() or 'unknown'}) works in {data.root}; this one waits until it ends")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
