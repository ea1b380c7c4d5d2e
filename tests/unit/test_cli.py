"""The command line: what it refuses, in which words, with which exit code, and that asking for help costs nothing."""

import subprocess
import sys

import pytest

from pipelines.cli import main
from pipelines.privacy import KEY_FILE_VARIABLE, KEY_VARIABLE, pseudonym

NETWORK = "network: {name: Riverside}\nclinics:\n- {id: harbour, name: Harbour, systems: [canonical]}\n"
KEY = "a key of twenty bytes"


@pytest.fixture
def network(tmp_path, monkeypatch):
    """A network file and an inbox with one delivery; arguments for `run` with everything in place."""
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.delenv(KEY_FILE_VARIABLE, raising=False)
    (tmp_path / "network.yaml").write_text(NETWORK, encoding="utf-8")
    delivery = tmp_path / "inbox" / "harbour" / "canonical" / "2026-11-03"
    delivery.mkdir(parents=True)
    (delivery / "clients.csv").write_text("client_id\nC1\n", encoding="utf-8")
    return ["run", "--network", str(tmp_path / "network.yaml"), "--inbox", str(tmp_path / "inbox"), "--data", str(tmp_path / "data")]


def refused(arguments, capsys):
    """The one line that a wrong use is answered with."""
    assert main(arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_a_network_file_that_is_not_there(network, capsys, tmp_path):
    (tmp_path / "network.yaml").unlink()
    assert refused(network, capsys) == f"clinic-outcomes: {tmp_path}/network.yaml: the file does not exist"


def test_a_key_of_the_network_file_that_is_wrong(network, capsys, tmp_path):
    (tmp_path / "network.yaml").write_text(NETWORK.replace("canonical", "canonikal"), encoding="utf-8")
    line = refused(network, capsys)
    assert line.startswith(f"clinic-outcomes: {tmp_path}/network.yaml: clinics[0].systems: 'canonikal' is not a known system; known are ")
    assert "canonical" in line


def test_an_inbox_that_is_no_folder(network, capsys, tmp_path):
    network[4] = str(tmp_path / "elsewhere")
    assert refused(network, capsys) == f"clinic-outcomes: {tmp_path}/elsewhere: is not a folder; --inbox names the folder with the clinics' exports"


@pytest.mark.parametrize("folder", ["", "releases"])
def test_a_data_folder_that_cannot_be_written_to(network, capsys, tmp_path, monkeypatch, folder):
    (tmp_path / "data" / "releases").mkdir(parents=True)
    # root may write everywhere, so the question is answered for it
    monkeypatch.setattr("pipelines.data_folder.os.access", lambda path, mode: path != tmp_path / "data" / folder)
    line = refused(network, capsys)
    assert line == f"clinic-outcomes: {tmp_path / 'data' / folder}: cannot be written to; a run needs to write here and in every folder below"


def test_an_empty_inbox(network, capsys, tmp_path):
    (tmp_path / "inbox/harbour/canonical/2026-11-03/clients.csv").unlink()
    assert "holds no delivery; put one into <clinic>/<system>/<YYYY-MM-DD>/" in refused(network, capsys)


def test_a_month_that_was_not_over(network, capsys):
    line = refused([*network, "--month", "2026-11"], capsys)
    assert line == "clinic-outcomes: --month: 2026-11 was not over on 2026-11-03; the newest complete month is 2026-10"


def test_a_run_without_a_key(network, capsys, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE)
    line = refused(network, capsys)
    assert line.startswith(f"clinic-outcomes: {KEY_VARIABLE}: no pseudonym key")
    assert "--demo-key" in line


@pytest.mark.parametrize("command", [["query", "select 1"], ["reports"]])
def test_a_data_folder_without_a_release(network, capsys, tmp_path, command):
    line = refused([command[0], "--data", str(tmp_path), *command[1:]], capsys)
    assert line == f"clinic-outcomes: {tmp_path}: holds no release yet; `clinic-outcomes run` makes one"


@pytest.mark.parametrize("arguments", [[], ["no-such-command"], ["run"], ["run", "--no-such-option"], ["run", "--netw", "x"]])
def test_wrong_options_end_with_2_and_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: clinic-outcomes" in capsys.readouterr().err


def test_a_pseudonym_is_the_one_that_the_warehouse_holds(network, capsys):
    assert main(["pseudonym", "--clinic", "harbour", "--system", "canonical", "--id", " E1 "]) == 0
    assert capsys.readouterr().out == pseudonym(KEY.encode(), "harbour", "canonical", "E1") + "\n"


def test_check_names_file_line_and_column_and_leaves_nothing_behind(network, capsys, tmp_path):
    delivery = tmp_path / "inbox" / "harbour" / "canonical" / "2026-11-03"
    (delivery / "episodes.csv").write_text("episode_id,client_id,referred_on,mood\nE1,C1,2026-01-02,low\nE2,C1\n", encoding="utf-8")
    (delivery / "notes.docx").write_bytes(b"PK")
    before = sorted(tmp_path.rglob("*"))
    assert main(["check", "--network", network[2], "--inbox", network[4]]) == 1
    said = capsys.readouterr().out.splitlines()
    assert "harbour/canonical/2026-11-03/episodes.csv:3: fewer values than the header has columns" in said
    assert "harbour/canonical/2026-11-03/episodes.csv: columns that are not read: mood" in said
    assert any(line.startswith("harbour/canonical/2026-11-03/notes.docx: unrecognised: ") for line in said)
    assert said[-1] == "2 faults"
    assert sorted(tmp_path.rglob("*")) == before


def test_check_is_content_with_an_inbox_without_faults(network, capsys):
    assert main(["check", "--network", network[2], "--inbox", network[4]]) == 0
    assert capsys.readouterr().out == "nothing is wrong\n"


def test_help_and_options_need_neither_dagster_nor_dbt_nor_duckdb():
    script = "import sys; sys.argv = ['x', '--help']\nfrom pipelines.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    script += "print([name for name in ('dagster', 'dbt', 'duckdb', 'yaml', 'great_expectations') if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed.splitlines()[-1] == "[]"
