"""What the numbers are made of: completeness, deliveries, refused files, rows that were set aside."""

from reports.release import Row
from reports.scope import Scope
from reports.sections import rates
from reports.views import Finding, Panel, Section, Table


def section(scope: Scope) -> Section | None:
    return rates.section(scope, "data_quality", ("data_quality",), [_deliveries(scope), _set_aside(scope)])


def _deliveries(scope: Scope) -> Finding:
    voice = scope.voice
    deliveries, refused = scope.own_rows("deliveries"), scope.own_rows("refused_files")
    if refused:
        heading = voice("figures.deliveries.refused", count=len(refused))
    elif deliveries:
        heading = voice("figures.deliveries.none_refused", count=len(deliveries))
    else:
        heading = voice("figures.deliveries.none")
    points = [_refused_words(scope, row) for row in refused]
    heads = ["delivered", "system", "files", "refused_files", "rows_read", "rows_admitted", "rows_rejected"]
    lines = [
        [
            voice.day(row.delivered_on),
            row.source_system,
            *(
                voice.write(value)
                for value in (row.files, row.files_refused, row.rows_read, row.rows_admitted, row.rows_rejected)
            ),
        ]
        for row in deliveries
    ]
    if scope.clinic is None:
        names = {clinic.clinic_id: clinic.name for clinic in scope.edition.clinics}
        heads.insert(0, "clinic")
        lines = [[names[row.clinic_id], *line] for row, line in zip(deliveries, lines, strict=True)]
    table = (
        Table(
            heading,
            [voice(f"figures.deliveries.{head}") for head in heads],
            lines,
            numeric=range(len(heads) - 5, len(heads)),
        )
        if lines
        else None
    )
    panel = Panel("deliveries-table", heading, table=table, query=scope.own_sql("deliveries"))
    return Finding("deliveries", heading, points=points, panels=[panel])


def _refused_words(scope: Scope, row: Row) -> str:
    key = "figures.deliveries.missing" if row.is_missing else "figures.deliveries.replaced"
    words = scope.voice(key, file=row.file, delivered_on=row.delivered_on, reason=row.reason)
    if scope.clinic is not None:
        return words
    name = next(clinic.name for clinic in scope.edition.clinics if clinic.clinic_id == row.clinic_id)
    return scope.voice("network.of_clinic", clinic=name, text=words)


def _set_aside(scope: Scope) -> Finding:
    voice = scope.voice
    rows = scope.own_rows("rows_set_aside")
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
    table = (
        Table(heading, [voice(f"figures.set_aside.{head}") for head in heads], lines, numeric=(5,)) if lines else None
    )
    return Finding(
        "rows_set_aside",
        heading,
        panels=[Panel("set-aside-table", heading, table=table, query=scope.own_sql("rows_set_aside"))],
    )
