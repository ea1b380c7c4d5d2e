"""Ways through the clinic: what first consultations decided, and the flow from there through treatment to the ending."""

from collections.abc import Sequence

from reports.charts.flow import Stream, flow
from reports.release import Row
from reports.scope import Scope
from reports.sections.outcomes import ENDINGS, whole
from reports.views import Finding, Panel, Table

DECISIONS = ("accepted", "assessment_only", "redirected", "unsuitable", "client_declined", "dropped_out", "waiting")
CONSULTATION = (*DECISIONS, "not_recorded", "other")
TREATMENT = ("treated", "once", "untreated", "other")
ENDING = (*(ending for ending in ENDINGS if ending != "merged"), "other")


def consultations(scope: Scope) -> Finding | None:
    """What first consultations decided, as parts of a whole."""
    found = {row.consultation_outcome: row.people for row in scope.rows_if_any("consultations")}
    people = {decision: found[decision] for decision in DECISIONS if decision in found}
    if not people:
        return None
    heading = scope.voice(
        "figures.consultations.finding", count=sum(people.values()), accepted=people.get("accepted", 0), redirected=people.get("redirected", 0)
    )
    panel = whole(scope, "consultations", "consultations-of-all", heading, people, scope.sql("consultations"))
    return Finding("consultations_of_all", heading, panels=[panel])


def ways(scope: Scope) -> Finding | None:
    """The flow of everyone whose course ended."""
    rows = scope.rows_if_any("flow")
    if not rows:
        return None
    voice = scope.voice
    ended = sum(row.people for row in rows)
    treated = sum(row.people for row in rows if row.treatment == "treated")
    heading = voice("figures.flow.finding", count=ended, treated=treated)
    streams = [
        Stream((f"consultation.{row.consultation}", f"treatment.{row.treatment}", f"ending.{row.ending}"), row.people, f"endings-{row.ending}") for row in rows
    ]
    heads = [voice(f"figures.flow.{column}") for column in ("at_consultation", "in_treatment", "at_the_end")]
    drawing = flow(heading, voice("figures.flow.description"), streams, heads, _labels(scope, rows))
    lines = [[voice(f"figures.flow.consultation.{row.consultation}"), voice(f"figures.flow.treatment.{row.treatment}"),
              voice(f"figures.flow.ending.{row.ending}"), voice.write(row.people)] for row in rows]  # fmt: skip
    columns = [*heads, voice("figures.flow.people")]
    table = Table(heading, columns, lines, numeric=(3,), most_rows=60)
    return Finding("flow", heading, [voice("figures.flow.note")], panels=[Panel("flow-figure", heading, drawing, table=table, query=scope.sql("flow"))])


def _labels(scope: Scope, rows: Sequence[Row]) -> dict[str, str]:
    """The words of each group with its people, in the order from top to bottom."""
    stages = {"consultation": CONSULTATION, "treatment": TREATMENT, "ending": ENDING}
    labels = {}
    for stage, names in stages.items():
        for name in names:
            people = sum(row.people for row in rows if getattr(row, stage) == name)
            if people:
                labels[f"{stage}.{name}"] = scope.voice("figures.flow.label", words=scope.voice(f"figures.flow.{stage}.{name}"), people=people)
    return labels
