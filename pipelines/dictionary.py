"""The data dictionary of a release: each published table and column in the words that dbt has for it, what it is made from and which rules hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.pages import render

FILE_NAME = "dictionary.html"
GRAIN = re.compile(r"^grain:\s*(?P<grain>[^.]*\.)\s*(?P<rest>.*)$", re.DOTALL)


@dataclass(frozen=True)
class Described:
    """What dbt says about one table: its description, and one for each column that has any."""

    description: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Column:
    """One column; `rules` are the tests that it must pass before anything is published."""

    name: str
    type: str
    description: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One published table. `made_from` and `used_by` name published tables; `examples` are worked examples that its rules are tested with."""

    schema: str
    name: str
    grain: str
    description: str
    rows: int
    columns: tuple[Column, ...]
    rules: tuple[str, ...]
    made_from: tuple[str, ...]
    used_by: tuple[str, ...]
    definition: str
    examples: tuple[tuple[str, str], ...]

    @property
    def qualified(self) -> str:
        return f"{self.schema}.{self.name}"


def described(manifest: Mapping[str, Any], schemas: Sequence[str]) -> dict[str, Described]:
    """The descriptions of every table of these schemas, by `schema.table`."""
    return {
        _qualified(node): Described(node["description"], {name: column["description"] for name, column in node["columns"].items() if column["description"]})
        for node in _published(manifest, schemas).values()
    }


def write(target: Path, warehouse: Path, manifest: Mapping[str, Any], schemas: Sequence[str], release: str) -> None:
    """Write the page about the tables that the DuckDB file `warehouse` holds."""
    listed = tables(warehouse, manifest, schemas)
    by_schema = {schema: [table for table in listed if table.schema == schema] for schema in schemas}
    target.write_text(render("dictionary.html", release=release, schemas=by_schema), encoding="utf-8")


def tables(warehouse: Path, manifest: Mapping[str, Any], schemas: Sequence[str]) -> list[Table]:
    """Every table of the file in the order of `schemas`; what dbt does not know of has the descriptions that stand in the file."""
    nodes = {_qualified(node): node for node in _published(manifest, schemas).values()}
    sources = {name: _published_sources(manifest, schemas, node) for name, node in nodes.items()}
    rules, examples = _rules(manifest), _examples(manifest)
    found = []
    for schema, name, comment, rows, columns in _stored(warehouse, schemas):
        qualified = f"{schema}.{name}"
        node = nodes.get(qualified, {})
        grain, description = _grain_and_rest(comment)
        own_rules = rules.get(node.get("unique_id", ""), {})
        steps = _with_unpublished_ancestors(manifest, schemas, node)
        table = Table(
            schema=schema,
            name=name,
            grain=grain,
            description=description,
            rows=rows,
            columns=tuple(Column(column, kind, words or "", tuple(own_rules.get(column, ()))) for column, kind, words in columns),
            rules=tuple(own_rules.get("", ())),
            made_from=tuple(sources.get(qualified, ())),
            used_by=tuple(sorted(other for other, made_from in sources.items() if qualified in made_from)),
            definition=f"dbt_project/{node['original_file_path']}" if node else "",
            examples=tuple(example for step in steps for example in examples.get(step, ())),
        )
        found.append(table)
    return found


def _stored(warehouse: Path, schemas: Sequence[str]) -> list[tuple[str, str, str | None, int, list[tuple[str, str, str | None]]]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select schema_name, table_name, comment, estimated_size from duckdb_tables() where list_contains($schemas, schema_name) "
            "order by list_position($schemas, schema_name), table_name",
            {"schemas": list(schemas)},
        ).fetchall()
        columns = connection.execute(
            "select schema_name, table_name, column_name, lower(data_type), comment from duckdb_columns() order by column_index"
        ).fetchall()
    return [(schema, name, comment, size, [column[2:] for column in columns if column[:2] == (schema, name)]) for schema, name, comment, size in rows]


def _published(manifest: Mapping[str, Any], schemas: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    nodes = manifest["nodes"].items()
    return {unique_id: node for unique_id, node in nodes if node["resource_type"] in ("model", "seed") and node["schema"] in schemas}


def _qualified(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node['name']}"


def _grain_and_rest(description: str | None) -> tuple[str, str]:
    match = GRAIN.match(description or "")
    return (match["grain"].strip(), match["rest"].strip()) if match else ("", (description or "").strip())


def _with_unpublished_ancestors(manifest: Mapping[str, Any], schemas: Sequence[str], node: Mapping[str, Any]) -> list[str]:
    """The table itself and the intermediate models that only lead to it through no other published table, nearest first."""
    published, order = _published(manifest, schemas), [node["unique_id"]] if node else []
    for unique_id in order:
        for parent in _parents(manifest, unique_id):
            if parent not in published and parent not in order and parent.startswith("model."):
                order.append(parent)  # the loop goes on with what it appends: breadth first
    return order


def _published_sources(manifest: Mapping[str, Any], schemas: Sequence[str], node: Mapping[str, Any]) -> list[str]:
    published = _published(manifest, schemas)
    steps = _with_unpublished_ancestors(manifest, schemas, node)
    return sorted({_qualified(published[parent]) for step in steps for parent in _parents(manifest, step) if parent in published})


def _parents(manifest: Mapping[str, Any], unique_id: str) -> list[str]:
    parents: list[str] = manifest["nodes"].get(unique_id, {}).get("depends_on", {}).get("nodes", [])
    return parents


def _rules(manifest: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    """What the tests of each table say in words, by column; under '' those of the table as a whole."""
    rules: dict[str, dict[str, list[str]]] = {}
    for test in sorted((node for node in manifest["nodes"].values() if node["resource_type"] == "test"), key=lambda node: str(node["name"])):
        owner, known = test.get("attached_node"), test.get("test_metadata")
        if not owner or not known:
            continue
        column, words = _in_words(known["name"], known["kwargs"], test.get("description", ""))
        for name in column:
            rules.setdefault(owner, {}).setdefault(name, []).append(words)
    return rules


def _in_words(name: str, arguments: Mapping[str, Any], description: str) -> tuple[list[str], str]:
    """The columns that a test is about, and what it says of them."""
    column = [arguments["column_name"]] if arguments.get("column_name") else [""]
    if description:
        return column, description
    if name == "no_gaps":
        return list(arguments["columns"]), "never empty"
    if name == "unique":
        return column, "different in every row"
    if name == "accepted_values":
        return column, "one of " + ", ".join(map(str, arguments["values"]))
    if name == "relationships":
        return column, f"is a {arguments['field']} of {arguments['to'].removeprefix('ref(').strip(chr(39) + ')')}"
    if name == "unique_combination":
        return [""], "one row for each " + ", ".join(arguments["columns"])
    return column, name.replace("_", " ")


def _examples(manifest: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Names and words of dbt's unit tests by the model that they test."""
    examples: dict[str, list[tuple[str, str]]] = {}
    for test in sorted(manifest.get("unit_tests", {}).values(), key=lambda test: str(test["name"])):
        for model in test["depends_on"]["nodes"]:
            examples.setdefault(model, []).append((test["name"].removeprefix("test_").replace("_", " "), test["description"]))
    return examples
