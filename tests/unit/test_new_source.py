"""`clinic-outcomes new-source`: a system scaffolded from a sample works, touches nothing else, and lets no value of the sample in."""

import datetime
import hashlib
import shutil
from pathlib import Path
from unittest.mock import patch

import pytest

from pipelines import scaffold as scaffolding
from pipelines import source_contracts, system_pages, warehouse
from pipelines.cli import main
from pipelines.errors import ConfigurationError
from pipelines.scaffold import NewSource, column_name, scaffold
from tests.fixtures import staging_build

SAMPLE = 'Appt ID;Client No.;Client name;Date/Time;Came?;"Fee ""net"""\n17;C-4;Ada Lovelace;03/02/2026 09:30;yes;80\n'
SOURCE = NewSource("harbour_notes", "Harbour Notes", "UK", "Appt ID", "Client No.", "Date/Time", "Came?", "dmy")
PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def scaffolded(tmp_path_factory) -> tuple[Path, list[Path], dict[Path, str]]:
    """A copy of the project with the new system, its files, and the digests of what was there before."""
    root = tmp_path_factory.mktemp("scaffold")
    project, sample = root / "project", root / "visits_20260203.csv"
    for name in ("pipelines/sources", "dbt_project/macros", "dbt_project/models", "dbt_project/seeds"):
        shutil.copytree(PROJECT / name, project / name)
    for name in ("dbt_project/dbt_project.yml", "dbt_project/profiles.yml"):
        shutil.copy(PROJECT / name, project / name)
    before = digests(project)
    sample.write_text(SAMPLE, encoding="utf-16")
    return project, scaffold(SOURCE, sample, project), before


def digests(folder: Path) -> dict[Path, str]:
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def test_a_new_system_touches_contract_staging_fixture_and_page_only(scaffolded):
    project, written, before = scaffolded
    after = digests(project)
    assert {path: after[path] for path in before} == before
    assert set(after) - set(before) == set(written)
    assert sorted(path.relative_to(project).as_posix() for path in written) == [
        "dbt_project/models/staging/harbour_notes/_harbour_notes.yml",
        "dbt_project/models/staging/harbour_notes/stg_harbour_notes__clients.sql",
        "dbt_project/models/staging/harbour_notes/stg_harbour_notes__sessions.sql",
        "docs/systems/harbour_notes.md",
        "pipelines/sources/harbour_notes.yaml",
        "tests/fixtures/harbour_notes/2026-01-05/visits_20260203.csv",
    ]


def test_no_value_of_the_sample_is_copied_and_nothing_undeclared_enters(scaffolded):
    project, written, _ = scaffolded
    for path in written:
        assert all(value not in path.read_text(encoding="utf-8") for value in ("Lovelace", "C-4", "03/02/2026 09:30"))
    contract = source_contracts.load_contract(project / "pipelines" / "sources" / "harbour_notes.yaml")
    [table] = contract.tables
    assert {column.name: column.privacy for column in table.columns} == {
        "appt_id": "pseudonym", "client_no": "pseudonym", "client_name": "dropped", "date_time": "public", "came": "public", "fee_net": "dropped",
    }  # fmt: skip
    assert contract.delimiters == (";",)
    assert contract.table_for("visits_20270101.csv") == table


def test_the_new_system_is_read_and_built_as_it_stands(scaffolded, tmp_path):
    """The invented fixture has one appointment and one without a time; the word of attendance of a third has no meaning yet."""
    project, written, _ = scaffolded
    fixture = next(path for path in written if path.suffix == ".csv")
    text = fixture.read_text(encoding="utf-8") + "3;B;;06/01/2026 11:00;yes;\n"
    contracts = {"harbour_notes": source_contracts.load_contract(project / "pipelines" / "sources" / "harbour_notes.yaml")}
    delivery = tmp_path / "inbox" / staging_build.CLINIC / "harbour_notes" / "2026-01-07"
    delivery.mkdir(parents=True)
    (delivery / fixture.name).write_text(text, encoding="utf-8")
    with patch.object(source_contracts, "load_contracts", lambda: contracts), patch.object(warehouse, "PROJECT", project / "dbt_project"):
        staged = staging_build.stage(tmp_path, "harbour_notes", tmp_path / "inbox", datetime.date(2026, 1, 8), "Europe/London")
    assert staged.counts("2026-01-07", fixture.name) == ("admitted", 3, 0)
    assert staged.states("sessions") == {"current": 2, "quarantined": 1}
    assert staged.states("clients") == {"current": 2}
    assert [row[1:] for row in staged.rows("sessions", "cast(starts_at as varchar), attendance, row_reason")] == [
        (2, "2026-01-05 10:00:00", "not_recorded", None),
        (3, None, "not_recorded", "a required value is missing"),
        (4, "2026-01-06 11:00:00", "unknown", None),
    ]


@pytest.mark.parametrize(
    ("header", "column"), [("Client No.", "client_no"), ("Date/Time", "date_time"), ("2nd visit", "column_2nd_visit"), ("Größe", "größe"), ("%", "column_")]
)
def test_headers_become_column_names(header, column):
    assert column_name(header) == column


def test_what_the_sample_lacks_is_refused_with_what_it_has(tmp_path, capsys):
    sample = tmp_path / "visits.csv"
    sample.write_text("id,client,when\n", encoding="utf-8")
    arguments = ["new-source", "--sample", str(sample), "--session-id", "id", "--client-id", "patient", "--starts-at", "when"]
    assert main([*arguments, "--system", "harbour_notes"]) == 2
    assert capsys.readouterr().err == "clinic-outcomes: --client-id: 'patient' must stand once in the sample's header, which is id, client, when\n"
    with pytest.raises(SystemExit):
        main([*arguments, "--system", "../x"])
    with pytest.raises(ConfigurationError, match="'jane' exists already"):
        scaffold(NewSource("jane", "Jane", "CA", "id", "client", "when", None, "iso"), sample, scaffolding.PROJECT)


def test_the_pages_of_the_systems_are_those_of_their_contracts(tmp_path):
    written = system_pages.write_pages(tmp_path)
    pages = sorted((PROJECT / "docs" / "systems").glob("*.md"))
    assert [path.name for path in pages] == [path.name for path in written]
    for path, fresh in zip(pages, written, strict=True):
        assert path.read_text(encoding="utf-8") == fresh.read_text(encoding="utf-8"), "run `python -m pipelines.system_pages`"
