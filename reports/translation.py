"""Which columns of a release hold English words: they are put into the language of the reports once, before any page is made."""

from reports.release import Facts, Row
from reports.voice import Voice

WORDS = {
    "indicators": ("name", "numerator_definition", "denominator_definition", "exclusions", "source"),
    "measures": ("threshold_source",),
    "published_benchmarks": ("label", "period"),
    "refused_deliveries": ("reason",),
    "restatements": ("name",),
    "clinic_rows_set_aside": ("reason",),
    "network_rows_set_aside": ("reason",),
}
"""By query. Names of questionnaires and of files and tables stay as they are; codes are put into words where they are shown."""


def translated(facts: Facts, voice: Voice) -> Facts:
    """The same facts with their words in the voice's language."""
    results = {name: [_translated(row, WORDS[name], voice) for row in rows] if name in WORDS else rows for name, rows in facts.results.items()}
    return Facts(facts.month, results, facts.release_id)


def _translated(row: Row, columns: tuple[str, ...], voice: Voice) -> Row:
    words = {column: getattr(row, column) for column in columns}
    return row._replace(**{column: voice.released(text) for column, text in words.items() if text is not None})
