"""Pages of docs: the tests that traps.md names exist, every link leads somewhere, the licences are those of the lock."""

import re
from pathlib import Path

from pipelines import licences

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


def test_every_link_of_the_pages_leads_somewhere():
    pages = [PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "deployment/README.md", "dbt_project/semantic/README.md")]
    pages += list((PROJECT / "docs").rglob("*.md"))
    broken = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)):
            path, _, anchor = target.partition("#")
            if path.startswith(("http:", "https:", "mailto:")):
                continue
            found = (page.parent / path) if path else page
            if not found.exists() or (anchor and anchor not in anchors(found)):
                broken.append(f"{page.relative_to(PROJECT)}: {target}")
    assert broken == []


def test_every_locked_package_stands_under_a_licence_that_may_be_used_here():
    assert (PROJECT / "docs" / "licences.md").read_text(encoding="utf-8") == licences.page(), "run `python -m pipelines.licences`"
    named = {package: licences.licence(package) for package in licences.locked()}
    assert len(named) > 100
    assert {package: name for package, name in named.items() if not licences.PERMISSIVE.search(name)} == {}


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
