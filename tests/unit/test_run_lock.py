"""One run at a time in a data directory, and no lock outlives its process."""

import subprocess
import sys
import threading

import pytest

from pipelines.data_folder import DataFolder
from pipelines.run_lock import run_lock

HOLD = """
import sys
from pathlib import Path
from pipelines.data_folder import DataFolder
from pipelines.run_lock import run_lock
with run_lock(DataFolder(Path(sys.argv[1])), print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_run(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_run_says_whom_it_waits_for_and_then_goes_on(tmp_path, other_run):
    said, entered = [], threading.Event()

    def second():
        with run_lock(DataFolder(tmp_path), said.append):
            entered.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert not entered.wait(0.3)
    assert said == [f"another run (process {other_run.pid}) works in {tmp_path}; this one waits until it ends"]
    other_run.stdin.close()
    thread.join(timeout=30)
    assert entered.is_set()


def test_a_killed_run_leaves_no_lock(tmp_path, other_run):
    other_run.kill()
    other_run.wait()
    said = []
    with run_lock(DataFolder(tmp_path), said.append):
        assert said == []
