"""What a page is made of: plain values that the templates set, already in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from reports.wording import Topic


@dataclass(frozen=True)
class Table:
    """The numbers of a figure. The first cell of a row is its heading; the columns named in `numeric` align right.

    A network of hundreds of clinics has tables that nobody reads: beyond `most_rows` the query gives the rest."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Sequence[int] = ()
    most_rows: int = 24


@dataclass(frozen=True)
class Key:
    """One line of a legend: a swatch's CSS class, its words, and a number where it stands for one."""

    shade: str
    words: str
    number: str = ""


@dataclass(frozen=True)
class Legend:
    """How to read one kind of figure, and the query that gives all of its kind in the section."""

    title: str
    keys: Sequence[Key]
    query: str


@dataclass(frozen=True)
class StripRow:
    """One row of a dot-and-interval figure: the words around a strip."""

    label: str
    value: str
    comparison: str
    strip: Markup
    anchor: str = ""
    direction: str = ""
    interval: str = ""
    is_grey: bool = False
    is_attention: bool = False


@dataclass(frozen=True)
class Scale:
    """The scale under the rows of a figure: the words at its start, middle and end."""

    ticks: Sequence[str]


@dataclass(frozen=True)
class Panel:
    """One figure: a title that states the finding, the drawing or the rows, the numbers and the query in fold-outs."""

    figure_id: str
    title: str
    drawing: Markup | None = None
    rows: Sequence[StripRow] = ()
    scale: Scale | None = None
    legend: Sequence[Key] = ()
    table: Table | None = None
    query: str = ""
    is_table_open: bool = False


@dataclass(frozen=True)
class Finding:
    """A heading that says what was found, what else is to know (in a paragraph or in points), and its figures.

    Folded, only the heading is seen until a reader opens it."""

    anchor: str
    heading: str
    sentences: Sequence[str] = ()
    points: Sequence[str] = ()
    panels: Sequence[Panel] = ()
    small_print: Sequence[str] = ()
    is_folded: bool = False


@dataclass(frozen=True)
class Section:
    """One question of the report: an overview of its figures, how to read what follows, and its findings."""

    anchor: str
    title: str
    lead: str = ""
    panel: Panel | None = None
    reading_aids: Sequence[Legend] = ()
    findings: Sequence[Finding] = ()


@dataclass(frozen=True)
class Box:
    """One of the four boxes of page one: a question, the answer in a sentence, one figure, and what qualifies it."""

    anchor: str
    question: str
    answers: Sequence[str]
    panel: Panel | None
    remarks: Sequence[str]


@dataclass(frozen=True)
class PageOne:
    """What is read in two minutes."""

    headlines: Sequence[str]
    boxes: Sequence[Box]
    topics: Sequence[Topic]


@dataclass(frozen=True)
class Heading:
    """The top of a page: where we are, who this is about, and what the figures are made from."""

    title: str
    name: str
    above: str
    facts: Sequence[str]
    links: Sequence[tuple[str, str]] = field(default_factory=tuple)


@dataclass(frozen=True)
class Report:
    """All that one report says, whatever it is written as."""

    heading: Heading
    page_one: PageOne
    sections: Sequence[Section]
    glossary: Sequence[tuple[str, str]]
