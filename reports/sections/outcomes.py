"""What became of everyone who finished, and how treatment ended: success and failure as parts of one whole."""

from collections.abc import Mapping, Sequence

from reports.charts.bar import Part, stacked_bar
from reports.scope import Scope
from reports.views import Finding, Key, Panel, Table

OUTCOMES = ("better", "unchanged", "worse", "unknown")
ENDINGS = ("planned", "redirected", "client_unplanned", "provider", "external", "unknown", "merged")


def outcomes(scope: Scope) -> Finding | None:
    """Better, unchanged, worse and not known; None when a part may not be shown, since the others would tell it."""
    rows = scope.rows("outcomes")
    if not rows or any(getattr(rows[0], part) is None for part in OUTCOMES) or not rows[0].finished:
        return None
    people = {part: getattr(rows[0], part) for part in OUTCOMES}
    heading = scope.voice("figures.outcomes.finding", finished=rows[0].finished, **people)
    panel = whole(scope, "outcomes", "outcomes-of-all", heading, people, scope.sql("outcomes"))
    return Finding("outcomes_of_all", heading, panels=[panel])


def endings_panel(scope: Scope, figure_id: str) -> Panel | None:
    """How treatment ended, by class; small classes come merged."""
    people = {row.ending_class: row.people for row in scope.rows("endings")}
    if not people:
        return None
    people = {ending: people[ending] for ending in ENDINGS if ending in people}
    ended = sum(people.values())
    if "planned" in people and "client_unplanned" in people:
        title = scope.voice("figures.endings.finding", ended=ended, planned=people["planned"], left=people["client_unplanned"])
    else:
        title = scope.voice("figures.endings.finding_some_hidden", ended=ended)
    return whole(scope, "endings", figure_id, title, people, scope.sql("endings"))


def endings(scope: Scope) -> Finding | None:
    panel = endings_panel(scope, "endings-of-all")
    return Finding("endings_of_all", panel.title, panels=[panel]) if panel else None


def whole(scope: Scope, messages: str, figure_id: str, title: str, people: Mapping[str, int], query: str) -> Panel:
    """A bar of all parts with its legend; parts of nobody stand in the legend and the table only."""
    voice = scope.voice
    words = {part: voice(f"figures.{messages}.{part}") for part in people}
    total = sum(people.values())
    description = "; ".join(f"{words[part]}: {voice.share(count, total)}" for part, count in people.items())
    parts = [Part(f"{messages}-{part}", count, voice.write(count)) for part, count in people.items() if count]
    lines: Sequence[Sequence[str]] = [
        [words[part], voice.write(count), voice.percent(count / total) if total >= 10 else voice("formats.none")] for part, count in people.items()
    ]
    return Panel(
        figure_id,
        title,
        stacked_bar(title, description, parts),
        legend=[Key(f"{messages}-{part}", words[part], voice.write(count)) for part, count in people.items()],
        table=Table(title, [voice(f"figures.{messages}.group"), voice("figures.outcomes.people"), voice("figures.outcomes.share")], lines, numeric=(1, 2)),
        query=query,
    )
