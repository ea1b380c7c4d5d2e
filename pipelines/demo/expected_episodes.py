"""Episodes as the rules see them, read from the tables: attended treatment sessions, and the scores from the first to the ending."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.draws import Array
from pipelines.demo.forms import form_bank
from pipelines.demo.tables import ClinicTables

NEVER = np.iinfo(np.int32).max
NO_SCORE = np.nan


@dataclass(frozen=True)
class Episodes:
    """What the rules need of each episode of a clinic, in the order of its table."""

    number: Array
    ended: Array
    ending: Array
    sessions: Array
    first_session: Array

    @property
    def is_finished(self) -> Array:
        """Ended after at least two attended treatment sessions."""
        return (self.ended < NEVER) & (self.sessions >= 2)

    def row_of(self, numbers: Array) -> Array:
        """The rows of episodes with these numbers."""
        return np.searchsorted(self.number, numbers)


def episodes_of(tables: ClinicTables) -> Episodes:
    """Episodes with their attended treatment sessions."""
    number = tables.episodes["episode"].to_numpy()
    ended = pc.fill_null(tables.episodes["ended_on"].cast(pa.int32()), NEVER).to_numpy()
    ending = np.asarray(pc.fill_null(tables.episodes["ending"], "").to_pylist())
    took_place = pc.is_in(tables.sessions["attendance"], pa.array(["attended", "attended_late"]))
    treatments = tables.sessions.filter(pc.and_(took_place, pc.equal(tables.sessions["kind"], "treatment")))
    row = np.searchsorted(number, treatments["episode"].to_numpy())
    day = treatments["starts_at"].cast(pa.date32(), safe=False).cast(pa.int32()).to_numpy()
    first = np.full(len(number), NEVER)
    np.minimum.at(first, row, day)
    return Episodes(number, ended, ending, np.bincount(row, minlength=len(number)), first)


def first_and_last(tables: ClinicTables, episodes: Episodes, measure: str) -> tuple[Array, Array]:
    """First valid score by the first treatment session, and the last later one until the ending; not a number where there is none."""
    scores = tables.scores[measure]
    value = form_bank(measure).score[scores["form"].to_numpy()]
    row, day = episodes.row_of(scores["episode"].to_numpy()), scores["measured_on"].cast(pa.int32()).to_numpy()
    usable = np.flatnonzero(~np.isnan(value) & (day <= episodes.ended[row]))
    usable = usable[np.lexsort((scores["session"].to_numpy()[usable], row[usable]))]
    first, last = np.full(len(episodes.number), NO_SCORE), np.full(len(episodes.number), NO_SCORE)
    first_at = np.full(len(episodes.number), -1)
    early = usable[day[usable] <= episodes.first_session[row[usable]]][::-1]
    first[row[early]], first_at[row[early]] = value[early], early
    later = usable[(first_at[row[usable]] >= 0) & (usable != first_at[row[usable]])]
    last[row[later]] = value[later]
    return first, last
