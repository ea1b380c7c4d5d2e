"""The Quarto document beside each page: it says the same, it is whole, and whatever a clinic is called is nothing but its name.

Read twice: strictly here, by the few forms that the document has, and by pandoc where it is installed."""

import base64
import dataclasses
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from reports import quarto
from reports.render import render_month
from tests.fixtures.page import read_page
from tests.fixtures.release import MONTH, STORIES, write_release

PANDOC = shutil.which("pandoc")
HOSTILE = (
    "1. <script>alert('x')</script> \"O'Neill & Söhne\" {{< include /etc/passwd >}} {{< env HOME >}} `r q()` ```{python} $x^2$ \\input{x} "
    "@ref [a](b) ![c](d) | e | :::f ::: -- ... *g* _h_ ~i~ ^[j] &amp; http://k.example :l: \u202e\u2066\u200f" + "long " * 40
)
NAMES = [
    HOSTILE, "--- title: x", "# Heading", "- item", "> quote", ": definition", "(1) one", "a) b", "iv. c", "`", "```{r}", "{{<", "% title", "| x |", "\t\tcode",
    "line\nbreak", "\x00", "`<b>`{=html}", "$$", "\\", "<!-- ", "...", "10:30:40", "*", "=== x", "---",
]  # fmt: skip
TEXT = "clinic of every kind"
WORDS = r"(?:[^\\`*_{}\[\]<>#+~^$@&\"'=|!-]|\\[!-/:-@\[-`{-~])+"
"""Text in which every character that could mean more has a backslash before it."""
BLOCKS = {
    "title": re.compile(rf"(#{{2,3}}) {WORDS} \{{#[\w-]+\}}"),
    "image": re.compile(rf"!\[{WORDS}\]\(data:image/svg\+xml;base64,[A-Za-z0-9+/]+=*\)"),
    "table": re.compile(rf"\|(?: {WORDS}? ?\|)+\n\|(?: (?:---:|:---) \|)+(?:\n\|(?: {WORDS}? ?\|)+)+"),
    "caption": re.compile(rf": {WORDS}"),
    "points": re.compile(rf"- {WORDS}(?:\n- {WORDS})*"),
    "topics": re.compile(rf"1\. \[{WORDS}\]\(#[\w-]+\)(?:\n1\. \[{WORDS}\]\(#[\w-]+\))*"),
    "bold": re.compile(rf"\*\*{WORDS}\*\*(?: {WORDS})?"),
    "paragraph": re.compile(rf"(?![:%(#>|\t ]|\w{{1,9}}[.)] |- |\d+\. ){WORDS}"),
}


@dataclass
class Document:
    header: dict[str, Any]
    blocks: list[tuple[str, str]] = field(default_factory=list)

    def of(self, kind: str) -> list[str]:
        return [text for name, text in self.blocks if name == kind]


def parse(text: str) -> Document:
    """Read a document by the forms that it may have; whatever has none of them is an error."""
    assert text.startswith("---\n") and text.endswith("\n")
    header, body = text[4:].split("\n---\n", 1)
    document = Document(yaml.safe_load(header))
    for block in body.strip("\n").split("\n\n"):
        kinds = [name for name, form in BLOCKS.items() if form.fullmatch(block)]
        assert kinds, f"none of the forms of a document: {block[:200]!r}"
        document.blocks.append((kinds[0], block))
    return document


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("quarto")
    hostile = dataclasses.replace(STORIES[2], name=HOSTILE)
    render_month(write_release(directory, [hostile, *STORIES[4:9]]), MONTH, directory)
    return directory / "2026-10"


@pytest.mark.parametrize("name", ["harbour", "lantern", "northgate", "orchard", "network"])
def test_a_document_is_whole(target: Path, name: str) -> None:
    text = (target / name / "report.qmd").read_text(encoding="utf-8")
    document = parse(text)
    assert document.header["lang"] == "en"
    assert document.header["execute"] == {"enabled": False}
    assert "```" not in text
    assert "{{<" not in text
    assert len(text.encode()) < 600_000
    anchors = re.findall(r"\{#([\w-]+)\}$", text, re.MULTILINE)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r"\]\(#([\w-]+)\)$", text, re.MULTILINE)) <= set(anchors)
    for table in document.of("table"):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.split("\n")}) == 1


