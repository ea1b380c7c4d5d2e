"""Whole reports from a release with hand-chosen numbers (tests/fixtures/release.py): what a reader finds in them."""

import dataclasses
import datetime
import itertools
import re
from pathlib import Path

import duckdb
import pytest

from reports.release import open_release, queries, read_facts, with_literals
from reports.render import render_month
from tests.fixtures.page import Page, broken_links, read_page
from tests.fixtures.release import MONTH, STORIES, Clinic, Counts, write_release

HOSTILE = "<script>alert('x')</script> \"O'Neill & Söhne\" \u202e\u2066 " + "long " * 60


@dataclasses.dataclass
class Rendered:
    release: Path
    target: Path
    paths: list[Path]

    def page(self, name: str) -> Page:
        return read_page(self.target / "2026-10" / name / "index.html")


def render(directory: Path, **release: object) -> Rendered:
    path = write_release(directory, **release)  # type: ignore[arg-type]
    target = directory / "reports"
    return Rendered(path, target, render_month(path, MONTH, target))


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    return render(tmp_path_factory.mktemp("network"))


def test_each_clinic_the_network_and_both_indexes_have_a_page(rendered: Rendered) -> None:
    names = {str(path.relative_to(rendered.target)) for path in rendered.paths}
    reports = {f"2026-10/{name}/{file}" for name in ("network", *(clinic.clinic_id for clinic in STORIES)) for file in ("index.html", "report.qmd")}
    assert names == reports | {"2026-10/index.html", "index.html"}


def test_two_renders_are_the_same_to_the_byte(rendered: Rendered, tmp_path: Path) -> None:
    again = render_month(rendered.release, MONTH, tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in rendered.paths]


