"""What each clinic sends, and when: usually one full export, and the special cases that some stories are about."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.calendar import Calendar
from pipelines.demo.defects import plant
from pipelines.demo.draws import Array
from pipelines.demo.expected import CASENESS, RELIABLE_CHANGE
from pipelines.demo.expected_episodes import episodes_of, first_and_last
from pipelines.demo.export import ExportFile, emptied, flat, with_column
from pipelines.demo.facts import Defect
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.systems import SYSTEMS, canonical
from pipelines.demo.tables import ClinicTables, as_known_on, without

NEWEST, EARLIER = "2026-11-03", "2026-10-03"
DAYS_OF_LAST_MONTH = 31
SEND_CHANGES = ("cliniko", "jane", "nhs_iapt")
INITIALS = "BCDEFGH"
TRUNCATED, CORRECTED, ADDITION = "tannery", "weir", "spinney"
CHANGED_SYSTEM_IN_MONTH = 9
CUT_FILE, CUT_AT = "sessions.csv", 0.6  # of its bytes
CORRECTED_LATE_FORMS, CORRECTED_TYPING_ERRORS, CORRECTED_ENDINGS = 5, 2, 3
SESSIONS_ENTERED_BY_MISTAKE = 6


@dataclass(frozen=True)
class Delivery:
    """One folder of the inbox. `tables` are what its files say; `cut` is where, as a share of its bytes, one file breaks off."""

    system: str
    name: str
    tables: ClinicTables
    files: tuple[ExportFile, ...]
    is_current: bool = True
    cut_file: str | None = None
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True)
class ClinicDeliveries:
    """All that one clinic sends. `holding` are the tables that hold in the end, by system; `reported_before` those of a month earlier.

    `linked` are the tables of all systems as one, where one system tells of the appointments of another's episodes.
    `withdrawn` are the rows that an addition takes back; None where there is no addition.
    """

    deliveries: tuple[Delivery, ...]
    holding: dict[str, ClinicTables]
    reported_before: ClinicTables | None = None
    withdrawn: dict[str, int] | None = None
    linked: ClinicTables | None = None

    @property
    def figures_of(self) -> list[ClinicTables]:
        """The tables from which the clinic's figures follow; figures of several add up."""
        return [self.linked] if self.linked else list(self.holding.values())


def clinic_deliveries(clinic: ClinicProfile, tables: ClinicTables, calendar: Calendar) -> ClinicDeliveries:
    """What the clinic sends of the whole history."""
    special: dict[str, Callable[[ClinicProfile, ClinicTables, Calendar], ClinicDeliveries]] = {
        TRUNCATED: _truncated, CORRECTED: _corrected, ADDITION: _addition,
    }  # fmt: skip
    if "simplepractice" in clinic.systems:
        return _side_by_side(clinic, tables, calendar)
    if len(clinic.systems) > 1:
        return _changed_system(clinic, tables, calendar)
    if clinic.systems[0] in SEND_CHANGES:
        return _changes(clinic, tables, calendar)
    return special.get(clinic.id, _one_export)(clinic, tables, calendar)


def _export(clinic: ClinicProfile, system: str, name: str, tables: ClinicTables, is_current: bool = True, is_spoiled: bool = False) -> Delivery:
    files, defects = [], []
    for file in SYSTEMS[system].files(tables, clinic):
        bad_rows = SYSTEMS[system].bad_rows(file, clinic) if is_spoiled else []
        spoiled, planted = plant(file, bad_rows, clinic.id, system, name)
        files.append(spoiled)
        defects += planted
    return Delivery(system, name, tables, tuple(files), is_current, defects=tuple(defects))


def _one_export(clinic: ClinicProfile, tables: ClinicTables, calendar: Calendar) -> ClinicDeliveries:
    (system,) = clinic.systems
    known = SYSTEMS[system].expressible(as_known_on(tables, calendar.last))
    return ClinicDeliveries((_export(clinic, system, NEWEST, known, is_spoiled=system != "pmhc_mds"),), {system: known})


def _changes(clinic: ClinicProfile, tables: ClinicTables, calendar: Calendar) -> ClinicDeliveries:
    """All that was known a month ago, and now, in the same form, what is new or different since."""
    (system,) = clinic.systems
    before, now = (SYSTEMS[system].expressible(as_known_on(tables, day)) for day in (calendar.last - DAYS_OF_LAST_MONTH, calendar.last))
    delivered = {file.name: file for file in SYSTEMS[system].files(before, clinic)}
    added = [_added_rows(file, delivered.get(file.name)) for file in SYSTEMS[system].files(now, clinic)]
    newest = Delivery(system, NEWEST, now, tuple(file for file in added if len(file.rows)))
    return ClinicDeliveries((_export(clinic, system, EARLIER, before, is_spoiled=True), newest), {system: now}, withdrawn={})


