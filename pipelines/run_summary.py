"""What a run says at its end: what was read, refused, set aside and published, the headline figures, and where the reports are."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import duckdb

HEADLINES = ("reliable_improvement", "recovery", "reliable_deterioration", "goal_attainment", "unplanned_ending", "did_not_attend", "paired_scores")


def summary(warehouse: Path, month: datetime.date) -> Iterator[str]:
    """The lines about the release in the DuckDB file `warehouse` and its figures for the twelve months up to `month`."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield from _deliveries(connection)
        yield from _set_aside(connection)
        yield from _figures(connection, month)


def _deliveries(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    row = connection.execute(
        """
        select count(*) filter (sha256 is not null), count(distinct clinic_id), coalesce(sum(rows_read), 0), count(*) filter (is_current)
        from ops.deliveries
        """
    ).fetchone()
    assert row is not None
    files, clinics, rows, current = row
    yield f"Read       {files:,} files of {clinics:,} clinics, {rows:,} rows; {current:,} files hold now"
    refused = connection.execute(
        """
        select clinic_id || '/' || source_system || '/' || delivery, min(reason), count(*)
        from ops.deliveries where decision = 'refused' group by 1 order by 1
        """
    ).fetchall()
    for delivery, reason, files in refused:
        yield f"Refused    {delivery} ({files} files): {reason}"
    stray = connection.execute(
        """
        select concat_ws('/', clinic_id, nullif(source_system, ''), nullif(delivery, ''), file), reason
        from ops.deliveries where decision = 'unrecognised' order by 1
        """
    ).fetchall()
    for place, reason in stray:
        yield f"Not read   {place}: {reason}"


def _set_aside(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for table, what in (("rejected_rows", "lines could not be read"), ("quarantined_rows", "rows must not count")):
        count, clinics = connection.execute(f"select count(*), count(distinct clinic_id) from ops.{table}").fetchall()[0]
        if count:
            yield f"Set aside  {count:,} {what}, from {clinics:,} clinics; each with its reason in ops.{table}"


def _figures(connection: duckdb.DuckDBPyConnection, month: datetime.date) -> Iterator[str]:
    yield f"Figures    the network in the twelve months up to {month:%B %Y}"
    rows = connection.execute(
        """
        select indicators.name, figures.rate, figures.numerator, figures.denominator, figures.state
        from benchmarks.network_months as figures inner join benchmarks.indicators as indicators using (indicator_id)
        where figures.month = $month and figures.span = 'rolling_12' and list_contains($headlines, indicator_id)
        order by list_position($headlines, indicator_id)
        """,
        {"month": month, "headlines": list(HEADLINES)},
    ).fetchall()
    for name, rate, numerator, denominator, state in rows:
        figure = f"{rate:6.1%}  {numerator:,} of {denominator:,}" if state == "shown" else f"{'':6}  {state.replace('_', ' ')}"
        yield f"           {name:<44}{figure}"
