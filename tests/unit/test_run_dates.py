"""The dates of a run come from the inbox and from the user, never from the clock."""

import datetime
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.inbox import DeliveredFile
from pipelines.run_dates import RunDates, checked_month, parse_day, parse_month, run_dates

OCTOBER = datetime.date(2026, 10, 1)


def delivered(*days):
    return [DeliveredFile("a", "canonical", str(day), datetime.date.fromisoformat(day), "clients.csv", Path("clients.csv")) for day in days]


def test_a_run_is_as_of_the_newest_delivery():
    assert run_dates(delivered("2026-11-03", "2026-10-05"), None) == RunDates(datetime.date(2026, 11, 3), OCTOBER)


def test_the_user_may_look_back():
    assert run_dates(delivered("2026-11-03"), datetime.date(2026, 10, 30)) == RunDates(datetime.date(2026, 10, 30), datetime.date(2026, 9, 1))


def test_a_month_is_over_on_its_last_day():
    assert run_dates([], datetime.date(2026, 10, 31)).newest_month == OCTOBER


def test_an_empty_inbox_needs_a_day():
    with pytest.raises(ConfigurationError, match="holds no delivery"):
        run_dates([], None)


def test_the_month_is_the_newest_complete_one_unless_the_user_says_an_earlier_one():
    dates = RunDates(datetime.date(2026, 11, 3), OCTOBER)
    assert checked_month(None, dates) == OCTOBER
    assert checked_month(datetime.date(2025, 3, 1), dates) == datetime.date(2025, 3, 1)
    with pytest.raises(ConfigurationError, match=r"2026-11 was not over on 2026-11-03; the newest complete month is 2026-10"):
        checked_month(datetime.date(2026, 11, 1), dates)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "october", "2026-10-01", ""])
def test_what_is_not_a_month_is_named(text):
    with pytest.raises(ConfigurationError, match="write YYYY-MM"):
        parse_month(text)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-11", "yesterday"])
def test_what_is_not_a_day_is_named(text):
    with pytest.raises(ConfigurationError, match="write YYYY-MM-DD"):
        parse_day(text)


def test_months_and_days_are_read():
    assert parse_month("2026-10") == OCTOBER
    assert parse_day("2026-11-03") == datetime.date(2026, 11, 3)
