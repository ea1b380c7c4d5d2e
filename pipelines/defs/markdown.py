"""Small tables for the metadata that people read in the Dagster UI."""

from collections.abc import Iterable, Sequence

import dagster as dg

SHOWN_ROWS = 50


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> dg.MarkdownMetadataValue:
    """A table of the first rows; a line below says how many more there are."""
    rows = list(rows)
    if not rows:
        return dg.MetadataValue.md("none")
    lines = [_line(headings), _line(["---"] * len(headings)), *(_line(row) for row in rows[:SHOWN_ROWS])]
    if len(rows) > SHOWN_ROWS:
        lines.append(f"\nand {len(rows) - SHOWN_ROWS} more")
    return dg.MetadataValue.md("\n".join(lines))


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
