"""Drawings as pictures of their own, for documents that have no style sheet: the rules that they need are put into them, in the colours of paper."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup

from reports.charts.svg import tag
from reports.views import Key, Scale, StripRow

STYLE = Path(__file__).parent / "static" / "report.css"
WIDTH = 640
MARGINS = {"plot": (52, 24, 12, 34), "plot square": (52, 24, 236, 34), "flow": (0, 26, 0, 4)}
"""Left, top, right and bottom, where words stand around a kind of drawing; others have none."""
NO_MARGINS = (0, 0, 0, 0)
LINE = 20
ROW = 58
DRAWN = ("fill", "stroke", "opacity", "font", "text-anchor", "transform", "vector-effect", "paint-order")
PIXELS_IN_A_REM = 16
OUTER = re.compile(r'<svg class="chart ([^"]+)" role="img" height="(\d+)">')
READ_ALOUD = re.compile(r"<(title|desc)>.*?</\1>", re.DOTALL)
"""What a page reads aloud stands in a document as the caption and the table."""
CLASSES = re.compile(r'class="([^"]+)"')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
AT_RULE = re.compile(r"@[^{}]+\{(?:[^{}]*|[^{}]*\{[^{}]*\})*\}")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
VARIABLE = re.compile(r"var\((--[\w-]+)(?:,[^()]*)?\)")
REM = re.compile(r"([\d.]+)rem")
CIRCLES = {"clinic": "clinic", "grey": "clinic grey", "others": "", "better": "better", "unchanged": "unchanged"}
LINES = {"network": "network", "network-line": "network", "limit-95": "limit-95", "limit-998": "limit-998", "limit-wide": "limit-wide", "cutoff": "cutoff"}


def picture(drawing: Markup, legend: Sequence[Key] = ()) -> str:
    """A chart with its legend below it."""
    kind, height = _kind(drawing)
    left, top, right, bottom = MARGINS.get(kind, NO_MARGINS)
    opening = f'<svg class="chart {kind}" x="{left}" y="{top}" width="{WIDTH - left - right}" height="{height}" overflow="visible">'
    placed = OUTER.sub(opening, drawing, count=1)
    return _document([Markup(placed), *_legend(legend, top + height + bottom + 8)], top + height + bottom + 8 + LINE * len(legend))  # noqa: S704


def rows_picture(rows: Sequence[StripRow], scale: Scale | None, legend: Sequence[Key] = ()) -> str:
    """Strips one below the other, each with its label and value, and their common scale."""
    marks = [mark for number, row in enumerate(rows) for mark in _row(row, ROW * number)]
    bottom = ROW * len(rows)
    if scale is not None:
        anchors = zip(scale.ticks, (8, WIDTH / 2, WIDTH - 8), ("start", "middle", "end"), strict=True)
        marks.append(tag("g", *(tag("text", words, x=x, y=bottom + 8, text_anchor=anchor) for words, x, anchor in anchors), class_="chart"))
        bottom += LINE
    return _document([*marks, *_legend(legend, bottom + 8)], bottom + 8 + LINE * len(legend))


def legend_picture(keys: Sequence[Key]) -> str:
    """A legend by itself."""
    return _document(_legend(keys, 0), LINE * len(keys))


def _row(row: StripRow, top: int) -> list[Markup]:
    kind, height = _kind(row.strip)
    strip = OUTER.sub(f'<svg class="chart {kind}" x="8" y="{top + 22}" width="{WIDTH - 16}" height="{height}" overflow="visible">', row.strip, count=1)
    value = " · ".join(words for words in (row.value, row.interval, row.comparison) if words)
    return [
        tag("text", row.label, x=0, y=top + 15, font_size=13, font_weight="bold"),
        tag("text", value, x=WIDTH, y=top + 15, font_size=12, text_anchor="end"),
        Markup(strip),  # noqa: S704 - a drawing of this package
    ]


def _legend(keys: Sequence[Key], top: int) -> list[Markup]:
    return [tag("g", _legend_lines(tuple(keys)), class_="chart", transform=f"translate(0 {top})")] if keys else []


@lru_cache(maxsize=256)
def _legend_lines(keys: tuple[Key, ...]) -> Markup:
    lines = []
    for number, key in enumerate(keys):
        middle = LINE * number + LINE // 2
        words = " ".join(part for part in (key.number, key.words) if part)
        lines += [_swatch(key.shade, middle), tag("text", words, x=30, y=middle + 4)]
    return Markup("").join(lines)


def _swatch(shade: str, middle: int) -> Markup:
    """The sign of a legend's line, as the drawing has it."""
    if shade in CIRCLES:
        return tag("g", tag("circle", cx=10, cy=middle, r=5, class_=CIRCLES[shade]), class_=shade if shade == "others" else None)
    if shade in LINES or shade.startswith("median "):
        return tag("path", d=f"M0 {middle}h20", class_=LINES.get(shade, shade))
    if shade == "special":
        return tag("path", d=f"M10 {middle - 6}l6 11h-12z", class_=shade)
    if shade == "benchmark":
        return tag("rect", x=5, y=middle - 5, width=10, height=10, class_=shade, transform=f"rotate(45 10 {middle})")
    of_bars = tag("rect", x=0, y=middle - 6, width=18, height=12, class_=shade if shade == "band" else f"part-of {shade}")
    return tag("g", of_bars, class_="bars")


