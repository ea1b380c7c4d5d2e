"""Which Chromium the browser tests drive, how, and what becomes of a test where it is missing."""

import os
import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def missing(what: str) -> None:
    """Skip the test, or fail it where REQUIRE_BROWSER=1 says that it must not be skipped."""
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"{what} is required but not installed")
    pytest.skip(f"{what} is not installed")