def _side_by_side(clinic: ClinicProfile, tables: ClinicTables, calendar: Calendar) -> ClinicDeliveries:
    """One system has the appointments, the other all else. The people are the same by name and birth date; appointments find their episode."""
    diary, record = clinic.systems
    known = _appointments_placed(_with_distinct_names(as_known_on(tables, calendar.last)))
    appointments = SYSTEMS[diary].expressible(known)
    rest = _without_appointments(SYSTEMS[record].expressible(known))
    deliveries = (_export(clinic, diary, NEWEST, appointments, is_spoiled=True), _export(clinic, record, NEWEST, rest))
    linked = replace(rest, sessions=appointments.sessions, scores=known.scores)
    return ClinicDeliveries(deliveries, {diary: appointments, record: rest}, linked=linked)


def _without_appointments(tables: ClinicTables) -> ClinicTables:
    """Scores then belong to an episode and a day, to no appointment."""
    scores = {measure: emptied(rows, ("session",)) for measure, rows in tables.scores.items()}
    return replace(without(tables, "sessions"), scores=scores)


def _with_distinct_names(tables: ClinicTables) -> ClinicTables:
    """Whoever has the name of somebody before bears a further initial, as the staff would write it."""
    names = list(zip(tables.clients["first_name"].to_pylist(), tables.clients["last_name"].to_pylist(), strict=True))
    seen: Counter[tuple[str, str]] = Counter()
    first_names = []
    for name in names:
        first_names.append(f"{name[0]} {INITIALS[seen[name] - 1]}." if seen[name] else name[0])
        seen[name] += 1
    return replace(tables, clients=with_column(tables.clients, "first_name", pa.array(first_names)))


def _appointments_placed(tables: ClinicTables) -> ClinicTables:
    """Each appointment in the newest episode of its client that was open on its day; without one it is left out."""
    day = tables.sessions["starts_at"].cast(pa.date32(), safe=False)
    rows = pa.table({"session": tables.sessions["session"], "day": day, "own": tables.sessions["episode"]})
    of_client = rows.join(tables.episodes.select(["episode", "client"]), "own", "episode")
    pairs = of_client.join(tables.episodes.select(["episode", "client", "referred_on", "ended_on"]), "client", join_type="inner")
    is_open = pc.and_(pc.less_equal(pairs["referred_on"], pairs["day"]), pc.fill_null(pc.greater_equal(pairs["ended_on"], pairs["day"]), True))
    newest = pairs.filter(is_open).group_by("session").aggregate([("episode", "max")])
    place = pc.index_in(flat(tables.sessions["session"]), flat(newest["session"]))
    sessions = with_column(tables.sessions, "episode", flat(newest["episode_max"]).take(place))
    return replace(tables, sessions=sessions.filter(pc.is_valid(sessions["episode"])))


def _changed_system(clinic: ClinicProfile, tables: ClinicTables, calendar: Calendar) -> ClinicDeliveries:
    """Referrals before the change stay in the old system, later ones are in the new one; some people are in both."""
    old, new = clinic.systems
    change = pa.scalar(calendar.month_start(min(CHANGED_SYSTEM_IN_MONTH, calendar.months)), pa.date32())
    known = as_known_on(tables, calendar.last)
    is_old = pc.less(known.episodes["referred_on"], change)
    holding = {
        old: SYSTEMS[old].expressible(only_episodes(known, known.episodes.filter(is_old)["episode"])),
        new: SYSTEMS[new].expressible(only_episodes(known, known.episodes.filter(pc.invert(is_old))["episode"])),
    }
    deliveries = (_export(clinic, old, NEWEST, holding[old], is_spoiled=True), _export(clinic, new, NEWEST, holding[new]))
    return ClinicDeliveries(deliveries, holding)


def _truncated(clinic: ClinicProfile, tables: ClinicTables, calendar: Calendar) -> ClinicDeliveries:
    """A good export a month ago, and a newest one of which a file breaks off in the middle of a row. This clinic exports no bookings."""
    good = as_known_on(tables, calendar.last - DAYS_OF_LAST_MONTH, has_bookings=False)
    broken = _export(clinic, "canonical", NEWEST, as_known_on(tables, calendar.last, has_bookings=False), is_current=False)
    deliveries = (_export(clinic, "canonical", EARLIER, good), replace(broken, cut_file=CUT_FILE))
    return ClinicDeliveries(deliveries, {"canonical": good})


def _corrected(clinic: ClinicProfile, tables: ClinicTables, calendar: Calendar) -> ClinicDeliveries:
    """A full export a month ago, and one now in which the two months before it read differently."""
    now = as_known_on(tables, calendar.last)
    before = _before_corrections(as_known_on(tables, calendar.last - DAYS_OF_LAST_MONTH), calendar)
    deliveries = (_export(clinic, "canonical", EARLIER, before, is_current=False), _export(clinic, "canonical", NEWEST, now, is_spoiled=True))
    return ClinicDeliveries(deliveries, {"canonical": now}, reported_before=before)


