"""Before and after: every pair of scores that counts, as dots, with what may be measurement error. Inside the network only."""

from collections.abc import Sequence

from markupsafe import Markup

from reports.charts.before_after import Change, Measure, before_after
from reports.release import Row
from reports.scope import Scope
from reports.views import Finding, Key, Panel, Table

FEWEST = 10


def finding(scope: Scope) -> Finding | None:
    """None under the external profile, and where so few have a pair that a dot is a person whom colleagues would know."""
    rows = scope.rows_if_any("before_after")
    people = sum(row.people for row in rows)
    if people < FEWEST:
        return None
    voice, measure = scope.voice, rows[0].measure
    better = sum(row.people for row in rows if row.is_reliably_improved)
    worse = sum(row.people for row in rows if row.is_reliably_deteriorated)
    heading = voice("figures.before_after.finding", measure=measure, people=people, better=better, worse=worse)
    direction = voice(f"figures.before_after.higher_is_{rows[0].higher_is}")
    table = _table(scope, heading, {"better": better, "unchanged": people - better - worse, "worse": worse}, people)
    panel = Panel("before-after", heading, _drawing(scope, heading, rows, direction), legend=_legend(scope), table=table, query=scope.sql("before_after"))
    return Finding("before_and_after", heading, [direction, voice("figures.before_after.uncontrolled")], panels=[panel])


def _drawing(scope: Scope, title: str, rows: Sequence[Row], direction: str) -> Markup:
    voice, first = scope.voice, rows[0]
    reliable_change, cutoff = first.reliable_change_threshold, first.clinical_cutoff
    measure = Measure(
        float(first.minimum),
        float(first.maximum),
        None if reliable_change is None else float(reliable_change),
        None if cutoff is None else float(cutoff),
    )
    changes = [Change(float(row.first_score), float(row.last_score), row.people, _kind(row)) for row in rows]
    axes = voice("figures.before_after.first"), voice("figures.before_after.last")
    return before_after(title, direction, measure, changes, axes, voice.number)


def _kind(row: Row) -> str:
    return "worse" if row.is_reliably_deteriorated else "better" if row.is_reliably_improved else "neither"


def _legend(scope: Scope) -> list[Key]:
    return [Key(name, scope.voice(f"figures.before_after.key_{name}")) for name in ("better", "unchanged", "special", "band", "cutoff")]


def _table(scope: Scope, caption: str, people: dict[str, int], total: int) -> Table:
    voice = scope.voice
    lines = [[voice(f"figures.outcomes.{name}"), voice.write(count), voice.percent(count / total)] for name, count in people.items()]
    return Table(caption, [voice(f"figures.outcomes.{column}") for column in ("group", "people", "share")], lines, numeric=(1, 2))
