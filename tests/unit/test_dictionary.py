"""The data dictionary says of every published table what it is, where it comes from and what must hold."""

import duckdb
import pytest

from pipelines import dictionary

SCHEMAS = ("core", "benchmarks")


def model(name, schema, parents=(), description="", columns=None, kind="model"):
    unique_id = f"{kind}.p.{name}"
    described = {column: {"name": column, "description": words} for column, words in (columns or {}).items()}
    return unique_id, {
        "unique_id": unique_id, "resource_type": kind, "schema": schema, "name": name, "description": description, "columns": described,
        "depends_on": {"nodes": list(parents)}, "original_file_path": f"models/{name}.sql",
    }  # fmt: skip


def declared_test(name, owner, **arguments):
    unique_id = f"test.p.{name}.{owner}"
    return unique_id, {
        "unique_id": unique_id, "resource_type": "test", "schema": "tests", "name": name, "attached_node": owner, "description": "",
        "test_metadata": {"name": name, "kwargs": arguments}, "columns": {}, "depends_on": {"nodes": [owner]},
    }  # fmt: skip


@pytest.fixture
def manifest():
    episodes = "model.p.episodes"
    return {
        "nodes": dict([
            model("episodes", "core", (), "grain: one row per episode. Open ones too.", {"episode_key": "The <episode>."}),
            model("int_counts", "intermediate", (episodes,)),
            model("int_spans", "intermediate", ("model.p.int_counts",)),
            model("clinic_months", "benchmarks", ("model.p.int_spans",), "grain: one row per clinic."),
            declared_test("no_gaps", episodes, columns=["episode_key"]),
            declared_test("unique", episodes, column_name="episode_key"),
            declared_test("unique_combination", episodes, columns=["a", "b"]),
        ]),
        "unit_tests": {"u": {"name": "test_w19_rates", "description": "Six of thirteen.", "depends_on": {"nodes": ["model.p.int_counts"]}}},
    }  # fmt: skip


@pytest.fixture
def warehouse(tmp_path, manifest):
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        for schema in (*SCHEMAS, "staging"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table core.episodes as select 'a' as episode_key, 3 as sessions union all select 'b', 4")
        connection.execute("create table benchmarks.clinic_months as select 'c' as clinic_id")
        connection.execute("create table staging.hidden as select 1 as a")
        for table, words in dictionary.described(manifest, SCHEMAS).items():
            connection.execute(f"comment on table {table} is '{words.description}'")
            for column, description in words.columns.items():
                connection.execute(f"comment on column {table}.{column} is '{description}'")
    return path


def test_tables_columns_rules_and_examples_are_told(warehouse, manifest):
    episodes, months = dictionary.tables(warehouse, manifest, SCHEMAS)
    assert (episodes.qualified, episodes.grain, episodes.description, episodes.rows) == ("core.episodes", "one row per episode.", "Open ones too.", 2)
    assert [(column.name, column.type, column.description, column.rules) for column in episodes.columns] == [
        ("episode_key", "varchar", "The <episode>.", ("never empty", "different in every row")),
        ("sessions", "integer", "", ()),
    ]
    assert episodes.rules == ("one row for each a, b",)
    assert months.examples == (("w19 rates", "Six of thirteen."),)


def test_the_way_between_published_tables_goes_through_those_that_are_not(warehouse, manifest):
    episodes, months = dictionary.tables(warehouse, manifest, SCHEMAS)
    assert (months.made_from, episodes.used_by, episodes.made_from) == (("core.episodes",), ("benchmarks.clinic_months",), ())


def test_the_page_has_an_anchor_for_each_table_and_escapes_what_it_shows(warehouse, manifest, tmp_path):
    page = tmp_path / dictionary.FILE_NAME
    dictionary.write(page, warehouse, manifest, SCHEMAS, "2026-11-03-aaa")
    text = page.read_text(encoding="utf-8")
    assert 'id="core.episodes"' in text and 'id="benchmarks.clinic_months"' in text and "staging" not in text
    assert "The &lt;episode&gt;." in text
    assert "http" not in text
