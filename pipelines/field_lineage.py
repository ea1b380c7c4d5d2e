"""Which columns of staging a field of an export becomes, read off the SQL of the staging models column by column.

A value that a seed gives for a code comes from the code: what the join with the seed compares stands for the seed's columns.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from pipelines.run_inputs import SCHEMAS
from pipelines.source_contracts import SourceContract

Field = tuple[str, str]  # table and column
ORIGIN = ("clinic_id", "file_sha256", "source_line", "delivered_order")
# where a row comes from and what became of it is no content of the export
BOOKKEEPING = (*ORIGIN, "source_system", "raw_table", "row_state", "row_reason", "row_column")


def targets(contract: SourceContract, sql: Mapping[str, str], project: Path) -> dict[Field, list[str]]:
    """For each raw table and column of a system, the columns `entity.column` that are made of it; `sql` is that of the staging models."""
    reader = _Reader(contract, sql, project)
    entities = sorted({name for table in contract.tables for name in (table.staging, *table.discovers)})
    found: dict[Field, set[str]] = {}
    for entity in entities:
        for column, fields in reader.columns(f"stg_{contract.system}__{entity}").items():
            for field in fields if column not in BOOKKEEPING else ():
                found.setdefault(field, set()).add(f"{entity}.{column}")
    return {field: sorted(columns) for field, columns in found.items()}


class _Reader:
    """The columns of staging models, each with the raw fields it is made of; every model is read once."""

    def __init__(self, contract: SourceContract, sql: Mapping[str, str], project: Path) -> None:
        self.sql = {name: text for name, text in sql.items() if f"_{contract.system}__" in name}
        self.known: dict[str, dict[str, set[Field]]] = {}
        self.of_scope: dict[int, tuple[Scope, dict[str, set[Field]]]] = {}
        self.schema = {
            f"raw_{contract.system}": {table.name: _typed([*ORIGIN, *_raw_names(contract, table.name)]) for table in contract.tables},
            "inputs": {name: _typed(columns) for name, columns in SCHEMAS.items()},
            "reference": {path.stem: _typed(_header(path)) for path in sorted((project / "dbt_project" / "seeds").glob("*.csv"))},
        }

    def columns(self, model: str) -> dict[str, set[Field]]:
        """Each column of a model with the raw fields that its value is made of."""
        if model not in self.known:
            tree = parse_one(self.sql[model], dialect="duckdb")
            upstream = {table.name for table in tree.find_all(exp.Table) if table.db == "staging"}
            staging = {name: _typed(self.columns(name)) for name in sorted(upstream)}
            qualified = qualify(tree, dialect="duckdb", schema={"build": {**self.schema, "staging": staging}}, validate_qualify_columns=False)
            scope = build_scope(qualified)
            assert scope is not None
            self.known[model] = self._of_scope(scope)
        return self.known[model]

    def _of_scope(self, scope: Scope) -> dict[str, set[Field]]:
        if id(scope) not in self.of_scope:
            # kept with its columns: another scope must not get its identity
            self.of_scope[id(scope)] = (scope, self._worked_out(scope))
        return self.of_scope[id(scope)][1]

    def _worked_out(self, scope: Scope) -> dict[str, set[Field]]:
        if scope.set_operation_scopes:
            parts = [self._of_scope(part) for part in scope.set_operation_scopes]
            names = list(parts[0])
            return {name: set().union(*(list(part.values())[place] for part in parts)) for place, name in enumerate(names)}
        return {select.alias_or_name: self._of_expression(select, scope) for select in scope.expression.selects}  # type: ignore[attr-defined]

    def _of_expression(self, expression: exp.Expression, scope: Scope) -> set[Field]:
        return set().union(*(self._of_column(column, scope) for column in expression.find_all(exp.Column)))

    def _of_column(self, column: exp.Column, scope: Scope) -> set[Field]:
        source = scope.sources.get(column.table)
        if isinstance(source, Scope):
            return self._of_scope(source).get(column.name, set())
        if not isinstance(source, exp.Table):
            return set()
        if source.db == "staging":
            return self.columns(source.name).get(column.name, set())
        if source.db == "reference":
            return set().union(*(self._of_column(other, scope) for other in _compared(scope, column.table)))
        return {(source.name, column.name)} if source.db.startswith("raw_") and column.name not in ORIGIN else set()


def _compared(scope: Scope, alias: str) -> Iterator[exp.Column]:
    """The columns of other tables that the join with a table compares."""
    for join in scope.expression.args.get("joins") or []:
        if join.alias_or_name == alias and join.args.get("on") is not None:
            yield from (column for column in join.args["on"].find_all(exp.Column) if column.table not in ("", alias))


def _typed(columns: object) -> dict[str, str]:
    return {str(name): "varchar" for name in columns}  # type: ignore[attr-defined]


def _raw_names(contract: SourceContract, name: str) -> list[str]:
    table = next(table for table in contract.tables if table.name == name)
    return [raw.lower() for column in table.columns if (raw := column.raw_name())] + [identity for identity, _ in table.identities]


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))
