"""Gathers what is known about one clinic: rows that hold, defects, planted events, and the figures that must be found."""

from collections import Counter
from dataclasses import asdict
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.calendar import Calendar, day_number
from pipelines.demo.deliveries import NEWEST, ClinicDeliveries, Delivery
from pipelines.demo.expected import CLIENT_UNPLANNED, MonthlyCounts, monthly_counts
from pipelines.demo.expected_courses import worsening_labels
from pipelines.demo.expected_episodes import NEVER, episodes_of
from pipelines.demo.expected_factors import computed_factors
from pipelines.demo.export import ExportFile
from pipelines.demo.facts import DemoFacts, FileFacts
from pipelines.demo.model import ClinicHistory
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.records import FACTORS, NO_DAY
from pipelines.demo.shapes import DIPPED, PLAIN, REPAIRED, SHAPES, STRAINED, UNREPAIRED, WORN
from pipelines.demo.tables import ClinicTables
from pipelines.demo.vocabulary import LATE_REDIRECT, REDIRECTED

SEVERAL_ROWS_A_KEY = ("goal_ratings", "consultation_items", "reviews", "referral_assessments", "activity_assessments")
CHAIN_DAYS = 60
COUNTED = ("numerator", "denominator", "missing")


def add_clinic(facts: DemoFacts, profile: ClinicProfile, calendar: Calendar, history: ClinicHistory, sent: ClinicDeliveries) -> None:
    """Add one clinic, as it was simulated and as it sent its exports, to the facts."""
    facts.counts[profile.id] = {system: _counts(tables) for system, tables in sent.holding.items()}
    for delivery in sent.deliveries:
        facts.defects += delivery.defects
        facts.files += [_file_facts(profile, delivery, file) for file in delivery.files]
    if sent.withdrawn is not None:
        facts.withdrawn[profile.id] = sent.withdrawn
        facts.superseded[profile.id] = _superseded(*sent.deliveries)
    if len(sent.holding) > 1:
        clients = [set(tables.clients["client"].to_pylist()) for tables in sent.holding.values()]
        facts.linked_clients[profile.id] = len(set.intersection(*clients))
    months = _added_up([monthly_counts(tables, calendar) for tables in sent.figures_of])
    if not any(_has_late_cancellations(tables) for tables in sent.figures_of):
        del months["missed_sessions"]
    facts.expected_months[profile.id] = {indicator: asdict(counts) for indicator, counts in months.items()}
    facts.expected_rates[profile.id] = {indicator: counts.rolling_12() for indicator, counts in months.items()}
    facts.expected_lapses[profile.id] = _lapses(sent.figures_of)
    facts.planted[profile.id] = _planted(history, sent)
    facts.data_through[profile.id] = _last_day(list(sent.holding.values()))
    if all("phq9" in tables.scores for tables in sent.figures_of):
        labels = [worsening_labels(tables) for tables in sent.figures_of]
        facts.expected_labels[profile.id] = {name: sum(counts[name] for counts in labels) for name in labels[0]}
        if list(sent.holding) == ["canonical"]:
            tables = sent.holding["canonical"]
            facts.expected_factors[profile.id] = computed_factors(tables) | _factors_of_alliance(history, tables)
    if sent.reported_before:
        facts.restatements += _restatements(profile, calendar, monthly_counts(sent.reported_before, calendar), months)


def _lapses(parts: list[ClinicTables]) -> dict[str, int]:
    """Open episodes without a booking whose last attended session lies more than 60 days back on the day of the export, and more than 90."""
    long_ago = Counter({"over_60_days": 0, "over_90_days": 0})
    for tables in parts:
        attended = tables.sessions.filter(pc.is_in(tables.sessions["attendance"], pa.array(["attended", "attended_late"])))
        days = attended["starts_at"].cast(pa.date32(), safe=False).cast(pa.int32()).to_pylist()
        last_on: dict[int, int] = {}
        for episode, day in zip(attended["episode"].to_pylist(), days, strict=True):
            last_on[episode] = max(last_on.get(episode, day), day)
        booked = set(tables.sessions.filter(pc.equal(tables.sessions["attendance"], "scheduled"))["episode"].to_pylist())
        still_open = set(tables.episodes.filter(pc.is_null(tables.episodes["ended_on"]))["episode"].to_pylist()) - booked
        silences = [day_number(date.fromisoformat(NEWEST)) - last_on[episode] for episode in still_open & last_on.keys()]
        long_ago.update(over_60_days=sum(days > 60 for days in silences), over_90_days=sum(days > 90 for days in silences))
    return dict(long_ago)


def _has_late_cancellations(tables: ClinicTables) -> bool:
    return bool(pc.any(pc.equal(tables.sessions["attendance"], "cancelled_late_by_client")).as_py())


def _counts(tables: ClinicTables) -> dict[str, int]:
    rows = {name: len(table) for name, table in vars(tables).items() if name != "scores"}
    rows["scores"] = sum(len(scores) for scores in tables.scores.values())
    return {name: count for name, count in rows.items() if count}


def _file_facts(profile: ClinicProfile, delivery: Delivery, file: ExportFile) -> FileFacts:
    rejected = sum(defect.kind == "rejected" and defect.file == file.name for defect in delivery.defects)
    rows = pc.sum(pc.not_equal(file.rows, "")).as_py() - rejected if len(file.rows) else 0
    return FileFacts(profile.id, delivery.system, delivery.name, file.name, file.table, rows, delivery.is_current, file.name == delivery.cut_file)