def _kind(drawing: Markup) -> tuple[str, int]:
    found = OUTER.match(drawing)
    if found is None:
        raise ValueError("not a drawing made by reports.charts.svg.frame")
    return found[1], int(found[2])


def _document(marks: Sequence[Markup], height: int) -> str:
    content = READ_ALOUD.sub("", "".join(marks))
    style = _style(frozenset(name for names in CLASSES.findall(content) for name in names.split()))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">'
        f"<style>{style}</style>{content}</svg>"
    )


@lru_cache(maxsize=256)
def _style(classes: frozenset[str]) -> str:
    """The rules that speak of nothing but these classes."""
    return "".join(rule for names, rule in _rules() if names <= classes)


@cache
def _rules() -> list[tuple[frozenset[str], str]]:
    """The rules of the style sheet for what is drawn, with the classes of each; colours written out, since few readers of SVG know variables."""
    text = AT_RULE.sub("", COMMENT.sub("", STYLE.read_text(encoding="utf-8")))
    found = [(selectors.strip(), _declarations(body)) for selectors, body in RULE.findall(text)]
    root = next(values for selectors, values in found if selectors == ":root")
    rules = []
    for selectors, values in found:
        for selector in selectors.split(","):
            names = frozenset(re.findall(r"\.([A-Za-z][\w-]*)", selector))
            # every drawing is a chart
            rules += [(names - {"chart"}, rule) for rule in _written(selector.strip().removeprefix(".chart "), values, root) if names]
    return rules


def _written(selector: str, values: dict[str, str], root: dict[str, str]) -> list[str]:
    drawn = {name: _resolved(value, root) for name, value in values.items() if name.startswith(DRAWN) and "--fill" not in value and "--on)" not in value}
    rules = [f"{selector}{{{';'.join(f'{name}:{value}' for name, value in drawn.items())}}}"] if drawn else []
    # colours that a class hands to whatever has it: to an area as its fill, to the words on it as theirs
    if "--fill" in values:
        rules.append(f"rect{selector},path.stream{selector}{{fill:{_resolved(values['--fill'], root)}}}")
    if "--on" in values:
        rules.append(f"text.inside{selector}{{fill:{_resolved(values['--on'], root)}}}")
    return rules


def _declarations(body: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in body.split(";") if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}


def _resolved(value: str, root: dict[str, str]) -> str:
    fixed = VARIABLE.sub(lambda match: root.get(match[1], "#000"), value)
    return REM.sub(lambda match: f"{float(match[1]) * PIXELS_IN_A_REM:g}px", fixed)
