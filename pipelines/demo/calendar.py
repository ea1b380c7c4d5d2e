"""The demo's calendar: which months have data, on which days clinics work. Days are numbers, counted from 1970-01-01."""

import datetime
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipelines.demo.draws import Array

LAST_MONTH = datetime.date(2026, 10, 1)
DAYS_SIMULATED_AFTER = 1600
SECONDS_A_DAY = 86_400


def day_number(day: datetime.date) -> int:
    """Days since 1970-01-01."""
    return (day - datetime.date(1970, 1, 1)).days


def weekday(days: Array) -> Array:
    """0 = Monday."""
    return (days + 3) % 7


@dataclass(frozen=True)
class Calendar:
    """`months` months of data that end with October 2026."""

    months: int

    @property
    def first(self) -> int:
        index = LAST_MONTH.year * 12 + LAST_MONTH.month - self.months
        return day_number(datetime.date(index // 12, index % 12 + 1, 1))

    @property
    def last(self) -> int:
        return day_number(LAST_MONTH.replace(day=31))

    def month_start(self, number: int) -> int:
        """The first day of the month `number` of the data, counted from 1."""
        first = np.datetime64(self.first, "D").astype("datetime64[M]") + (number - 1)
        return int(first.astype("datetime64[D]").astype(int))

    def month_name(self, number: int) -> str:
        """The month `number` of the data, counted from 1, as 2026-10."""
        return str(np.datetime64(self.month_start(number), "D").astype("datetime64[M]"))

    @cached_property
    def open_days(self) -> Array:
        """The days on which a weekly series goes on: all but the fortnight of Christmas, so that weekdays stay what they are."""
        days = np.arange(self.first, self.last + DAYS_SIMULATED_AFTER)
        dates = days.astype("datetime64[D]")
        month = dates.astype("datetime64[M]").astype(int) % 12 + 1
        day_of_month = (dates - dates.astype("datetime64[M]")).astype(int) + 1
        return days[~(((month == 12) & (day_of_month >= 21)) | ((month == 1) & (day_of_month <= 3)))]

    def position(self, days: Array) -> Array:
        """Where days stand among the open days; closed ones count as the next open day."""
        return np.searchsorted(self.open_days, days)

    def working_position(self, position: Array) -> Array:
        """The same position, or the Monday after it when it is a weekend."""
        day = weekday(self.open_days[position])
        return position + np.where(day >= 5, 7 - day, 0)

    def arrivals(self, random: np.random.Generator, count: int) -> Array:
        """`count` days of referral in order: working days, fewer in August and before Christmas."""
        days = np.arange(self.first, self.last + 1)
        dates = days.astype("datetime64[D]")
        month = dates.astype("datetime64[M]").astype(int) % 12 + 1
        weight = np.where(weekday(days) < 5, 1.0, 0.0) * np.select([month == 8, month == 12], [0.75, 0.6], 1.0)
        weight[~np.isin(days, self.open_days)] = 0
        target = (np.arange(count) + random.random(count)) / count * weight.sum()
        return days[np.minimum(np.searchsorted(np.cumsum(weight), target, side="right"), len(days) - 1)]
