"""Whole pages: which sections a report has and in which order, and the indexes over them."""

import datetime
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from reports.scope import Edition, Scope
from reports.sections import before_and_after, data_quality, method, network, on_the_way, outcomes, page_one, rates, register, therapists, ways
from reports.views import Finding, Heading, PageOne, Report, Section
from reports.voice import Voice

ORDER = ("outcomes", "life", "goals", "courses", "register", "endings", "consultations", "alliance", "attendance", "therapists", "further", "data_quality")
TEMPLATES = Path(__file__).parent / "templates"
ELSEWHERE = re.compile(r'<nav class="elsewhere".*?</nav>\n', re.DOTALL)
STYLE = Path(__file__).parent / "static" / "report.css"


@dataclass(frozen=True)
class Link:
    """A line of an index; without an address it leads nowhere."""

    words: str
    address: str
    cells: Sequence[str] = field(default_factory=tuple)


def clinic_report(scope: Scope) -> Report:
    clinic = scope.clinic
    heading = _heading(scope, clinic.name, scope.edition.parameters.network_name, "page.title_clinic")
    return Report(heading, page_one.clinic_page_one(scope), _sections(scope), method.glossary(scope))


def network_report(scope: Scope) -> Report:
    voice, network_name = scope.voice, scope.edition.parameters.network_name
    heading = _heading(scope, network_name, voice("page.above_network"), "page.title_network")
    told = network.account(scope)
    headlines = [*page_one.finding(scope, page_one.LEADING), network.headline(scope, told)]
    first = PageOne(headlines, page_one.boxes(scope), network.topics(scope, told))
    return Report(heading, first, [network.section(scope, told), *_sections(scope)], method.glossary(scope))


def report_page(report: Report, voice: Voice) -> str:
    """A report as one HTML file."""
    return _render("report.html", voice, heading=report.heading, page_one=report.page_one, sections=report.sections, glossary=report.glossary)


def without_links(page: str) -> str:
    """A page as it stands where no other report is beside it."""
    return ELSEWHERE.sub("", page, count=1)


def absent_page(scope: Scope, month: datetime.date) -> str:
    """What stands where a report of another month would be, until somebody writes it: links lead somewhere at any time."""
    voice, network_name = scope.voice, scope.edition.parameters.network_name
    name, title = (network_name, "page.title_network") if scope.clinic is None else (scope.clinic.name, "page.title_clinic")
    words = voice.month(month)
    title = voice(title, clinic=name, month=words, network=network_name)
    heading = Heading(title, name, network_name, [words], [(voice("page.all_months"), "../../index.html")])
    command = f"clinic-outcomes reports --data DATA --month {month:%Y-%m}"
    return _render("absent.html", voice, heading=heading, sentence=voice("page.not_written", month=words), command=command)


def month_page(edition: Edition, written: Collection[str]) -> str:
    """The index over the reports of one month; a clinic whose report is not in `written` has no link."""
    voice = edition.voice
    lines = [
        Link(clinic.name, f"{clinic.clinic_id}/index.html" if clinic.clinic_id in written else "", _month_cells(edition, clinic.clinic_id))
        for clinic in edition.clinics
    ]
    heading = Heading(
        voice("page.title_month", month=voice.month(edition.month), network=edition.parameters.network_name),
        voice("index.month_title", month=voice.month(edition.month)),
        edition.parameters.network_name,
        [voice("page.release", release=edition.facts.release_id)],
        [(voice("page.network_report"), "network/index.html"), (voice("page.all_months"), "../index.html")],
    )
    columns = [voice(f"index.{column}") for column in ("clinic", "people", "data_to", "notes")]
    return _render("index.html", voice, heading=heading, columns=columns, lines=lines)


def all_months_page(edition: Edition, months: Sequence[datetime.date]) -> str:
    """The index over the months, the newest first."""
    voice = edition.voice
    lines = [Link(voice.month(month), f"{month:%Y-%m}/index.html", ()) for month in months]
    network_name = edition.parameters.network_name
    heading = Heading(voice("page.title_all", network=network_name), voice("index.all_title"), network_name, [])
    return _render("index.html", voice, heading=heading, columns=[voice("index.month")], lines=lines)


def _sections(scope: Scope) -> list[Section]:
    """The sections in the order of reading; one that the release has nothing for is left out."""
    further: dict[str, list[Finding | None]] = {
        "outcomes": [outcomes.outcomes(scope), before_and_after.finding(scope)],
        "courses": [on_the_way.trajectories(scope)],
        "endings": [outcomes.endings(scope), ways.ways(scope)],
        "consultations": [ways.consultations(scope)],
        "data_quality": [*data_quality.findings(scope)],
    }
    sections = {name: rates.section(scope, name, further.get(name, [])) for name in ORDER if name not in ("register", "therapists")}
    sections["register"], sections["therapists"] = register.section(scope), therapists.section(scope)
    ordered = [sections[name] for name in ORDER]
    return [*(section for section in ordered if section is not None), method.section(scope)]


def _heading(scope: Scope, name: str, above: str, title: str) -> Heading:
    voice, edition = scope.voice, scope.edition
    month = voice.month(edition.month)
    return Heading(
        voice(title, clinic=name, month=month, network=edition.parameters.network_name),
        name,
        above,
        [month, *_made_from(scope)],
        [*_months_around(scope), (voice("page.all_clinics"), "../index.html"), (voice("page.all_months"), "../../index.html")],
    )


def _months_around(scope: Scope) -> list[tuple[str, str]]:
    """Links to the same clinic's report of the month before and of the month after."""
    named = zip(("page.previous_month", "page.next_month"), scope.edition.neighbours, strict=True)
    return [(scope.voice(key, month=scope.voice.month(month)), f"../../{month:%Y-%m}/{scope.folder}/index.html") for key, month in named if month]


def _made_from(scope: Scope) -> list[str]:
    voice, clinic, edition = scope.voice, scope.clinic, scope.edition
    release = voice("page.release", release=edition.facts.release_id)
    if clinic is None:
        return [release, voice("page.network_scope", count=len(edition.clinics))]
    through = clinic.data_through_on
    data = voice("page.data_to", day=through) if through else voice("page.no_data_yet")
    return [data, release, voice("page.compared", count=len(edition.clinics) - 1)]


def _month_cells(edition: Edition, clinic_id: str) -> list[str]:
    voice = edition.voice
    clinic = next(clinic for clinic in edition.clinics if clinic.clinic_id == clinic_id)
    finished = edition.facts.rows("clinic_rates", clinic_id=clinic_id, indicator_id=page_one.LEADING)
    is_known = bool(finished) and finished[0].denominator is not None and finished[0].state != "suppressed"
    refused = [row for row in edition.facts.rows("refused_deliveries", clinic_id=clinic_id) if row.is_missing]
    return [
        voice.write(finished[0].denominator) if is_known else voice("formats.none"),
        voice.day(clinic.data_through_on) if clinic.data_through_on else voice("states.no_data"),
        voice("index.refused", delivered_on=refused[0].delivered_on) if refused else "",
    ]


@lru_cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache
def _style() -> Markup:
    return Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704 - a file of this package


def _render(template: str, voice: Voice, **values: object) -> str:
    return _environment().get_template(template).render(say=voice, style=_style(), **values)
