"""One aggregate query that describes a raw table: what is missing, what is not of its declared type, its range."""

import duckdb

from pipelines.file_facts import ColumnProfile
from pipelines.source_contracts import Column, Table

PARSED = {
    "date": "cast(try_strptime({value}, {format}) as date)",
    "time": "try_strptime({value}, {format})",
    "iso time": "try_cast({value} as timestamptz)",
    "number": "try_cast({value} as double)",
}
ISO_DATE = "%Y-%m-%d"


def parsed_sql(column: Column, value: str) -> str | None:
    """SQL that reads the text `value` as the column's type and is null where it is not; None for types that any text satisfies."""
    if column.type not in PARSED:
        return None
    if column.type == "time" and column.format == ("iso",):
        return PARSED["iso time"].format(value=value)
    formats = [ISO_DATE if text == "iso" else text for text in column.format]
    return PARSED[column.type].format(value=value, format=formats)


def profile_table(connection: duckdb.DuckDBPyConnection, relation: str, table: Table) -> list[ColumnProfile]:
    """Profile the columns of `relation` (a table function or name) that the contract of `table` declares and that were kept."""
    columns = [column for column in table.columns if column.raw_name()]
    measures = ", ".join(_measures(column) for column in columns)
    keys = ", ".join(f'"{table.column(name).raw_name()}"' for name in table.key)
    row = connection.execute(f"select count(*), count(distinct ({keys})), {measures} from {relation}").fetchone()
    assert row is not None
    rows, distinct_keys, values = row[0], row[1], row[2:]
    profiles = []
    for index, column in enumerate(columns):
        present, invalid, minimum, maximum, ninth_decile = values[5 * index : 5 * index + 5]
        is_key = (column.name,) == table.key
        profiles.append(
            ColumnProfile(
                table.name, column.raw_name() or "", rows, rows - present, invalid, distinct_keys if is_key else None,
                _text(minimum), _text(maximum), _text(ninth_decile),
            )
        )  # fmt: skip
    return profiles


def _measures(column: Column) -> str:
    value = f'"{column.raw_name()}"'
    if column.privacy == "year_only":
        return f"count({value}), count(*) filter ({value} = 'invalid'), null, null, null"
    parsed = parsed_sql(column, value)
    if parsed is None:
        return f"count({value}), 0, null, null, null"
    return f"count({value}), count(*) filter ({value} is not null and {parsed} is null), min({parsed}), max({parsed}), quantile_disc({parsed}, 0.9)"


def _text(value: object) -> str | None:
    return None if value is None else str(value)
