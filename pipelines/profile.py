"""One aggregate query that describes a raw table: what is missing, what is not of its declared type, its range."""

from collections import defaultdict
from collections.abc import Sequence

import duckdb

from pipelines.file_facts import LEAST_KEYS, ColumnProfile
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
    is_one_pseudonym = len(table.key) == 1 and table.column(table.key[0]).privacy == "pseudonym"
    least = f"select distinct {keys} as key from {relation} where key is not null order by key limit {LEAST_KEYS}"
    sample = f"(select list(key order by key) from ({least}))" if is_one_pseudonym else "null"
    row = connection.execute(f"select count(*), count(distinct ({keys})), {sample}, {measures} from {relation}").fetchone()
    assert row is not None
    rows, distinct_keys, least_keys, values = row[0], row[1], tuple(row[2] or ()), row[3:]
    profiles = []
    for index, column in enumerate(columns):
        present, invalid, minimum, maximum, ninth_decile = values[5 * index : 5 * index + 5]
        is_key = (column.name,) == table.key
        profiles.append(
            ColumnProfile(
                table.name, column.raw_name() or "", rows, rows - present, invalid, distinct_keys if is_key else None,
                _text(minimum), _text(maximum), _text(ninth_decile), least_keys if is_key else (),
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


def merge_profiles(profiles: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """One profile per table and column of files that hold parts of the same tables.

    A key that stands in two files counts as two; the ninth decile is that of the parts' ninth deciles, each weighted by its rows.
    """
    parts: dict[tuple[str, str], list[ColumnProfile]] = defaultdict(list)
    for profile in profiles:
        parts[profile.table_name, profile.column_name].append(profile)
    return [_merged(same) for same in parts.values()]


def _merged(parts: Sequence[ColumnProfile]) -> ColumnProfile:
    if len(parts) == 1:
        return parts[0]
    distinct = [part.distinct for part in parts if part.distinct is not None]
    return ColumnProfile(
        table_name=parts[0].table_name,
        column_name=parts[0].column_name,
        rows=sum(part.rows for part in parts),
        missing=sum(part.missing for part in parts),
        invalid=sum(part.invalid for part in parts),
        distinct=sum(distinct) if distinct else None,
        minimum=_least([part.minimum for part in parts]),
        maximum=_greatest([part.maximum for part in parts]),
        ninth_decile=_weighted_ninth_decile(parts),
        least_keys=tuple(sorted({key for part in parts for key in part.least_keys})[:LEAST_KEYS]),
    )


def _weighted_ninth_decile(parts: Sequence[ColumnProfile]) -> str | None:
    known = sorted(((part.ninth_decile, part.rows) for part in parts if part.ninth_decile is not None), key=lambda part: _ordered(part[0]))
    below, total = 0, sum(rows for _, rows in known)
    for decile, rows in known:
        below += rows
        if 10 * below >= 9 * total:
            return decile
    return None


def _least(texts: Sequence[str | None]) -> str | None:
    return min((text for text in texts if text is not None), key=_ordered, default=None)


def _greatest(texts: Sequence[str | None]) -> str | None:
    return max((text for text in texts if text is not None), key=_ordered, default=None)


def _ordered(text: str) -> tuple[float, str]:
    """Numbers by their size, dates and times, which start with their year, by their text."""
    try:
        return float(text), text
    except ValueError:
        return 0.0, text
