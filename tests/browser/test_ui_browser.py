"""The Dagster UI as `clinic-outcomes ui` opens it: a month started by GraphQL and by hand, each run to its reports.

One server and one small network for both, since starting them takes most of the time."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.demo import write_network
from tests.browser.chromium import CHROMIUM, QUIET, missing

COMMAND = Path(sys.executable).with_name("clinic-outcomes")
ENVIRONMENT = {**os.environ, "CLINIC_OUTCOMES_KEY": "a key for tests only, of no worth"}
PATIENCE = 300
"""Seconds until a server or a run that says nothing counts as broken."""
RUN = """
query Run($id: ID!) { runOrError(runId: $id) { ... on Run { status assetMaterializations { assetKey { path } } } } }
"""
LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchRun(executionParams: $params) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } }
}
"""


class Server:
    """A running UI over one published demo network."""

    def __init__(self, data: Path, address: str) -> None:
        self.data, self.address = data, address

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode("utf-8")
        request = urllib.request.Request(f"{self.address}/graphql", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            answer: dict[str, Any] = json.load(response)
        assert "errors" not in answer, answer
        return answer["data"]

    def runs(self) -> dict[str, str]:
        """Status of every run by its id."""
        runs = self.ask("{ runsOrError { ... on Runs { results { runId status } } } }")["runsOrError"]["results"]
        return {run["runId"]: run["status"] for run in runs}

    def report(self, month: str, clinic: str) -> Path:
        """A report's document: its page may be there before it, to say that the month has no report yet."""
        return self.data / "published" / "reports" / month / clinic / "report.qmd"


def eventually(true: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if found := true():
                return found
        except OSError:
            pass
        time.sleep(1)
    raise AssertionError(f"waited {PATIENCE} seconds in vain: {what}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("ui")
    write_network(root, clinics=2, months=4, scale=0.2)
    where = ["--network", str(root / "network.yaml"), "--inbox", str(root / "inbox"), "--data", str(root / "data")]
    outcome = subprocess.run([COMMAND, "run", *where], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (root / "ui.log").open("w", encoding="utf-8")
    process = subprocess.Popen([COMMAND, "ui", *where, "--port", str(port)], env=ENVIRONMENT, stdout=log, stderr=log, start_new_session=True)
    server = Server(root / "data", f"http://127.0.0.1:{port}")
    try:
        eventually(lambda: server.ask("{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }"), "the UI answers")
        yield server
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            # how long a server takes to say goodbye on a busy machine is not what is tested here
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


def test_the_run_of_the_command_is_in_the_ui(server: Server) -> None:
    assert list(server.runs().values()) == ["SUCCESS"]


def test_a_month_started_through_graphql_ends_in_its_reports(server: Server) -> None:
    assert not server.report("2026-09", "harbour").exists()
    selector = {"repositoryLocationName": "clinic-outcomes", "repositoryName": "__repository__", "jobName": "monthly_benchmarks"}
    tags = [{"key": "dagster/partition", "value": "2026-09"}]
    launched = server.ask(LAUNCH, params={"selector": selector, "mode": "default", "runConfigData": {}, "executionMetadata": {"tags": tags}})["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run_id = launched["run"]["runId"]
    status = eventually(lambda: (found := server.runs()[run_id]) in ("SUCCESS", "FAILURE", "CANCELED") and found, "the run ends")
    assert status == "SUCCESS"
    made = {"/".join(asset["assetKey"]["path"]) for asset in server.ask(RUN, id=run_id)["runOrError"]["assetMaterializations"]}
    assert {"deliveries", "core/episodes", "benchmarks/clinic_months", "release", "clinic_reports", "network_report"} <= made
    assert "September 2026" in server.report("2026-09", "harbour").read_text(encoding="utf-8")


def test_a_month_started_by_hand_needs_nothing_but_the_choice_of_the_month(server: Server) -> None:
    if CHROMIUM is None:
        missing("chromium")
    api = pytest.importorskip("playwright.sync_api")
    before = set(server.runs())
    assert not server.report("2026-08", "harbour").exists()
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{server.address}/locations/clinic-outcomes/jobs/monthly_benchmarks")
        page.get_by_text("Materialize all").first.click()
        page.get_by_text("Select a partition or create one").click()
        page.get_by_text("2026-08", exact=True).first.click()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Launch 1 run").click()
        [run_id] = eventually(lambda: set(server.runs()) - before, "the click starts a run")
        status = eventually(lambda: (found := server.runs()[run_id]) in ("SUCCESS", "FAILURE", "CANCELED") and found, "the run ends")
        browser.close()
    assert status == "SUCCESS"
    assert "August 2026" in server.report("2026-08", "harbour").read_text(encoding="utf-8")
