"""docs/traps.md: what it promises is held by tests that exist."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "traps.md"


def test_every_answer_names_tests_that_exist():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    named = [re.findall(r"`(\w+)`", row.rsplit("|", 2)[1]) for row in rows]
    assert len(rows) == 21
    assert all(named)
    tests = " ".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tests").rglob("test_*.py"))
    dbt = " ".join(path.read_text(encoding="utf-8") for path in (PROJECT / "dbt_project" / "models").rglob("*.yml"))
    singular = {path.stem for path in (PROJECT / "dbt_project" / "tests").glob("*.sql")}
    missing = [name for names in named for name in names if f"def {name}(" not in tests and f"name: {name}\n" not in dbt and name not in singular]
    assert missing == []
