"""What the numbers are made of: completeness, deliveries, refused files, rows that were set aside."""

from collections.abc import Sequence

from reports.release import Row
from reports.scope import Scope
from reports.views import Finding, Panel, Table

MOST_RESTATED = 12


def findings(scope: Scope) -> list[Finding]:
    return [_deliveries(scope), *_restatements(scope), _set_aside(scope)]


def _deliveries(scope: Scope) -> Finding:
    voice = scope.voice
    deliveries, refused = scope.rows("deliveries"), scope.own_rows("refused_deliveries")
    count = sum(row.deliveries for row in deliveries)
    if refused:
        heading = voice("figures.deliveries.refused", count=len(refused))
    else:
        heading = voice(f"figures.deliveries.{'none_refused' if count else 'none'}", count=count)
    heads = ["delivered", "system", "files", "files_refused", "rows_read", "rows_admitted", "rows_rejected"]
    lines = [_delivery_line(scope, row) for row in deliveries]
    if scope.clinic is None:
        heads = ["clinic", "last_delivered", *heads[1:]]
    table = Table(heading, [voice(f"figures.deliveries.{head}") for head in heads], lines, numeric=range(len(heads))[-5:])
    panel = Panel("deliveries-table", heading, table=table if lines else None, query=scope.sql("deliveries"))
    return Finding("deliveries", heading, points=[_refused_words(scope, row) for row in refused], panels=[panel])


def _delivery_line(scope: Scope, row: Row) -> list[str]:
    counts = (row.files, row.files_refused, row.rows_read, row.rows_admitted, row.rows_rejected)
    line = [scope.voice.day(row.delivered_on), row.source_system, *(scope.voice.write(count) for count in counts)]
    return [scope.edition.name_of(row.clinic_id), *line] if scope.clinic is None else line


def _refused_words(scope: Scope, row: Row) -> str:
    key = "figures.deliveries.missing" if row.is_missing else "figures.deliveries.replaced"
    words = scope.voice(key, system=row.source_system, delivered_on=row.delivered_on, reason=row.reason)
    if scope.clinic is not None:
        return words
    return scope.voice("network.of_clinic", clinic=scope.edition.name_of(row.clinic_id), text=words)


def restatements(scope: Scope) -> Sequence[Row]:
    """Months already reported that read differently now; none in a release that does not tell."""
    return scope.own_rows("restatements") if scope.facts.has("restatements") else []


def restated_words(scope: Scope, row: Row) -> str:
    """One figure: its name and month, from what, to what."""
    before, now = _before_and_now(scope, row)
    return scope.voice("figures.restatements.one_figure", name=row.name, month=scope.voice.month(row.month), before=before, now=now)


def _restatements(scope: Scope) -> list[Finding]:
    if not scope.facts.has("restatements"):
        return []
    voice, rows = scope.voice, restatements(scope)
    heading = voice(f"figures.restatements.{'some' if rows else 'none'}", count=len(rows))
    heads = (["clinic"] if scope.clinic is None else []) + ["month", "figure", "before", "now", "cause"]
    lines = [_restated_line(scope, row) for row in rows]
    table = Table(heading, [voice(f"figures.restatements.{head}") for head in heads], lines, most_rows=MOST_RESTATED) if lines else None
    panel = Panel("restatements-table", heading, table=table, query=_own_sql(scope, "restatements"))
    return [Finding("restatements", heading, panels=[panel])]


def _restated_line(scope: Scope, row: Row) -> list[str]:
    voice = scope.voice
    before, now = _before_and_now(scope, row)
    cause = voice(f"figures.restatements.causes.{row.cause}", deliveries=row.deliveries or "", earlier=row.earlier_as_of)
    line = [voice.month(row.month), row.name, before, now, cause]
    return [scope.edition.name_of(row.clinic_id), *line] if scope.clinic is None else line


def _before_and_now(scope: Scope, row: Row) -> tuple[str, str]:
    """The counts that were reported before, and those of now."""
    before = scope.voice("figures.restatements.counts", numerator=row.earlier_numerator, denominator=row.earlier_denominator)
    return before, scope.voice("figures.restatements.counts", numerator=row.numerator, denominator=row.denominator)


def _own_sql(scope: Scope, query: str) -> str:
    return scope.facts.sql(query, clinic_id=None if scope.clinic is None else scope.clinic.clinic_id)


def _set_aside(scope: Scope) -> Finding:
    voice = scope.voice
    rows = scope.rows("rows_set_aside")
    total = sum(row.rows_count for row in rows)
    heading = voice("figures.set_aside.some" if total else "figures.set_aside.none", count=total)
    heads = ("reason", "step", "system", "place", "column", "rows")
    lines = [
        [
            row.reason or voice("formats.none"),
            voice(f"figures.set_aside.{row.step}"),
            row.source_system,
            row.place or voice("formats.none"),
            row.column_name or voice("formats.none"),
            voice.write(row.rows_count),
        ]
        for row in rows
    ]
    table = Table(heading, [voice(f"figures.set_aside.{head}") for head in heads], lines, numeric=(5,)) if lines else None
    return Finding(
        "rows_set_aside",
        heading,
        panels=[Panel("set-aside-table", heading, table=table, query=scope.sql("rows_set_aside"))],
    )
