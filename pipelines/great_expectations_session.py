"""One quiet Great Expectations session: in memory, without telemetry or progress bars, imported only when somebody validates."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def quiet_session() -> Any:
    """An ephemeral data context. The first call imports Great Expectations, which takes seconds."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with _unseen("pyspark"):
        import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    session = great_expectations.get_context(mode="ephemeral")
    session.variables.progress_bars = ProgressBarsConfig(globally=False)
    return session


@contextmanager
def _unseen(package: str) -> Iterator[None]:
    """As if `package` were not installed.

    Great Expectations imports Spark where it is there. In a process that Dagster's webserver starts, Spark takes that for a run of its own
    documentation tests, and ends the process.
    """
    found = sys.modules.get(package)
    sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[package]
        if found is not None:
            sys.modules[package] = found
