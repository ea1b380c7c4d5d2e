"""`clinic-outcomes reports`: which pages of which kept release it writes where, and what it refuses."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.data_folder import DataFolder
from pipelines.releases import Release, point_to
from tests.fixtures.release import write_release

NEWEST, OLDER = "2026-11-03-newest", "2026-10-03-older"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> DataFolder:
    """Two kept releases, the newer one published."""
    root = tmp_path_factory.mktemp("reports_command")
    data = DataFolder(root / "data")
    warehouse = write_release(root)
    for number, identity in enumerate((OLDER, NEWEST), start=1):
        folder = data.releases / identity
        folder.mkdir(parents=True)
        shutil.copy(warehouse, folder / "warehouse.duckdb")
        (folder / "dictionary.html").write_text("", encoding="utf-8")
        (folder / "manifest.json").write_text(json.dumps({"number": number, "months": ["2026-09", "2026-10"]}), encoding="utf-8")
    point_to(data, Release(data.releases / NEWEST))
    return data


def reports(data: DataFolder, *options: str) -> int:
    return main(["reports", "--data", str(data.published.parent), *options])


def test_one_clinic_of_an_older_release_goes_to_a_folder_of_its_own(data, tmp_path, capsys):
    assert reports(data, "--release", OLDER, "--month", "2026-10", "--clinic", "harbour", "--to", str(tmp_path)) == 0
    page = tmp_path / "2026-10" / "harbour" / "index.html"
    assert capsys.readouterr().out == f"{page}\n"
    assert OLDER in page.read_text(encoding="utf-8")
    assert {path.name for path in (tmp_path / "2026-10").iterdir()} == {"harbour", "network", "index.html"}
    assert not (data.published / "reports").exists()


def test_the_published_reports_are_always_those_of_the_newest_release(data, capsys):
    assert reports(data, "--release", OLDER) == 2
    assert capsys.readouterr().err == f"clinic-outcomes: --to: must name a folder: the published reports are those of {NEWEST}, not of {OLDER}\n"


def test_a_month_can_be_written_in_another_language(data, tmp_path):
    assert reports(data, "--language", "de", "--clinic", "harbour", "--to", str(tmp_path)) == 0
    assert '<html lang="de">' in (tmp_path / "2026-10" / "harbour" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--language", "de"], "--to: must name a folder: the published reports are in the language that network.yaml names"),
        (["--language", "xx", "--to", "folder"], "--language: 'xx' has no catalogue; there are de, en"),
        (["--release", "2020-01-01-x"], f"--release: '2020-01-01-x' is not kept; kept are {NEWEST}, {OLDER}"),
        (["--month", "2026-01"], f"--month: 2026-01 has no figures in release {NEWEST}, which goes from 2026-09 to 2026-10"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(data, capsys, options, line):
    assert reports(data, *options) == 2
    assert capsys.readouterr().err == f"clinic-outcomes: {line}\n"


def test_an_unknown_clinic_is_refused_with_the_known_ones(data, capsys, tmp_path: Path):
    assert reports(data, "--clinic", "nowhere", "--to", str(tmp_path)) == 2
    assert capsys.readouterr().err.startswith("clinic-outcomes: --clinic: the release has no clinic 'nowhere'; it has foundry, gatehouse, harbour")
