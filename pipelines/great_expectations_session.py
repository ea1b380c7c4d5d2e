"""One quiet Great Expectations session: in memory, without telemetry or progress bars, imported only when somebody validates."""

import os
from typing import Any


def quiet_session() -> Any:
    """An ephemeral data context. The first call imports Great Expectations, which takes seconds."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    session = great_expectations.get_context(mode="ephemeral")
    session.variables.progress_bars = ProgressBarsConfig(globally=False)
    return session
