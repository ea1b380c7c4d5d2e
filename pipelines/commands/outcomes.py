"""`clinic-outcomes outcomes`: change by one published method, for each measure, with what went into it. Reads core.change_methods; decides nothing."""

import argparse
import csv
from pathlib import Path
from typing import Any

import duckdb

from pipelines.commands.published import opened_release
from pipelines.errors import ConfigurationError

METHODS = {
    "jt": "Jacobson & Truax: the published reliable change of each measure; the method of all reported figures",
    "gln": "Gulliksen, Lord & Novick: allows for regression to the mean",
    "hll": "Hsu, Linn & Lord: against the change of everybody",
    "en": "Edwards & Nunnally: against the estimated true first score",
    "nk": "Nunnally & Kotsch: the same, with the reliability of the last score taken as that of the first",
    "ha": "Hageman & Arrindell: with the reliability of the difference",
}
COLUMNS = (
    "measure_id", "rater", "pairs", "mean_first", "sd_first", "mean_last", "sd_last", "correlation", "reliability", "reliability_kind",
    "difference_reliability", "critical_value", "indexed", "recovered", "improved", "unchanged", "deteriorated",
)  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def execute(options: argparse.Namespace) -> int:
    """Print the table, and write it as CSV where --csv asks for it."""
    with opened_release(options.data) as (_, warehouse):
        rows = _rows(warehouse, options.method)
    print(METHODS[options.method])
    print("Pairs of ended episodes of the whole network; uncontrolled. Empty: not known, so no index.\n")
    for line in _table([COLUMNS, *([_text(value) for value in row] for row in rows)]):
        print(line)
    if options.csv:
        _write_csv(options.csv, rows)
    return 0


def _rows(warehouse: Path, method: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = f"select {', '.join(COLUMNS)} from core.change_methods where method = $1 order by measure_id, rater"
        try:
            return connection.execute(query, [method]).fetchall()
        except duckdb.CatalogException:
            raise ConfigurationError("--data", "", "the published release was made before this command; `clinic-outcomes run` makes a new one") from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _table(rows: list[Any]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _write_csv(path: Path, rows: list[tuple[Any, ...]]) -> None:
    """Figures as they are; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            writer.writerows([_harmless(value) for value in row] for row in rows)
    except OSError as error:
        raise ConfigurationError("--csv", "", f"{path} cannot be written: {error.strerror}") from None


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
