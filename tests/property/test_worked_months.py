"""Worked months from delivered rows to rates: W19 (the five rates of NHS England) and W48 (endings with their bounds)."""

from datetime import date, timedelta

import pytest

from tests.property.sql_rules import Row, Warehouse

REFERRED = date(2026, 3, 2)
TREATED = date(2026, 4, 1)
ENDED = date(2026, 6, 30)

# (first PHQ-9, last PHQ-9, first GAD-7, last GAD-7), treatment sessions, ending
W19 = (
    *[(None, 0, "completed")] * 3,
    *[(None, 1, "completed")] * 3,
    ((9, 8, 7, 6), 2, "completed"),
    *[((15, None, 12, None), 2, "completed")] * 3,
    *[((18, 6, 14, 5), 2, "completed")] * 5,
    ((12, 8, 9, 7), 2, "completed"),  # recovered, by less than a reliable change
    *[((20, 12, 15, 10), 2, "completed")] * 2,
    ((12, 19, 10, 10), 2, "completed"),
    ((15, 14, 12, 12), 2, "completed"),
)
W48 = (
    *[((18, 6, 14, 5), 2, "completed")] * 11,
    *[((18, 6, 14, 5), 2, "client_stopped")] * 2,
    *[((15, 14, 12, 12), 2, "client_stopped")] * 2,
    ((15, None, 12, None), 2, "client_stopped"),
    ((15, 14, 12, 12), 2, "provider_ended"),
    ((15, 14, 12, 12), 2, "moved"),
    *[((15, 14, 12, 12), 2, "unknown")] * 2,
)


@pytest.fixture(scope="module")
def warehouse() -> Warehouse:
    return Warehouse()


def deliver(warehouse: Warehouse, people: tuple) -> None:  # type: ignore[type-arg]
    """Deliver one ended episode a person, with a pair of scores where it is known."""
    clinic = {"clinic_id": "c", "roll_up": "nhs_talking_therapies", "name": "C", "time_zone": "UTC", "systems": "canonical"}
    warehouse.fill("inputs_clinics", "clinic_id varchar, name varchar, time_zone varchar, roll_up varchar, systems varchar", [clinic])
    rows: dict[str, list[Row]] = {"clients": [], "episodes": [], "sessions": [], "scores": []}
    for number, (scores, treatments, ending) in enumerate(people):
        episode = {"clinic_id": "c", "episode_pseudonym": f"e{number:02}"}
        rows["clients"].append({"clinic_id": "c", "client_pseudonym": f"p{number:02}"})
        rows["episodes"].append({**episode, "client_pseudonym": f"p{number:02}", "referred_on": REFERRED, "ended_on": ENDED, "ending": ending})
        rows["sessions"] += [
            {**episode, "session_pseudonym": f"s{number:02}-{visit}", "kind": "treatment", "attendance": "attended",
             "starts_at": TREATED + timedelta(days=7 * visit), "starts_at_local": TREATED + timedelta(days=7 * visit)}
            for visit in range(treatments)
        ]  # fmt: skip
        rows["scores"] += [
            {**episode, "score_pseudonym": f"{number:02}-{place}", "measure_id": measure, "measured_on": day, "total_reported": total}
            for place, (measure, day, total) in enumerate(
                zip(("phq9", "phq9", "gad7", "gad7"), (REFERRED, ENDED, REFERRED, ENDED), scores or (), strict=False)
            )
            if total is not None
        ]  # fmt: skip
    for entity, delivered in rows.items():
        warehouse.deliver(entity, delivered)


def counts(warehouse: Warehouse, indicator: str) -> tuple[int, int, int]:
    """Numerator, denominator and missing, as the indicators' rows give them."""
    rows = [row for row in warehouse.rows(f"int_indicator__{indicator}") if not row["is_excluded"]]
    return sum(row["is_numerator"] is True for row in rows), len(rows), sum(row["is_numerator"] is None for row in rows)


def test_w19_rates_of_a_month(warehouse: Warehouse) -> None:
    deliver(warehouse, W19)
    episodes = warehouse.rows("episodes")
    assert [sum(row[flag] for row in episodes) for flag in ("is_ended_before_treatment", "is_treated_once", "is_finished")] == [3, 3, 14]
    assert counts(warehouse, "recovery") == (6, 13, 3)
    assert counts(warehouse, "reliable_recovery") == (5, 13, 3)
    assert counts(warehouse, "reliable_improvement") == (7, 14, 3)
    assert counts(warehouse, "reliable_deterioration") == (1, 14, 3)
    assert counts(warehouse, "no_reliable_change") == (3, 14, 3)
    assert counts(warehouse, "paired_scores") == (11, 14, 0)


def test_w48_unplanned_endings_of_a_month(warehouse: Warehouse) -> None:
    deliver(warehouse, W48)
    numerator, denominator, missing = counts(warehouse, "unplanned_ending")
    assert (numerator, denominator, missing) == (5, 19, 2)
    rates = (numerator / (denominator - missing), numerator / denominator, (numerator + missing) / denominator)
    assert rates == pytest.approx((0.294, 0.263, 0.368), abs=0.0005)
    numerator, denominator, missing = counts(warehouse, "unplanned_without_effect")
    assert (numerator, denominator, missing) == (2, 19, 3)
    assert (numerator / denominator, (numerator + missing) / denominator) == pytest.approx((0.105, 0.263), abs=0.0005)
