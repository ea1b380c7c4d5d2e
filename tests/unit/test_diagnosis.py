"""`clinic-outcomes doctor`: what it calls good, and that it sees each thing that can be wrong."""

import json
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.data_folder import DataFolder
from pipelines.diagnosis import examine
from pipelines.inbox import scan
from pipelines.ingestion import ingest
from pipelines.network import load_network
from pipelines.privacy import KEY_FILE_VARIABLE, KEY_VARIABLE
from pipelines.releases import Release, _file_facts, point_to
from pipelines.source_contracts import load_contracts

KEY = "a key of twenty bytes"


@pytest.fixture
def installation(tmp_path, monkeypatch) -> tuple[Path, Path, DataFolder]:
    """One clinic, one delivery that was read, one release that is published."""
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.delenv(KEY_FILE_VARIABLE, raising=False)
    network, inbox, data = tmp_path / "network.yaml", tmp_path / "inbox", DataFolder(tmp_path / "data")
    network.write_text("network: {name: N}\nclinics: [{id: harbour, name: Harbour, systems: [canonical]}]\n", encoding="utf-8")
    delivery = inbox / "harbour" / "canonical" / "2026-11-03"
    delivery.mkdir(parents=True)
    (delivery / "clients.csv").write_text("client_id\nC1\nC2\n", encoding="utf-8")
    contracts = dict(load_contracts())
    ingest(scan(inbox, load_network(network, list(contracts)), contracts), contracts, data, KEY.encode())
    release = Release(data.releases / "2026-11-03-a")
    release.folder.mkdir(parents=True)
    release.warehouse.write_bytes(b"tables")
    (release.folder / "dictionary.html").touch()
    manifest = {"number": 1, "months": ["2026-10"], "warehouse": _file_facts(release.warehouse)}
    (release.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    point_to(data, release)
    data.root.chmod(0o750)
    return network, inbox, data


def bad(installation) -> dict[str, str]:
    return {finding.what: finding.text for finding in examine(*installation) if finding.is_good is False}


def test_a_sound_installation(installation, capsys):
    network, inbox, data = installation
    assert main(["doctor", "--network", str(network), "--inbox", str(inbox), "--data", str(data.root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["good", "network"], ["good", "inbox"], ["good", "key"], ["good", "data"], ["good", "disk"], ["good", "raw"], ["good", "published"],
        ["good", "releases"],
    ]  # fmt: skip
    assert "1, with as many rows as were read" in lines[5]


def test_a_damaged_or_missing_raw_file_is_named(installation):
    [raw] = installation[2].raw.glob("canonical/clients/*/*.parquet")
    raw.write_bytes(raw.read_bytes()[:-10])
    assert bad(installation) == {"raw files": f"1 of 1 are missing or damaged, first {raw.relative_to(installation[2].root)}; "
                                              "remove the facts beside it to read it again"}  # fmt: skip
    raw.unlink()
    assert "1 of 1" in bad(installation)["raw files"]


def test_a_changed_release_is_told(installation, capsys):
    network, inbox, data = installation
    (data.releases / "2026-11-03-a" / "warehouse.duckdb").write_bytes(b"others")
    assert set(bad(installation)) == {"published", "releases"}
    assert main(["doctor", "--network", str(network), "--inbox", str(inbox), "--data", str(data.root)]) == 1
    assert "BAD   published     2026-11-03-a, not as it was written" in capsys.readouterr().out


def test_another_key_and_no_key_are_told(installation, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, "another key of some length")
    assert bad(installation)["key"].startswith("raw rows were read under another key")
    monkeypatch.delenv(KEY_VARIABLE)
    assert "no pseudonym key" in bad(installation)["key"]


def test_a_broken_network_file_and_a_silent_clinic_are_told(installation):
    network, _, _ = installation
    network.write_text(network.read_text(encoding="utf-8").replace("]}]", "]}, {id: orchard, name: O, systems: [canonical]}]"), encoding="utf-8")
    assert bad(installation) == {"inbox": "no delivery of orchard"}
    network.write_text("network: [", encoding="utf-8")
    assert "not valid YAML" in bad(installation)["network file"]


def test_before_the_first_run_nothing_is_bad(installation, tmp_path):
    findings = list(examine(installation[0], installation[1], DataFolder(tmp_path / "new")))
    assert [finding.what for finding in findings if finding.is_good is None] == ["data folder", "published"]
    assert not [finding for finding in findings if finding.is_good is False]
