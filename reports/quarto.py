"""A report as a Quarto document: Pandoc's Markdown with a YAML header, pictures inside, and nothing in it that is executed."""

import base64
import json
import re
from collections.abc import Sequence
from functools import lru_cache

from reports import pictures
from reports.views import Box, Finding, Heading, Key, Legend, PageOne, Panel, Report, Section, Table
from reports.voice import Voice

CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
SPECIAL = re.compile(r"[\\`*_{}\[\]<>#+~^$@&\"'=|!-]|\.(?=\.)|(?<=\S):(?=\S)")
"""What Markdown, Quarto's shortcodes or TeX would take for more than a character, wherever it stands."""
AT_THE_START = re.compile(r"^( *)(?:([:%(])|(\w{1,9})([.)]))")
"""What would begin a list, a definition, a title block or a numbered item."""


def document(report: Report, voice: Voice) -> str:
    """The whole report. The same report gives the same bytes."""
    parts = [_header(report.heading, voice), *(text(fact) for fact in report.heading.facts)]
    parts += [*_page_one(report.page_one, voice), *(part for section in report.sections for part in _section(section, voice))]
    parts += [_title(2, voice("sections.glossary.title"), "glossary"), *(f"**{text(term)}:** {text(meaning)}" for term, meaning in report.glossary)]
    return "\n\n".join([*parts, text(voice("quarto.queries"))]) + "\n"


@lru_cache(maxsize=16384)
def text(words: str) -> str:
    """Words that show as they are, whatever is in them. Kept, since reports say the same words over and over."""
    escaped = SPECIAL.sub(r"\\\g<0>", CONTROL.sub(" ", words))
    return AT_THE_START.sub(lambda start: f"{start[1]}\\{start[2]}" if start[2] else f"{start[1]}{start[3]}\\{start[4]}", escaped)


def _header(heading: Heading, voice: Voice) -> str:
    """Quarto reads the values of the header as Markdown too."""
    values = {"title": text(heading.name), "subtitle": text(heading.title), "lang": voice("page.language")}
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "\n".join(["---", *lines, "engine: markdown", "execute:", "  enabled: false", "format:", "  html: {embed-resources: true}",
                      "  docx: default", "  pdf: default", "---"])  # fmt: skip


def _page_one(page: PageOne, voice: Voice) -> list[str]:
    topics = [f"1. [{text(topic.text)}](#{topic.anchor})" for topic in page.topics]
    return [
        *(f"**{text(line)}**" for line in page.headlines),
        *(part for box in page.boxes for part in _box(box, voice)),
        _title(2, voice("boxes.topics"), "topics"),
        "\n".join(topics),
    ]


def _box(box: Box, voice: Voice) -> list[str]:
    panel = [] if box.panel is None else _panel(box.panel, box.question, voice)
    return [_title(2, box.question, f"box-{box.anchor}"), *(f"**{text(answer)}**" for answer in box.answers), *panel, *map(text, box.remarks)]


def _section(section: Section, voice: Voice) -> list[str]:
    parts = [_title(2, section.title, section.anchor)]
    if section.lead:
        parts.append(text(section.lead))
    if section.panel is not None:
        parts += _panel(section.panel, section.title, voice)
    parts += [_reading_aid(aid) for aid in section.reading_aids]
    return parts + [part for finding in section.findings for part in _finding(finding, voice)]


def _finding(finding: Finding, voice: Voice) -> list[str]:
    parts = [_title(3, finding.heading, finding.anchor)]
    if finding.sentences:
        parts.append(" ".join(map(text, finding.sentences)))
    if finding.points:
        parts.append("\n".join(f"- {text(point)}" for point in finding.points))
    parts += [part for panel in finding.panels for part in _panel(panel, finding.heading, voice)]
    return [*parts, " ".join(map(text, finding.small_print))] if finding.small_print else parts


def _panel(panel: Panel, under: str, voice: Voice) -> list[str]:
    """The drawing and the numbers; the rows of a figure without a table are its table."""
    parts = []
    title = panel.title or under
    if panel.rows:
        parts.append(_image(title, pictures.rows_picture(panel.rows, panel.scale, panel.legend)))
    elif panel.drawing is not None:
        parts.append(_image(title, pictures.picture(panel.drawing, panel.legend)))
    if panel.table is not None:
        is_named = bool(parts) and panel.table.caption == title
        parts.append(_table(panel.table, voice, "" if is_named else panel.table.caption))
    elif panel.rows:
        lines = [[row.label, row.value or voice("formats.none"), row.interval or voice("formats.none"), row.comparison] for row in panel.rows]
        heads = ("indicator", "counted", "interval_column", "comparison")
        parts.append(_table(Table(title, [voice(f"figures.rows.{head}") for head in heads], lines, numeric=(1, 2)), voice, ""))
    elif panel.legend:
        parts.append(_legend(panel.legend))
    return parts


def _reading_aid(aid: Legend) -> str:
    return _image(aid.title, pictures.legend_picture(aid.keys))


def _legend(keys: Sequence[Key]) -> str:
    return "\n".join(f"- {text(f'{key.number} {key.words}'.strip())}" for key in keys)


def _image(caption: str, drawing: str) -> str:
    encoded = base64.b64encode(drawing.encode()).decode()
    return f"![{text(caption)}](data:image/svg+xml;base64,{encoded})"


def _table(table: Table, voice: Voice, caption: str) -> str:
    """Rows beyond the most that a page has are counted, as on the page. No caption where the picture above has it."""
    rules = ["---:" if place in table.numeric else ":---" for place in range(len(table.columns))]
    lines = [[text(cell) for cell in line] for line in (table.columns, *table.rows[: table.most_rows])]
    lines.insert(1, rules)
    more = len(table.rows) - table.most_rows
    if more > 0:
        lines.append([text(voice("figures.more_rows", count=more)), *[""] * (len(table.columns) - 1)])
    rows = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{rows}\n\n: {text(caption)}" if caption else rows


def _title(level: int, words: str, anchor: str) -> str:
    return f"{'#' * level} {text(words)} {{#{anchor}}}"
