"""The register: what went wrong and what went well, in the same form, with the share of courses that somebody looked at."""

from collections.abc import Sequence

from reports.charts.paired_bars import paired_bars
from reports.release import Row
from reports.scope import Scope
from reports.sections.outcomes import whole
from reports.views import Finding, Key, Panel, Section, StripRow, Table

CHANCE_CORRECTED = 2


def section(scope: Scope) -> Section | None:
    """None where the release keeps no register, or no course has ended."""
    reviews = scope.rows_if_any("reviews")
    if not reviews or not reviews[0].ended:
        return None
    title, lead = scope.voice("sections.register.title"), scope.voice("sections.register.lead")
    findings = [_both_sides(scope, reviews[0].ended), _reviews(scope, reviews[0]), _agreement(scope)]
    return Section("register", title, lead, findings=[finding for finding in findings if finding is not None])


def _both_sides(scope: Scope, ended: int) -> Finding:
    """Two figures of the same size, on the same scale."""
    failures, successes = scope.rows("failures"), scope.rows("successes")
    most = max((row.people for row in [*failures, *successes]), default=1)
    heading = scope.voice("figures.register.finding", count=ended)
    panels = [_panel(scope, "failures", failures, ended, most), _panel(scope, "successes", successes, ended, most)]
    return Finding("register_factors", heading, [scope.voice("figures.register.note")], panels=panels)


def _panel(scope: Scope, name: str, factors: Sequence[Row], ended: int, most: int) -> Panel:
    voice = scope.voice
    title = voice(f"figures.register.{name}")
    legend = [Key("computed", voice("figures.register.computed"))]
    if any(factor.coded_by_people for factor in factors):
        legend.append(Key("coded", voice("figures.register.coded")))
    lines = [
        [
            _name(scope, name, factor), voice.share(factor.people, ended), voice.write(factor.found_in_data),
            voice.write(factor.coded_by_people), voice("formats.part", numerator=factor.improved, denominator=factor.people),
        ]
        for factor in factors
    ]  # fmt: skip
    columns = [voice(f"figures.register.{column}") for column in ("factor", "people", "computed", "coded", "improved")]
    return Panel(
        f"register-{name}", title, rows=[_row(scope, name, factor, ended, most) for factor in factors], legend=legend,
        table=Table(title, columns, lines, numeric=(1, 2, 3, 4)), query=scope.sql(name),
    )  # fmt: skip


def _row(scope: Scope, name: str, factor: Row, ended: int, most: int) -> StripRow:
    voice = scope.voice
    label, value = _name(scope, name, factor), voice.share(factor.people, ended)
    words = voice("figures.register.became", count=factor.people, improved=factor.improved)
    found = voice("figures.register.evidence", computed=factor.found_in_data, coded=factor.coded_by_people)
    drawing = paired_bars(f"{label}: {value}", found, factor.found_in_data, factor.coded_by_people, most)
    return StripRow(label, value=value, comparison=words, strip=drawing)


def _reviews(scope: Scope, reviews: Row) -> Finding:
    """How many were looked at: not reviewed is not the same as nothing found."""
    people = {
        "named": reviews.reviewed - reviews.none_found,
        "none_found": reviews.none_found,
        "not_reviewed": reviews.ended - reviews.reviewed,
    }
    heading = scope.voice(
        "figures.reviews.finding", reviewed=reviews.reviewed, count=reviews.ended, percent=scope.voice.percent(reviews.reviewed / reviews.ended)
    )
    return Finding("register_reviews", heading, panels=[whole(scope, "reviews", "register-reviews", heading, people, scope.sql("reviews"))])


def _agreement(scope: Scope) -> Finding | None:
    """How far scores and reviewers see the same; of one clinic, since clinics review differently."""
    if scope.clinic is None or not scope.facts.has("agreement"):
        return None
    voice = scope.voice
    rows = scope.own_rows("agreement")
    if not rows:
        return None
    lines = [
        [
            voice("figures.agreement.pair", computed=voice(f"factors.failures.{row.computed_factor}"), coded=voice(f"factors.failures.{row.coded_factor}")),
            voice.write(row.episodes), voice.percent(row.observed_agreement_rate), voice.number(round(row.kappa, CHANCE_CORRECTED)),
        ]
        for row in rows
    ]  # fmt: skip
    title = voice("figures.agreement.title")
    table = Table(title, [voice(f"figures.agreement.{column}") for column in ("factors", "courses", "agreement", "kappa")], lines, numeric=(1, 2, 3))
    query = scope.facts.sql("agreement", clinic_id=scope.clinic.clinic_id)
    panel = Panel("register-agreement", title, table=table, query=query, is_table_open=True)
    return Finding("register_agreement", title, [voice("figures.agreement.note")], panels=[panel], is_folded=True)


def _name(scope: Scope, name: str, factor: Row) -> str:
    return scope.voice.first(f"factors.{name}.{factor.factor}", "factors.any", factor=factor.factor)
