"""Audits what leaves a clinic: reads the disclosed tables as any reader would, and asks whether they give a hidden count away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from pipelines.disclosure import Leak, Statement, leaks, rounded_between

Row = Mapping[str, Any]
UNBOUNDED = float("inf")

CELLS = """
    select
        coalesce(indicators.partition, indicators.indicator_id) as table_id,
        indicators.partition is not null as is_partition,
        clinics.clinic_id,
        clinics.indicator_id,
        clinics.numerator,
        clinics.missing,
        clinics.denominator,
        clinics.state,
        network.numerator as network_numerator,
        network.missing as network_missing
    from benchmarks.disclosed_clinic_months as clinics
    inner join benchmarks.indicators as indicators using (indicator_id)
    inner join benchmarks.disclosed_network_months as network using (month, span, indicator_id)
    where clinics.state not in ('not_applicable', 'no_data')
    order by table_id, indicator_id, clinic_id
"""


@dataclass(frozen=True)
class Rules:
    """How counts were disclosed: rounded to `base`, 1 to `limit` hidden; hidden counts shall stay `width` apart at least."""

    limit: int
    base: int = 5
    width: int = 5


def audit(connection: duckdb.DuckDBPyConnection, rules: Rules) -> list[Leak]:
    """The hidden counts of the reported month whose possible values lie closer together than the rules allow."""
    result = connection.execute(CELLS)
    names = [column[0] for column in result.description or []]
    rows = [dict(zip(names, values, strict=True)) for values in result.fetchall()]
    found = []
    for _, table in groupby(rows, key=itemgetter("table_id")):
        cells = list(table)
        found += leaks(_statements(cells, rules), _hidden(cells), rules.width)
    return found


def _numerator(row: Row) -> str:
    return f"{row['clinic_id']}/{row['indicator_id']}"


def _missing(row: Row) -> str:
    return f"{row['clinic_id']}/{row['table_id']} missing"


def _people(row: Row) -> str:
    return f"{row['clinic_id']}/{row['table_id']} denominator"


def _counts(row: Row) -> list[tuple[str, int | None]]:
    """The counts of a clinic's row by name; None where hidden."""
    return [(_numerator(row), row["numerator"]), (_missing(row), row["missing"]), (_people(row), row["denominator"])]


def _hidden(rows: Sequence[Row]) -> list[str]:
    return sorted({name for row in rows for name, shown in _counts(row) if shown is None})


def _statements(rows: Sequence[Row], rules: Rules) -> list[Statement]:
    """Visible counts of clinics and network, and how the parts of a clinic's row make up its denominator."""
    sums = [({name: 1.0}, shown) for row in rows for name, shown in _counts(row)]
    for _, column in groupby(rows, key=itemgetter("indicator_id")):
        clinics = list(column)
        sums.append(({_numerator(row): 1.0 for row in clinics}, clinics[0]["network_numerator"]))
        sums.append(({_missing(row): 1.0 for row in clinics}, clinics[0]["network_missing"]))
    statements = [Statement(weights, *rounded_between(shown, rules.base, rules.limit)) for weights, shown in sums if shown is not None]
    for _, clinic in groupby(sorted(rows, key=itemgetter("clinic_id")), key=itemgetter("clinic_id")):
        parts = list(clinic)
        weights = {_numerator(row): 1.0 for row in parts} | {_missing(parts[0]): 1.0, _people(parts[0]): -1.0}
        statements.append(Statement(weights, 0.0 if parts[0]["is_partition"] else -UNBOUNDED, 0.0))
    return statements
