"""The reports in a real browser: accessibility, validity, paper, and that nothing is asked of the network.

Chromium is looked for as `chromium`; without it the tests are skipped, unless REQUIRE_BROWSER=1. The accessibility rules
(axe-core) and the HTML validator come from `npm ci` in this folder; tests that need them are skipped without."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.render import render_month
from tests.browser.chromium import CHROMIUM, QUIET, missing
from tests.fixtures.release import MONTH, write_release

MODULES = Path(__file__).parent / "node_modules"
AXE = MODULES / "axe-core" / "axe.min.js"
VALIDATOR = MODULES / ".bin" / "html-validate"
SIZES = {"phone": (360, 740), "desktop": (1280, 900), "print": (688, 1032)}
PRINTABLE = {"A4": (688, 1032), "Letter": (710, 964)}
"""Width and height between the margins that the style sheet sets, at 96 pixels an inch."""
PAGES = ["2026-10/harbour", "2026-10/lantern", "2026-10/northgate", "2026-10/network", "2026-10", ".", "2026-09/harbour"]
GERMAN = ["de/2026-10/harbour", "de/2026-10/lantern", "de/2026-10/network", "de/2026-10", "de"]
LOOKS = [
    ("2026-10/harbour", "phone", "dark"), ("2026-10/harbour", "desktop", "light"), ("2026-10/harbour", "print", "light"),
    ("2026-10/network", "phone", "light"), ("2026-10/network", "desktop", "dark"),
    ("de/2026-10/lantern", "desktop", "dark"), ("de/2026-10/lantern", "print", "light"),
    ("2026-10", "phone", "dark"), ("de/2026-10", "desktop", "light"), (".", "phone", "light"), ("2026-09/harbour", "phone", "dark"),
]  # fmt: skip
"""Every kind of page, every size and both schemes, not each with each: a whole report takes seconds to look at."""


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("browser")
    release = write_release(directory)
    render_month(release, MONTH, directory / "reports")
    render_month(release, MONTH, directory / "reports" / "de", clinics=["harbour", "lantern", "tannery"], language="de")
    return directory / "reports"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    if CHROMIUM is None:
        missing("chromium")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def _open(browser, target: Path, name: str, **context):  # type: ignore[no-untyped-def]
    page = browser.new_page(**context)
    page.goto((target / name / "index.html").as_uri())
    return page


@pytest.mark.parametrize(("name", "size", "scheme"), LOOKS)
def test_a_page_has_no_accessibility_violation(browser, target: Path, name: str, size: str, scheme: str) -> None:  # type: ignore[no-untyped-def]
    if not AXE.exists():
        missing("axe-core")
    width, height = SIZES[size]
    page = _open(browser, target, name, viewport={"width": width, "height": height}, color_scheme=scheme)
    page.emulate_media(media="print" if size == "print" else "screen", color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    violations = page.evaluate("axe.run().then(result => result.violations)")
    page.close()
    assert [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in violations] == []


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("name", [*PAGES, *GERMAN])
def test_a_page_fits_its_window(browser, target: Path, name: str, size: str) -> None:  # type: ignore[no-untyped-def]
    width, height = SIZES[size]
    page = _open(browser, target, name, viewport={"width": width, "height": height})
    needed = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert needed <= width


@pytest.mark.parametrize("paper", PRINTABLE)
@pytest.mark.parametrize(
    "name", ["2026-10/harbour", "2026-10/tannery", "2026-10/lantern", "2026-10/network", "de/2026-10/tannery", "de/2026-10/lantern", "de/2026-10/network"]
)
def test_page_one_fits_one_sheet(browser, target: Path, name: str, paper: str) -> None:  # type: ignore[no-untyped-def]
    width, height = PRINTABLE[paper]
    page = _open(browser, target, name, viewport={"width": width, "height": height})
    page.emulate_media(media="print")
    bottom = page.evaluate("document.querySelector('.page-one').getBoundingClientRect().bottom")
    folded = page.evaluate("[...document.querySelectorAll('.fold')].every(fold => fold.offsetHeight === 0)")
    opened = page.evaluate("document.querySelectorAll('details[open]').length")
    page.close()
    assert bottom <= height
    assert folded
    assert opened == 0


def test_a_page_asks_nothing_of_the_network(browser, target: Path) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = (target / "2026-10" / "harbour" / "index.html").as_uri()
    page.goto(address, wait_until="networkidle")
    page.close()
    assert asked == [address]


def test_the_keyboard_reaches_the_report_first(browser, target: Path) -> None:  # type: ignore[no-untyped-def]
    page = _open(browser, target, "2026-10/harbour")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    is_visible = page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
    page.close()
    assert focused == "#main"
    assert is_visible


def test_pages_are_valid_html(target: Path) -> None:
    if not VALIDATOR.exists() or shutil.which("node") is None:
        missing("html-validate")
    files = [str(target / name / "index.html") for name in [*PAGES, *GERMAN]]
    config = str(Path(__file__).parent / "htmlvalidate.json")
    result = subprocess.run([str(VALIDATOR), "--config", config, *files], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
