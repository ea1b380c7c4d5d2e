"""The two dates of a run. Neither comes from a clock: what is known is what the deliveries say."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.errors import ConfigurationError
from pipelines.inbox import DeliveredFile
from pipelines.network import newest_complete_month


@dataclass(frozen=True)
class RunDates:
    """`as_of`: what was delivered later is not known yet. `newest_month`: the last that was over by then, up to which figures are made."""

    as_of: datetime.date
    newest_month: datetime.date


def run_dates(files: Iterable[DeliveredFile], as_of: datetime.date | None) -> RunDates:
    """The dates that follow from the inbox: as of its newest delivery, unless the user says otherwise."""
    if as_of is None:
        delivered = [file.delivered_on for file in files if file.delivered_on is not None]
        if not delivered:
            raise ConfigurationError("inbox", "", "holds no delivery; put one into <clinic>/<system>/<YYYY-MM-DD>/")
        as_of = max(delivered)
    return RunDates(as_of, newest_complete_month(as_of))


def checked_month(month: datetime.date | None, dates: RunDates) -> datetime.date:
    """The month to report: the newest complete one by default; ConfigurationError when it was not over yet."""
    if month is None:
        return dates.newest_month
    if month > dates.newest_month:
        raise ConfigurationError("--month", "", f"{month:%Y-%m} was not over on {dates.as_of}; the newest complete month is {dates.newest_month:%Y-%m}")
    return month


def parse_month(text: str) -> datetime.date:
    """The first day of a month written `YYYY-MM`."""
    if re.fullmatch(r"\d{4}-\d{2}", text):
        try:
            return datetime.date.fromisoformat(f"{text}-01")
        except ValueError:
            pass
    raise ConfigurationError("--month", "", f"'{text}' is not a month; write YYYY-MM, such as 2026-10")


def parse_day(text: str) -> datetime.date:
    """A day written `YYYY-MM-DD`."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            pass
    raise ConfigurationError("--as-of", "", f"'{text}' is not a day; write YYYY-MM-DD, such as 2026-11-03")