def _before_corrections(tables: ClinicTables, calendar: Calendar) -> ClinicTables:
    """What was delivered before somebody looked again: forms not typed in yet, totals typed wrongly, endings not known yet."""
    episodes = episodes_of(tables)
    # gains in reliable changes: improved people have one of at least 1 and no loss of as much
    gains = np.array([np.subtract(*first_and_last(tables, episodes, measure)) / RELIABLE_CHANGE[measure] for measure in CASENESS])
    is_recent = episodes.is_finished & (episodes.ended >= calendar.month_start(calendar.months - 2))
    improved = episodes.number[is_recent & (gains >= 1).any(axis=0) & (gains > -1).all(axis=0)]
    late, mistyped = improved[:CORRECTED_LATE_FORMS], improved[CORRECTED_LATE_FORMS : CORRECTED_LATE_FORMS + CORRECTED_TYPING_ERRORS]
    completed = episodes.number[is_recent & (episodes.ending == "completed")][-CORRECTED_ENDINGS:]
    scores = {measure: _without_later_forms(table, late) for measure, table in tables.scores.items()}
    scores |= {measure: _with_first_form_again(scores[measure], mistyped) for measure in CASENESS}
    ending = pc.if_else(pc.is_in(tables.episodes["episode"], pa.array(completed)), "unknown", tables.episodes["ending"])
    corrected = tables.episodes.set_column(tables.episodes.schema.get_field_index("ending"), "ending", ending)
    return replace(tables, scores=scores, episodes=corrected)


def _without_later_forms(scores: pa.Table, episodes: Array) -> pa.Table:
    """Of these episodes only the first form is there."""
    number = scores["episode"].to_numpy()
    is_first = np.zeros(len(number), bool)
    is_first[np.unique(number, return_index=True)[1]] = True
    return scores.filter(pa.array(is_first | ~np.isin(number, episodes)))


def _with_first_form_again(scores: pa.Table, episodes: Array) -> pa.Table:
    """The last form of these episodes repeats the first one."""
    number, form = scores["episode"].to_numpy(), scores["form"].to_numpy().copy()
    for episode in episodes:
        rows = np.flatnonzero(number == episode)
        form[rows[-1]] = form[rows[0]]
    return scores.set_column(scores.schema.get_field_index("form"), "form", pa.array(form))


def _addition(clinic: ClinicProfile, tables: ClinicTables, calendar: Calendar) -> ClinicDeliveries:
    """A full export a month ago, and now only what is new or different since, with the keys that are withdrawn."""
    now = as_known_on(tables, calendar.last)
    before = as_known_on(tables, calendar.last - DAYS_OF_LAST_MONTH)
    before, mistaken = _with_mistaken_sessions(before)
    base = _export(clinic, "canonical", EARLIER, before)
    delivered = {file.name: file for file in base.files}
    added = [_added_rows(file, delivered.get(file.name)) for file in canonical.files(now, clinic)]
    lines = [f"sessions,{key},yes" for key in canonical.session_id(pa.array(mistaken)).to_pylist()]
    files = [file for file in added if len(file.rows)] + [ExportFile("delta.csv", "deletions", "table,key,deleted", pa.array(lines))]
    deliveries = (base, Delivery("canonical", NEWEST, now, tuple(files)))
    return ClinicDeliveries(deliveries, {"canonical": now}, withdrawn={"sessions": len(lines)})


def _with_mistaken_sessions(tables: ClinicTables) -> tuple[ClinicTables, list[int]]:
    """The tables with a few sessions entered a second time, under numbers of their own."""
    sessions = tables.sessions
    rows = np.linspace(0, len(sessions) - 1, SESSIONS_ENTERED_BY_MISTAKE + 2).astype(int)[1:-1]
    numbers = list(range(900_000, 900_000 + len(rows)))
    twice = sessions.take(pa.array(rows)).set_column(0, "session", pa.array(numbers))
    return replace(tables, sessions=pa.concat_tables([sessions, twice])), numbers


def _added_rows(file: ExportFile, before: ExportFile | None) -> ExportFile:
    if before is None:
        return file
    return replace(file, rows=file.rows.filter(pc.invert(pc.is_in(file.rows, before.rows))))


def only_episodes(tables: ClinicTables, episodes: pa.ChunkedArray) -> ClinicTables:
    """The tables of these episodes alone."""
    wanted = episodes.combine_chunks()

    def of_episodes(table: pa.Table) -> pa.Table:
        return table.filter(pc.is_in(table["episode"], wanted))

    kept, goals = of_episodes(tables.episodes), of_episodes(tables.goals)
    return replace(
        tables,
        clients=tables.clients.filter(pc.is_in(tables.clients["client"], kept["client"].combine_chunks())),
        episodes=kept,
        sessions=of_episodes(tables.sessions),
        scores={measure: of_episodes(scores) for measure, scores in tables.scores.items()},
        goals=goals,
        goal_ratings=tables.goal_ratings.filter(pc.is_in(tables.goal_ratings["goal"], goals["goal"].combine_chunks())),
        consultation_items=of_episodes(tables.consultation_items),
        reviews=of_episodes(tables.reviews),
    )
