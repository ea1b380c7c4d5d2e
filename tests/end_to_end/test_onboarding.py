"""docs/onboarding.md, read and done from top to bottom as a newcomer would, but for the installation."""

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "onboarding.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory) -> tuple[Path, str]:
    """The folder after everything on the page was done, and what the commands said."""
    folder = tmp_path_factory.mktemp("newcomer")
    script = ["set -eu"]
    for kind, place, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "sh":
            script += [text] if place != "install" else []
            continue
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLINIC_OUTCOMES")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    outcome = subprocess.run(["sh", "-c", "\n".join(script)], cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return folder, outcome.stdout


def test_the_page_leads_to_reports_and_to_the_row_that_was_set_aside(newcomer):
    folder, said = newcomer
    reports = folder / "network" / "data" / "published" / "reports" / "2026-10"
    assert sorted(path.parent.name for path in reports.glob("*/index.html")) == ["network", "north", "south"]
    assert re.search(r"sessions\.csv.*\b6\b.*starts_at", said)
    with duckdb.connect(str(folder / "network" / "data" / "published" / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.sql("select clinic_id, count(*) from core.sessions group by all order by all").fetchall() == [("north", 5), ("south", 2)]
