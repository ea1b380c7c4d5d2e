"""How the report was made: period, rules of comparison, thresholds by version, and the words used."""

from reports.scope import Scope
from reports.views import Finding, Panel, Section, Table

RULES = ("too_few", "about_the_same", "may_be_chance", "clearly", "cannot")
TERMS = (
    "finished",
    "reliably",
    "clinical_range",
    "pairs",
    "interval",
    "network",
    "published",
    "funnel",
    "unplanned",
    "late",
)


def section(scope: Scope) -> Section:
    voice, parameters = scope.voice, scope.edition.parameters
    period = voice("method.period", month=voice.month(scope.edition.month), as_of=parameters.as_of, release=scope.facts.release_id)
    sentences = [
        period,
        *(voice(f"method.{name}") for name in ("indicators", "intervals", "no_ranking", "uncontrolled")),
    ]
    comparisons = voice("method.comparisons")
    rules = Table(
        comparisons,
        [voice("method.word"), voice("method.rule")],
        [[voice(f"method.words.{rule}"), voice(f"method.rules.{rule}")] for rule in RULES],
    )
    return Section(
        "method",
        voice("sections.method.title"),
        findings=[
            Finding("method_period", voice("method.made"), sentences),
            Finding(
                "method_words",
                comparisons,
                panels=[Panel("method-words-table", comparisons, table=rules, is_table_open=True)],
            ),
            _measures(scope),
        ],
    )


def glossary(scope: Scope) -> list[tuple[str, str]]:
    return [(scope.voice(f"glossary.{term}.term"), scope.voice(f"glossary.{term}.text")) for term in TERMS]


def _measures(scope: Scope) -> Finding:
    voice = scope.voice
    heads = ("measure", "better", "cutoff", "reliable_change", "version", "source", "verified")
    lines = [
        [
            measure.name,
            voice("figures.measures.lower_better" if measure.higher_is == "worse" else "figures.measures.higher_better"),
            voice("formats.none") if measure.clinical_cutoff is None else f"{measure.clinical_operator} {voice.number(measure.clinical_cutoff)}",
            voice.number(measure.reliable_change),
            measure.threshold_version or voice("formats.none"),
            measure.threshold_source or voice("formats.none"),
            voice("figures.measures.yes" if measure.is_verified else "figures.measures.unverified"),
        ]
        for measure in scope.facts.rows("measures")
    ]
    title = voice("figures.measures.title")
    table = Table(title, [voice(f"figures.measures.{head}") for head in heads], lines, numeric=(3,))
    panel = Panel("measures-table", title, table=table, query=scope.facts.sql("measures"), is_table_open=True)
    return Finding("measures", title, panels=[panel])