@pytest.mark.parametrize("clinic", ["harbour", "lantern", "sparrow", "northgate", "network"])
def test_a_page_is_sound_and_needs_nothing_from_outside(rendered: Rendered, clinic: str) -> None:
    page = rendered.page(clinic)
    assert page.faults == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.anchors) <= set(page.ids)
    assert page.links == [f"../../2026-09/{clinic}/index.html", "../index.html", "../../index.html"]
    assert not page.tags & {"script", "link", "img", "iframe", "object", "form"}
    text = (rendered.target / "2026-10" / clinic / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|url\(|@import|@font-face", text)
    assert len(text.encode()) < 600_000


def test_headings_nest(rendered: Rendered) -> None:
    headings = rendered.page("harbour").headings
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    assert all(int(after[1]) - int(before[1]) <= 1 for before, after in itertools.pairwise(headings))


HARBOUR = [
    "52 of 100 people who finished got reliably better: about the same as the network. No figure differs clearly",
    "6 of 100 people who finished got reliably worse (6 %): about the same as the network.",
    "45 of 150 people whose treatment ended left without an agreed ending (30 %): about the same as the network.",
    "93 of 100 people who finished have scores at both start and end (93 %): about the same as the network.",
    "The rate itself is likely between 42 % and 62 %.",
    "For 7 of the 100 the outcome is not known. Had all of these turned out badly, the rate would be 52 %; had all turned out well, 59 %.",
    "Of 100 people who finished, 52 got reliably better, 35 had no reliable change, 6 got reliably worse; for 7 it is not known",
    "Of 155 people whose treatment ended, 78 ended as planned and 45 left without an agreed ending",
    "On PHQ-9, 52 of 93 people changed reliably for the better and 6 for the worse",
    "Of 100 people who finished, 4 went through a lasting worsening and 6 through a short one",
    "Of the 6 with a short worsening, 6 got reliably better by the end. Of the 4 with a lasting worsening, 4 got",
    "What went wrong and what went well in 155 courses that ended",
    "Got reliably worse on a questionnaire 4 of 155 (3 %) 4 of 4 got reliably better",
    "Reliable gain that lasted 20 of 155 (13 %) 20 of 20 got reliably better",
    "Transference 1 of 155 (1 %)",
    "Somebody looked at 12 of 155 courses that ended (8 %)",
    "2 looked at, something named 10 looked at, nothing found 143 not looked at",
    "Deadlock / Deadlock 35 89 % 0.44",
    "Of 110 first consultations, 100 led to therapy here and 10 to a colleague",
    "Of 155 people whose course ended, 100 had two or more treatment sessions",
    "5 more are left out of this count.",
    "1 delivery in twelve months, none refused",
    "5 rows were set aside, each with its reason",
    "Inside the limits that chance alone would give",
    "data to 31 October 2026",
    "release 2026-11-03",
    "compared over twelve months with 11 other clinics",
]


@pytest.mark.parametrize("sentence", HARBOUR)
def test_an_ordinary_clinic_reads_as_ordinary(rendered: Rendered, sentence: str) -> None:
    assert sentence in rendered.page("harbour").text


@pytest.mark.parametrize(
    ("clinic", "sentence"),
    [
        ("foundry", "33 of 96 people who began in the clinical range left it by the end (34 %): lower than the network, "
                    "may be chance; as expected for the people seen."),
        ("foundry", "The network as a whole would have had about 35 of the 90 whose outcome is known, had it seen the same people"),
        ("orchard", "44 of 130 people who finished got reliably better (34 %): clearly lower than the network; "
                    "worse than expected for the people seen."),
        ("orchard", "Fewer people than in the network got reliably better, worse than expected for the people seen: 44 of 130 (34 %), "
                    "in the network 48 %."),
        ("orchard", "Well below what chance alone would give"),
        ("lantern", "Scores at start or end are missing for 45 of 100 people who finished, so outcomes cannot be compared."),
        ("lantern", "38 of 100 people who finished got reliably better. Scores at start or end are missing for 45"),
        ("lantern", "Had all of these turned out badly, the rate would be 38 %; had all turned out well, 83 %."),
        ("kiln", "More people than in the network got reliably worse."),
        ("kiln", "21 of 110 people who finished got reliably worse (19 %): clearly higher than the network."),
        ("meadow", "More appointments than in the network were not attended, a lasting shift since January 2026, upwards: 190 of 1,000 (19 %),"),
        ("quayside", "More people than in the network left without an agreed ending: 66 of 150 (44 %), in the network 31 %."),
        ("sparrow", "8 people finished: too few to say."),
        ("tannery", "The delivery of 2 November 2026 was refused, so the figures reach to 30 September 2026."),
        ("tannery", "The delivery of 2 November 2026 was refused (400 rows where the delivery before had 4,100; the file ends in the middle of line 401). "
                    "The figures reach to 30 September 2026."),
        ("tannery", "11 of 18 people who began in the clinical range left it by the end (61 %): too few to compare."),
        ("lantern", "Refused on 2 February 2026 (canonical): the column measured_on is missing. A later delivery took its place."),
        ("northgate", "There are no data from this clinic yet."),
        ("spinney", "Reached their goals: not recorded by this clinic’s systems."),
        ("network", "506 of 1,048 people who finished got reliably better (48 %)."),
        ("network", "4 clinics differ clearly from the network."),
        ("network", "Orchard Centre: fewer people than in the network got reliably better, worse than expected for the people seen (44 of 130"),
        ("network", "Lantern House: cannot be compared, too many outcomes missing."),
        ("network", "Sparrow: too few to say."),
        ("network", "Tannery Lane: data to 30 September 2026. The delivery of 2 November 2026 was refused:"),
    ],
)  # fmt: skip
def test_each_story_is_told(rendered: Rendered, clinic: str, sentence: str) -> None:
    assert sentence in rendered.page(clinic).text


def test_a_small_clinic_shows_no_percentage_of_its_own_outcomes(rendered: Rendered) -> None:
    text = rendered.page("sparrow").text
    assert "4 of 8" not in text
    assert "Got reliably better more is better too few to say" in text


def test_states_are_told_apart(rendered: Rendered) -> None:
    states = {"sparrow": "too few to say", "northgate": "no data", "spinney": "not recorded by this clinic’s systems"}
    for clinic, words in states.items():
        others = set(states.values()) - {words, "no data"}
        answer = rendered.page(clinic).text.split("Were goals reached?")[2]
        rows = answer.split("The numbers")[0]
        assert words in rows
        assert not any(other in rows for other in others)


def test_a_published_figure_stands_only_beside_the_same_denominator(rendered: Rendered) -> None:
    text = rendered.page("harbour").text
    assert "47 % NHS Talking Therapies, England (April 2025 to March 2026)" in text
    assert "50 % as a target, NHS standard (since 2016)" in text
    assert "England (April 2025)" not in text
    assert "32 % CORE primary care, declared endings (published 2006; unverified)" in text
    assert "Swift" not in text


def test_other_clinics_are_not_named_in_a_clinics_report(rendered: Rendered) -> None:
    text = (rendered.target / "2026-10" / "harbour" / "index.html").read_text(encoding="utf-8")
    for other in STORIES:
        if other.clinic_id != "harbour":
            assert other.name not in text
            assert other.clinic_id not in text


@pytest.mark.parametrize("clinic", ["harbour", "sparrow", "network"])
def test_every_query_in_a_fold_out_runs_as_it_stands(rendered: Rendered, clinic: str) -> None:
    queries = rendered.page(clinic).queries
    assert len(queries) > 10
    with open_release(rendered.release) as connection:
        for query in queries:
            assert "$" not in query
            connection.execute(query).fetchall()


def test_the_query_of_a_figure_gives_the_rows_of_the_figure(rendered: Rendered) -> None:
    facts = read_facts(rendered.release, MONTH)
    keys = {"clinic_id": "harbour", "indicator_id": "recovery"}
    rows = facts.rows("clinic_trend", **keys)
    with open_release(rendered.release) as connection:
        query = facts.sql("clinic_trend", clinic_id="harbour", indicators=["recovery"])
        assert connection.execute(query).fetchall() == [tuple(row) for row in rows]
    assert rows


def test_a_course_needs_ten_people_to_be_drawn(rendered: Rendered) -> None:
    groups = {row.course for row in read_facts(rendered.release, MONTH).rows("clinic_course_scores", clinic_id="harbour")}
    assert groups == {"none"}


def test_dots_that_are_people_stay_inside_the_network(tmp_path: Path) -> None:
    page = render(tmp_path, disclosure="external").page("harbour")
    assert "people changed reliably for the better" not in page.text


def test_therapists_are_seen_in_their_clinic_s_report_only(rendered: Rendered) -> None:
    text = rendered.page("harbour").text
    assert "Do therapists differ?" in text
    assert "Got reliably better: 1 therapist differs clearly from the clinic The clinic as a whole has 52 %." in text
    assert "For 2 therapists there are fewer than 25 people each: too few to say." in text
    assert "Therapist a1a1a1a1 20 of 40 (50 %)" in text
    assert "Therapist b2b2b2b2 25 of 30 (83 %) 66 to 93 % clearly higher than the clinic" in text
    assert text.index("Therapist a1a1a1a1") < text.index("Therapist b2b2b2b2")
    assert "Left without an agreed ending: too few people with each therapist to say" in text
    assert not any(code in text for code in ("c3c3", "d4d4", "a1" * 16))
    for path in rendered.paths:
        if path.parent.name != "harbour":
            written = path.read_text(encoding="utf-8")
            assert not any(code * 4 in written for code in ("a1", "b2", "e5"))
            assert "herapist differ" not in written


def test_therapists_are_in_no_report_under_the_external_profile(tmp_path: Path) -> None:
    release = write_release(tmp_path, STORIES[2:4])
    with duckdb.connect(str(release)) as connection:
        connection.execute("update ops.parameters set disclosure = 'external'")
    written = render_month(release, MONTH, tmp_path / "reports")
    assert [path for path in written if "a1a1a1a1" in path.read_text(encoding="utf-8")] == []


def test_small_streams_leave_the_network_as_one(tmp_path: Path) -> None:
    facts = read_facts(write_release(tmp_path, disclosure="external"), MONTH)
    streams = facts.rows("clinic_flow", clinic_id="harbour")
    assert min(stream.people for stream in streams) > 10
    assert {"consultation": "other", "treatment": "other", "ending": "other"}.items() <= streams[-1]._asdict().items() or any(
        stream.ending == "other" for stream in streams
    )
    assert sum(stream.people for stream in streams) == 155


def test_small_classes_of_endings_are_merged_so_that_none_can_be_worked_out(tmp_path: Path) -> None:
    release = write_release(tmp_path, disclosure="external")
    facts = read_facts(release, MONTH)
    endings = {row.ending_class: row.people for row in facts.rows("clinic_endings", clinic_id="harbour")}
    assert endings == {"planned": 78, "client_unplanned": 45, "unknown": 12, "merged": 9 + 6 + 5}


def test_a_class_that_would_stand_alone_takes_the_next_smallest_with_it(tmp_path: Path) -> None:
    release = write_release(tmp_path, disclosure="external")
    with duckdb.connect(str(release)) as connection:
        connection.execute("delete from core.episodes where ending_class in ('provider', 'redirected')")
    endings = {row.ending_class: row.people for row in read_facts(release, MONTH).rows("clinic_endings", clinic_id="harbour")}
    assert endings == {"planned": 78, "client_unplanned": 45, "merged": 12 + 5}


def test_inside_the_network_a_clinic_sees_its_own_small_counts(rendered: Rendered) -> None:
    assert "5 for outside reasons" in rendered.page("harbour").text


def test_a_hostile_name_is_shown_as_text(tmp_path: Path) -> None:
    hostile = dataclasses.replace(STORIES[2], name=HOSTILE)
    rendered = render(tmp_path, clinics=[hostile, STORIES[7]])
    for name in ("harbour", "network"):
        page = rendered.page(name)
        assert page.faults == []
        assert "script" not in page.tags
    assert " ".join(HOSTILE.split()) in rendered.page("harbour").text
    assert " ".join(HOSTILE.split()) in read_page(rendered.target / "2026-10" / "index.html").text


def test_a_new_indicator_is_reported_without_code(tmp_path: Path) -> None:
    release = write_release(tmp_path, STORIES[:3])
    with duckdb.connect(str(release)) as connection:
        for table in ("indicators", "clinic_months", "network_months"):
            connection.execute(f"""
                insert into benchmarks.{table}
                select * replace ('asked_for_feedback' as indicator_id) from benchmarks.{table}
                where indicator_id = 'goals_recorded'""")
        connection.execute("""
            update benchmarks.indicators set name = 'Asked for feedback', axis = 'consultation'
            where indicator_id = 'asked_for_feedback'""")
    render_month(release, MONTH, tmp_path)
    page = read_page(tmp_path / "2026-10" / "harbour" / "index.html")
    assert "What did first consultations decide?" in page.text
    assert "Asked for feedback: 80 of 100 people (80 %): about the same as the network." in page.text
    assert "asked_for_feedback" in page.ids


def test_a_release_without_a_table_has_no_section_of_it(tmp_path: Path) -> None:
    release = write_release(tmp_path, STORIES[:3])
    with duckdb.connect(str(release)) as connection:
        connection.execute("drop table core.measure_changes")
    assert render_month(release, MONTH, tmp_path)


def test_only_the_clinics_asked_for_are_rendered(rendered: Rendered, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    paths = render_month(
        rendered.release, MONTH, tmp_path, clinics=["harbour"], progress=lambda *step: told.append(step)
    )  # fmt: skip
    assert told == [(1, 1, "harbour")]
    assert [str(path.relative_to(tmp_path)) for path in paths] == [
        "2026-10/harbour/report.qmd",
        "2026-10/harbour/index.html",
        "2026-10/network/report.qmd",
        "2026-10/network/index.html",
        "2026-10/index.html",
        "index.html",
    ]
    same = rendered.target / "2026-10" / "network" / "index.html"
    assert paths[3].read_bytes() == same.read_bytes()


def test_an_unknown_clinic_is_refused_with_the_known_ones(rendered: Rendered, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no clinic 'nowhere'.*foundry, gatehouse, harbour"):
        render_month(rendered.release, MONTH, tmp_path, clinics=["nowhere"])


def test_the_index_leads_to_every_report_of_the_month_and_to_every_month(rendered: Rendered, tmp_path: Path) -> None:
    month = read_page(rendered.target / "2026-10" / "index.html")
    assert {f"{clinic.clinic_id}/index.html" for clinic in STORIES} <= set(month.links)
    assert "Tannery Lane 100 30 September 2026 delivery of 2 November 2026 refused" in month.text
    earlier = tmp_path / "2026-09"
    earlier.mkdir()
    (earlier / "index.html").write_text("", encoding="utf-8")
    render_month(rendered.release, MONTH, tmp_path, clinics=[])
    assert read_page(tmp_path / "index.html").links == ["2026-10/index.html", "2026-09/index.html"]


def test_no_link_is_broken_whatever_has_been_written(rendered: Rendered, tmp_path: Path) -> None:
    august, september = datetime.date(2026, 8, 1), datetime.date(2026, 9, 1)
    render_month(rendered.release, MONTH, tmp_path, clinics=["harbour"])
    assert broken_links(tmp_path) == []
    assert "The report for September 2026 has not been written yet." in read_page(tmp_path / "2026-09" / "harbour" / "index.html").text
    assert read_page(tmp_path / "index.html").links == ["2026-10/index.html"]
    assert "harbour/index.html" in read_page(tmp_path / "2026-10" / "index.html").links
    render_month(rendered.release, august, tmp_path, clinics=["harbour", "meadow"])
    assert broken_links(tmp_path) == []
    render_month(rendered.release, september, tmp_path, clinics=["harbour"])
    assert broken_links(tmp_path) == []
    assert read_page(tmp_path / "2026-09" / "harbour" / "index.html").links[:2] == ["../../2026-08/harbour/index.html", "../../2026-10/harbour/index.html"]
    assert "has not been written" in read_page(tmp_path / "2026-09" / "meadow" / "index.html").text
    assert [path for path in tmp_path.rglob("meadow") if path.parent.name == "2026-10"] == []


def test_the_first_month_of_a_release_has_no_month_before(rendered: Rendered, tmp_path: Path) -> None:
    render_month(rendered.release, datetime.date(2024, 11, 1), tmp_path, clinics=["harbour"])
    links = read_page(tmp_path / "2024-11" / "harbour" / "index.html").links
    assert links == ["../../2024-12/harbour/index.html", "../index.html", "../../index.html"]


def test_a_quote_in_a_literal_stays_inside_it() -> None:
    assert with_literals("select $clinics", MONTH, ["a'b"]) == "select ['a''b']"
    assert with_literals("select $month", MONTH) == "select date '2026-10-01'"


@pytest.mark.parametrize("name", sorted(queries()))
def test_a_query_says_what_it_shows_and_orders_its_rows(name: str) -> None:
    text = queries()[name]
    assert text.startswith("-- ")
    assert name in ("parameters", "network_outcomes") or re.search(r"\norder by [^)]*$", text)


def test_a_clinic_can_have_few_of_one_thing_and_many_of_another(tmp_path: Path) -> None:
    small = Clinic("sparrow", "Sparrow", {"recovery": Counts(6, 12, "not_compared")})
    rendered = render(tmp_path, clinics=[small, STORIES[2]])
    assert "6 of 12 people who began in the clinical range left it by the end (50 %): too few to compare." in rendered.page("sparrow").text