@pytest.mark.parametrize("name", ["harbour", "network"])
def test_every_picture_is_a_drawing_without_anything_from_elsewhere(target: Path, name: str) -> None:
    images = parse((target / name / "report.qmd").read_text(encoding="utf-8")).of("image")
    assert len(images) > 10
    for image in images:
        drawing = base64.b64decode(image[image.index("base64,") + 7 : -1]).decode()
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(drawing).iter()}
        assert tags <= {"svg", "style", "g", "path", "rect", "line", "circle", "text"}
        assert not re.search(r"href|url\(|@import|var\(|\brem\b", drawing)


def plain(block: str) -> str:
    """The words of a line of the document, without its form."""
    return " ".join(re.sub(r"\\(.)", r"\1", re.sub(r"^#+ |^1\. \[|\]\(#[\w-]+\)$| \{#[\w-]+\}$|^- |\*\*", "", block)).split())


def test_a_document_says_what_its_page_says(target: Path) -> None:
    page = read_page(target / "orchard" / "index.html")
    document = parse((target / "orchard" / "report.qmd").read_text(encoding="utf-8"))
    lines = [line for kind in ("title", "topics", "paragraph") for block in document.of(kind) for line in block.split("\n")]
    # the last line says where the queries are; a page has them
    assert [line for line in map(plain, lines[:-1]) if line not in page.text] == []
    assert page.headings.count("h3") == len([title for title in document.of("title") if title.startswith("### ")])
    wanted = "44 of 130 people who finished got reliably better (34 %): clearly lower than the network; worse than expected for the people seen."
    assert wanted in map(plain, document.of("title"))


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_one_paragraph_of_text(name: str) -> None:
    escaped = quarto.text(name)
    assert "\n" not in escaped
    assert BLOCKS["paragraph"].fullmatch(escaped.strip()) or not escaped.strip()
    assert "{{<" not in escaped


@pytest.mark.parametrize("name", NAMES)
def test_pandoc_reads_any_name_as_text(name: str) -> None:
    words = " ".join(re.sub(r"[\x00-\x1f]+", " ", name).split())
    blocks = pandoc_json(f"{TEXT}\n\n{quarto.text(name)}\n\n{TEXT}\n")["blocks"]
    if words:
        assert [block["t"] for block in blocks] == ["Para"] * 3
        assert "".join(words_of(blocks[1])).split() == words.split()


@pytest.mark.parametrize("name", ["harbour", "network"])
def test_pandoc_parses_a_document(target: Path, name: str) -> None:
    path = target / name / "report.qmd"
    document = parse(path.read_text(encoding="utf-8"))
    parsed = pandoc_json(path.read_text(encoding="utf-8"))
    kinds = [element["t"] for element in elements(parsed["blocks"])]
    assert not {"RawBlock", "RawInline", "CodeBlock", "Code", "Math", "Cite", "Note", "Div", "Superscript", "Strikeout", "BlockQuote"} & set(kinds)
    assert kinds.count("Table") == len(document.of("table"))
    assert kinds.count("Image") == len(document.of("image"))
    assert kinds.count("Header") == len(document.of("title"))
    if name == "harbour":
        assert "".join(words_of(parsed["meta"]["title"])).split() == HOSTILE.split()


def pandoc_json(text: str) -> Any:
    if PANDOC is None:
        pytest.skip("pandoc is not installed: what it makes of the documents is not tried here, only their form")
    result = subprocess.run([PANDOC, "--from=markdown", "--to=json"], input=text, capture_output=True, text=True, check=True, encoding="utf-8")
    return json.loads(result.stdout)


def elements(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "t" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from elements(child)


def words_of(node: Any) -> Iterator[str]:
    for element in elements(node):
        if element["t"] == "Str":
            yield element["c"]
        elif element["t"] in ("Space", "SoftBreak", "LineBreak"):
            yield " "
        elif element["t"] == "Quoted":
            yield "a quotation that pandoc has turned"
