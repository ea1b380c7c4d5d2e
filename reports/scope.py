"""Whose report it is: one clinic's or the network's, and the rows that belong in it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from reports.charts.funnel import Backdrop
from reports.release import Facts, Row
from reports.voice import Voice

NETWORK = "network"


@dataclass(frozen=True)
class Edition:
    """What all reports of one month in one language share."""

    facts: Facts
    voice: Voice
    month: datetime.date
    backdrops: dict[str, Backdrop] = field(default_factory=dict)

    @property
    def indicators(self) -> Sequence[Row]:
        """The catalogue, in the order of reading."""
        return self.facts.rows("indicators")

    @property
    def clinics(self) -> Sequence[Row]:
        return self.facts.rows("clinics")

    @cached_property
    def neighbours(self) -> Sequence[datetime.date | None]:
        """The month before and the month after, where the release has figures for them."""
        months = [row.month for row in self.facts.rows("months")]
        before, after = [month for month in months if month < self.month], [month for month in months if month > self.month]
        return before[-1] if before else None, after[0] if after else None

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {clinic.clinic_id: clinic.name for clinic in self.clinics}

    def name_of(self, clinic_id: str) -> str:
        """A clinic's name; its id where a delivery came from a folder that is no clinic of the network."""
        return self._names.get(clinic_id, clinic_id)

    @property
    def parameters(self) -> Row:
        return self.facts.rows("parameters")[0]


@dataclass(frozen=True)
class Scope:
    """One report: an edition seen for a clinic, or for the network when `clinic` is None."""

    edition: Edition
    clinic: Row = None

    @property
    def folder(self) -> str:
        """The report's folder in that of its month."""
        return str(self.clinic.clinic_id) if self.clinic is not None else NETWORK

    @property
    def facts(self) -> Facts:
        return self.edition.facts

    @property
    def voice(self) -> Voice:
        return self.edition.voice

    @cached_property
    def rates(self) -> Mapping[str, Row]:
        """The twelve months' row of each indicator."""
        return {row.indicator_id: row for row in self.rows("rates")}

    @cached_property
    def indicators(self) -> Sequence[Row]:
        """The indicators that the release has a row of, in the order of reading."""
        return [indicator for indicator in self.edition.indicators if indicator.indicator_id in self.rates]

    @cached_property
    def signals(self) -> Mapping[str, Row]:
        """The newest point of each indicator whose course is more than its usual variation."""
        newest = {row.indicator_id: row for row in self.rows("trend")}
        return {indicator_id: row for indicator_id, row in newest.items() if row.signal != "none"}

    def rows(self, figure: str, **keys: str) -> Sequence[Row]:
        """Rows of a figure that comes as one query for clinics and one for the network."""
        if self.clinic is None:
            return self.facts.rows(f"network_{figure}", **keys)
        return self.facts.rows(f"clinic_{figure}", clinic_id=self.clinic.clinic_id, **keys)

    def rows_if_any(self, figure: str) -> Sequence[Row]:
        """The same for a figure whose tables an older release may lack."""
        return self.rows(figure) if self.facts.has(f"network_{figure}") else []

    def sql(self, figure: str, indicators: Sequence[str] = ()) -> str:
        """The query that gives `rows` of the figure."""
        if self.clinic is None:
            return self.facts.sql(f"network_{figure}", indicators=indicators)
        return self.facts.sql(f"clinic_{figure}", clinic_id=self.clinic.clinic_id, indicators=indicators)

    def own_rows(self, query: str) -> Sequence[Row]:
        """Rows of a query that serves both: a clinic's own, or all."""
        if self.clinic is None:
            return self.facts.rows(query)
        return self.facts.rows(query, clinic_id=self.clinic.clinic_id)
