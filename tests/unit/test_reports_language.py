"""Reports in a second language: nothing is missing of its catalogue, and no sentence stands anywhere else."""

import csv
import datetime
import json
import re
import string
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import babel
import duckdb
import pytest
import yaml

from reports import render, voice
from reports.render import render_month
from reports.voice import Voice, languages, voice_of
from tests.fixtures.page import Page, read_page
from tests.fixtures.release import MONTH, STORIES, write_release

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "dbt_project" / "seeds"
GERMAN = voice_of("de")
OTHERS = [language for language in languages() if language != "en"]
PATTERNS = {"formats.day", "formats.month", "formats.short_month", "page.language"}
CLINICS = ("harbour", "tannery", "lantern", "sparrow", "northgate")
LETTER = re.compile(r"[A-Za-z]")


@cache
def catalogue(language: str) -> dict[str, Any]:
    messages = yaml.safe_load((voice.MESSAGES / f"{language}.yaml").read_text(encoding="utf-8"))
    return dict(voice._flat({name: part for name, part in messages.items() if name != voice.RELEASED}))


def forms(message: str | Mapping[str, str]) -> list[str]:
    return [message] if isinstance(message, str) else list(message.values())


def names(message: str | Mapping[str, str]) -> set[str]:
    return {name for form in forms(message) for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_has_the_keys_of_the_english_one(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert (sorted(english.keys() - other.keys()), sorted(other.keys() - english.keys())) == ([], []), "(lacking, unknown)"


@pytest.mark.parametrize("language", OTHERS)
def test_a_message_fills_in_what_the_english_one_fills_in(language: str) -> None:
    english, other = catalogue("en"), catalogue(language)
    assert {key: names(other[key]) for key in other.keys() & english.keys() if names(other[key]) != names(english[key])} == {}


@pytest.mark.parametrize("language", OTHERS)
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    plural_forms = set(babel.Locale.parse(language).plural_form.tags) | {"other"}
    wrong = {key: set(message) for key, message in catalogue(language).items() if not isinstance(message, str) and set(message) != plural_forms}
    assert wrong == {}


@pytest.mark.parametrize("language", languages())
def test_a_comma_in_a_flow_mapping_cuts_no_message_off(language: str) -> None:
    assert [key for key, message in catalogue(language).items() if message is None] == []


def test_network_yaml_offers_the_languages_that_there_are() -> None:
    schema = json.loads((ROOT / "pipelines" / "network.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["network"]["properties"]["language"]["enum"] == languages()


SAME_IN_EVERY_LANGUAGE = {
    "none", "NHS Talking Therapies, England", "NHS England Talking-Therapies SQL (nhsengland/Talking-Therapies 8458b2e)",
    "Cahill, Potter & Mullin 2006", "Gumz et al. 2012", "Finch, Lambert & Schaalje 2001; Delgadillo et al. 2018",
}  # fmt: skip
"""Authors and names; "none" is a code that no page shows."""


@pytest.mark.parametrize("language", OTHERS)
def test_what_the_catalogues_of_the_warehouse_say_is_known(language: str) -> None:
    with (SEEDS / "indicators.csv").open(encoding="utf-8", newline="") as file:
        indicators = list(csv.DictReader(file))
    texts = {row[column] for row in indicators for column in ("numerator_definition", "denominator_definition", "exclusions", "source")}
    texts |= {row["name"] for row in indicators if f"indicators.{row['indicator_id']}.label" not in catalogue(language)}
    with (SEEDS / "published_benchmarks.csv").open(encoding="utf-8", newline="") as file:
        texts |= {row["label"] for row in csv.DictReader(file)}
    assert {text for text in texts if voice_of(language).released(text) == text} == SAME_IN_EVERY_LANGUAGE


class Marked(Voice):
    """English whose every letter that comes from the catalogue is an x of another script, with the dates of another language."""

    def released(self, text: str) -> str:
        return LETTER.sub("χ", text)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Page]:
    def mark(key: str, message: Any) -> Any:
        if key in PATTERNS:
            return message
        return re.sub(r"\{\w+\}|[A-Za-z]", lambda found: found[0] if found[0].startswith("{") else "χ", message)

    nested: dict[str, Any] = {}
    for key, message in catalogue("en").items():
        *path, last = key.split(".")
        place = nested
        for name in path:
            place = place.setdefault(name, {})
        place[last] = mark(key, message) if isinstance(message, str) else {form: mark(key, text) for form, text in message.items()}
    directory = tmp_path_factory.mktemp("marked")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "voice_of", lambda language: Marked(babel.Locale.parse("el"), nested))
        render_month(write_release(directory), MONTH, directory, clinics=CLINICS)
    return lambda name: read_page(directory / name / "index.html")


DATA = [
    *(clinic.name for clinic in STORIES), "Riverside Network", "2026-11-03", "PHQ-9", "GAD-7", "WSAS", "canonical", "pmhc_mds", "fhir_r4",
    "a1a1a1a1", "b2b2b2b2", "nhs_tt_1", "measured_on", "scores.csv", "scores", "total",
]  # fmt: skip
"""Names: clinics, the network and its release, questionnaires and their versions, systems, files and columns."""


@pytest.mark.parametrize("name", [*(f"2026-10/{clinic}" for clinic in (*CLINICS, "network")), "2026-10", "."])
def test_no_sentence_stands_outside_of_the_catalogue(marked: Callable[[str], Page], name: str) -> None:
    page = marked(name)
    said = " ".join([page.text, *page.heard])
    for known in sorted(DATA, key=len, reverse=True):
        said = said.replace(known, "")
    assert re.findall(r"\S*[A-Za-z]\S*(?: \S*[A-Za-z]\S*)*", said) == []


TOLD = ("harbour", "kiln", "lantern", "meadow", "sparrow", "tannery")


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Page]:
    directory = tmp_path_factory.mktemp("german")
    render_month(write_release(directory), MONTH, directory, clinics=TOLD, language="de")
    return lambda name: read_page(directory / "2026-10" / name / "index.html")


@pytest.mark.parametrize(
    ("clinic", "sentence"),
    [
        ("harbour", "52 von 100 Personen mit beendeter Behandlung haben sich reliabel verbessert: etwa wie im Netzwerk. Keine Zahl weicht deutlich"),
        ("harbour", "Daten bis 31. Oktober 2026"),
        ("harbour", "über zwölf Monate mit 11 anderen Kliniken verglichen"),
        ("kiln", "21 von 110 Personen mit beendeter Behandlung haben sich reliabel verschlechtert (19 %): deutlich höher als im Netzwerk."),
        ("lantern", "Für 45 von 100 Personen mit beendeter Behandlung fehlen Werte vom Anfang oder vom Ende; die Ergebnisse sind daher nicht vergleichbar."),
        ("meadow", "Zu mehr Terminen als im Netzwerk erschien die Person nicht, eine dauerhafte Verschiebung nach oben seit Januar 2026:"),
        ("sparrow", "8 Personen mit beendeter Behandlung: zu wenige für eine Aussage."),
        ("tannery", "Die Lieferung vom 2. November 2026 wurde abgelehnt; die Zahlen reichen daher bis 30. September 2026."),
        ("network", "506 von 1.048 Personen mit beendeter Behandlung haben sich reliabel verbessert (48 %)."),
    ],
)  # fmt: skip
def test_a_german_report_tells_the_stories(german: Callable[[str], Page], clinic: str, sentence: str) -> None:
    page = german(clinic)
    assert page.language == "de"
    assert sentence in page.text


def test_german_numbers_dates_and_the_verb_after_a_number() -> None:
    assert GERMAN.share(1234, 2468) == "1.234 von 2.468 (50\u00a0%)"
    assert GERMAN.number(61.6) == "61,6"
    assert GERMAN.day(datetime.date(2026, 10, 31)) == "31. Oktober 2026"
    words = [GERMAN("indicators.reliable_deterioration.finding", numerator=number, denominator=50) for number in (0, 1, 2)]
    assert [sentence.split(" Behandlung ")[1].split()[0] for sentence in words] == ["haben", "hat", "haben"]


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("sessions.csv, line 1143: the file ends in the middle of a row; it was cut off, please send it again",
         "sessions.csv, Zeile 1143: die Datei endet mitten in einer Zeile; sie wurde abgeschnitten, bitte noch einmal senden"),
        ("published 2006", "veröffentlicht 2006"),
        ("Gumz et al. 2012; time limit proposed by this project", "Gumz et al. 2012; Frist nach Vorschlag dieses Projekts"),
        ("a reason that nobody has translated; {odd}", "a reason that nobody has translated; {odd}"),
    ],
)  # fmt: skip
def test_a_text_of_the_release_is_put_into_words_by_its_sentences(english: str, german: str) -> None:
    assert GERMAN.released(english) == german


def test_a_release_says_in_which_language_its_reports_are(tmp_path: Path) -> None:
    release = write_release(tmp_path, STORIES[:2])
    with duckdb.connect(str(release)) as connection:
        connection.execute("update ops.parameters set language = 'de'")
    written = render_month(release, MONTH, tmp_path / "reports")
    assert {read_page(path).language for path in written if path.suffix == ".html"} == {"de"}
