"""What happened on the way: how many worsened for a while or for long, how they ended up, and what the courses looked like."""

from dataclasses import replace

from reports.charts.courses import Stage, courses
from reports.release import Row
from reports.scope import Scope
from reports.sections.outcomes import whole
from reports.views import Finding, Key, Panel, Table

LABELS = ("none", "transient", "ended_while_worse", "sustained_gradual", "sharp_sustained", "not_classifiable")
LASTING = ("sustained_gradual", "sharp_sustained")
GROUPS = ("none", "transient", "lasting")
ENDS = ("better", "unchanged", "worse")


def trajectories(scope: Scope) -> Finding | None:
    """Everyone who finished by what happened on the way, and what became of them."""
    rows = {row.label: row for row in scope.rows_if_any("trajectories")}
    if not rows:
        return None
    voice = scope.voice
    people = {label: rows[label].people for label in LABELS if label in rows}
    lasting, short = sum(people.get(label, 0) for label in LASTING), people.get("transient", 0)
    heading = voice("figures.trajectories.finding", finished=sum(people.values()), lasting=lasting, short=short)
    sentences = []
    if short:
        sentences.append(voice("figures.trajectories.after_short", count=short, better=rows["transient"].better))
    if lasting:
        better = sum(rows[label].better for label in LASTING if label in rows)
        sentences.append(voice("figures.trajectories.after_lasting", count=lasting, better=better))
    bar = whole(scope, "trajectories", "trajectories-of-all", heading, people, scope.sql("trajectories"))
    panels = [replace(bar, table=_became(scope, heading, [rows[label] for label in people]), is_table_open=True), _courses(scope)]
    return Finding("trajectories", heading, sentences, panels=[panel for panel in panels if panel is not None])


def _became(scope: Scope, caption: str, rows: list[Row]) -> Table:
    """How each group ended up."""
    voice = scope.voice
    lines = [
        [voice(f"figures.trajectories.{row.label}"), *(voice.write(value) for value in (row.people, row.better, row.unchanged, row.worse)),
         voice.write(row.people - row.better - row.unchanged - row.worse)]
        for row in rows
    ]  # fmt: skip
    columns = [voice("figures.trajectories.group"), voice("figures.outcomes.people"), *(voice(f"figures.outcomes.{end}") for end in (*ENDS, "unknown"))]
    return Table(caption, columns, lines, numeric=(1, 2, 3, 4, 5))


def _courses(scope: Scope) -> Panel | None:
    """Median and middle half by measurement; a group needs ten people."""
    rows = scope.rows_if_any("course_scores")
    if not rows:
        return None
    voice, measure = scope.voice, rows[0].measure
    groups = {group: [Stage(row.measurement, row.lower_quarter, row.median, row.upper_quarter) for row in rows if row.course == group] for group in GROUPS}
    groups = {group: stages for group, stages in groups.items() if len(stages) > 1}
    if not groups:
        return None
    title = voice("figures.course_scores.title", measure=measure)
    description = " ".join(
        voice("figures.course_scores.description", group=voice(f"figures.course_scores.{group}"), first=voice.number(stages[0].median),
              last=voice.number(stages[-1].median), measurements=len(stages))
        for group, stages in groups.items()
    )  # fmt: skip
    last = max(stages[-1].number for stages in groups.values())
    ends = (voice("figures.course_scores.first"), voice("figures.course_scores.last", number=last))
    scale = (float(rows[0].minimum), float(rows[0].maximum))
    drawing = courses(title, description, groups, scale, ends, voice.number)
    legend = [Key(f"median {group}", voice(f"figures.course_scores.{group}")) for group in groups]
    columns = [voice(f"figures.course_scores.{column}") for column in ("group", "measurement", "people", "median", "half")]
    lines = [
        [voice(f"figures.course_scores.{row.course}"), voice.write(row.measurement), voice.write(row.people), voice.number(row.median),
         voice("formats.range", lower=voice.number(row.lower_quarter), upper=voice.number(row.upper_quarter))]
        for row in rows if row.course in groups
    ]  # fmt: skip
    return Panel("course-scores", title, drawing, legend=legend, table=Table(title, columns, lines, numeric=(1, 2, 3, 4)), query=scope.sql("course_scores"))
