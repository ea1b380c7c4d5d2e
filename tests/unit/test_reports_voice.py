"""How single values are written: rounding, percentages only of ten or more, plurals, dates."""

import datetime
from decimal import Decimal

import pytest

from reports.voice import voice_of, whole_points

ENGLISH = voice_of("en")


@pytest.mark.parametrize(
    ("rate", "points"),
    [(0.0, 0), (0.524, 52), (0.525, 53), (29 / 200, 15), (57 / 200, 29), (1 / 8, 13), (1.0, 100)],
)
def test_shares_round_half_up_to_whole_points(rate: float, points: int) -> None:
    assert whole_points(rate) == points


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.0, "0\u00a0%"),
        (1 / 300, "under 1\u00a0%"),
        (0.005, "1\u00a0%"),
        (26 / 50, "52\u00a0%"),
        (0.995, "over 99\u00a0%"),
        (299 / 300, "over 99\u00a0%"),
        (1.0, "100\u00a0%"),
    ],
)
def test_a_share_of_some_never_reads_as_none_or_all(rate: float, words: str) -> None:
    assert ENGLISH.percent(rate) == words


@pytest.mark.parametrize(
    ("numerator", "denominator", "words"),
    [
        (26, 50, "26 of 50 (52\u00a0%)"),
        (5, 10, "5 of 10 (50\u00a0%)"),
        (5, 9, "5 of 9"),
        (0, 0, "0 of 0"),
        (1234, 2468, "1,234 of 2,468 (50\u00a0%)"),
    ],
)
def test_people_come_before_percentages_and_few_people_have_none(numerator: int, denominator: int, words: str) -> None:
    assert ENGLISH.share(numerator, denominator) == words


def test_an_interval_is_in_whole_points_with_one_unit() -> None:
    assert ENGLISH.interval(0.307, 0.602) == "31 to 60\u00a0%"


def test_the_plural_follows_the_count() -> None:
    assert ENGLISH("units.episodes", count=1) == "1 person"
    assert ENGLISH("units.episodes", count=0) == "0 people"
    assert ENGLISH("units.episodes", count=1200) == "1,200 people"


def test_dates_are_written_out() -> None:
    assert ENGLISH.day(datetime.date(2026, 10, 31)) == "31 October 2026"
    assert ENGLISH.month(datetime.date(2026, 10, 1)) == "October 2026"


@pytest.mark.parametrize(("value", "words"), [(Decimal("6.000"), "6"), (Decimal("2.870"), "2.87"), (None, "–")])
def test_thresholds_keep_the_decimals_they_have(value: Decimal | None, words: str) -> None:
    assert ENGLISH.number(value) == words


def test_an_unknown_message_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match=r"page\.nowhere"):
        ENGLISH("page.nowhere")