def _superseded(base: Delivery, addition: Delivery) -> dict[str, int]:
    """Rows of the base whose key, the first value, comes again in the addition."""
    before, again = _keys(base), _keys(addition)
    counts = {table: sum(key in again[table] for key in keys) for table, keys in before.items() if table in again}
    return {table: count for table, count in counts.items() if count and table not in SEVERAL_ROWS_A_KEY}


def _keys(delivery: Delivery) -> dict[str, list[str]]:
    """The first value of every row, by table."""
    keys: dict[str, list[str]] = {}
    for file in delivery.files:
        keys.setdefault(file.table, []).extend(row.split(",", 1)[0] for row in file.rows.to_pylist())
    return keys


def _added_up(parts: list[dict[str, MonthlyCounts]]) -> dict[str, MonthlyCounts]:
    """Counts of a clinic over all of its systems."""
    total = {}
    for indicator in dict.fromkeys(name for part in parts for name in part):
        counts = [part[indicator] for part in parts if indicator in part]
        total[indicator] = MonthlyCounts(*([sum(month) for month in zip(*values, strict=True)] for values in zip(*map(_columns, counts), strict=True)))
    return total


def _columns(counts: MonthlyCounts) -> tuple[list[int], list[int], list[int]]:
    return counts.numerator, counts.denominator, counts.missing


def _last_day(parts: list[ClinicTables]) -> str:
    """The last day on which something happened that the tables know of; nothing for a clinic without data."""
    days = []
    for tables in parts:
        past = tables.sessions.filter(pc.not_equal(tables.sessions["attendance"], "scheduled"))
        days += [pc.max(past["starts_at"].cast(pa.date32(), safe=False)).as_py(), pc.max(tables.episodes["ended_on"]).as_py()]
    return max((str(day) for day in days if day), default="")


def _planted(history: ClinicHistory, sent: ClinicDeliveries) -> dict[str, int]:
    """What was planted in episodes that ended, as far as the clinic's systems can say it."""
    ended = np.concatenate([tables.episodes.filter(pc.is_valid(tables.episodes["ended_on"]))["episode"].to_numpy() for tables in sent.holding.values()])
    planted = {name: int(history.shapes.planted(name)[ended].sum()) for name in SHAPES if name != SHAPES[PLAIN]}
    if list(sent.holding) != ["canonical"]:
        return planted
    endings, redirects, rupture = history.endings, history.redirects, history.shapes.rupture[ended]
    was_redirected, has_arrived = endings.ending[ended] == REDIRECTED, redirects.arrived_on[ended] != NO_DAY
    planted |= {
        "ruptures_repaired": int((rupture == REPAIRED).sum()),
        "ruptures_unrepaired": int((rupture == UNREPAIRED).sum()),
        "alliance_dips": int((rupture == DIPPED).sum()),
        "alliance_strains": int((rupture == STRAINED).sum()),
        "alliance_worn": int((rupture == WORN).sum()),
        "interruption_chains": int(((rupture == UNREPAIRED) & endings.is_sudden[ended]).sum()),
        "sudden_interruptions": int(endings.is_sudden[ended].sum()),
        "late_redirects": int((history.courses.fate[ended] == LATE_REDIRECT).sum()),
        "redirected": int(was_redirected.sum()),
        "redirects_never_arrived": int((was_redirected & ~has_arrived).sum()),
    }
    factors = sent.holding["canonical"].reviews["factor"].to_pylist()
    return planted | {f"reviewed_{factor}": factors.count(factor) for factor in FACTORS}


def _factors_of_alliance(history: ClinicHistory, tables: ClinicTables) -> dict[str, int]:
    """Ruptures planted and repaired, and those planted in the last two scores, of people who left within 60 days of the first of the two."""
    scores, episodes = tables.scores["srs"], episodes_of(tables)
    number, day = scores["episode"].to_numpy(), scores["measured_on"].cast(pa.int32()).to_numpy()
    rupture = history.shapes.rupture[episodes.number]
    left = (rupture == UNREPAIRED) & np.isin(episodes.ending, CLIENT_UNPLANNED)
    chains = [
        ended - np.sort(day[(number == episode) & (day <= ended)])[-2] <= CHAIN_DAYS
        for episode, ended in zip(episodes.number[left], episodes.ended[left], strict=True)
    ]
    return {"unrepaired_rupture": int(sum(chains)), "rupture_repaired": int(((rupture == REPAIRED) & (episodes.ended < NEVER)).sum())}


def _restatements(profile: ClinicProfile, calendar: Calendar, before: dict[str, MonthlyCounts], now: dict[str, MonthlyCounts]) -> list[dict[str, object]]:
    """Months that were reported with one figure and read differently now; the last month was not reported before."""
    changes: list[dict[str, object]] = []
    for indicator, counts in now.items():
        for month in range(calendar.months - 1):
            old, new = ([column[month] for column in _columns(part)] for part in (before[indicator], counts))
            if old != new:
                changes.append({
                    "clinic": profile.id, "indicator": indicator, "month": calendar.month_name(month + 1), "delivery": NEWEST,
                    "from": dict(zip(COUNTED, old, strict=True)), "to": dict(zip(COUNTED, new, strict=True)),
                })  # fmt: skip
    return changes
