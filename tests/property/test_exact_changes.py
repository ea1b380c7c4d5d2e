"""A change of exactly the reliable change counts, on every tenth of a scale: no binary fraction may tip the verdict."""

from datetime import date

import pytest

from tests.property.sql_rules import Row, Warehouse

REFERRED, ENDED = date(2026, 3, 2), date(2026, 6, 30)


@pytest.fixture
def warehouse() -> Warehouse:
    made = Warehouse()
    clinic = {"clinic_id": "c", "roll_up": "nhs_talking_therapies", "name": "C", "time_zone": "UTC", "systems": "canonical"}
    made.fill("inputs_clinics", "clinic_id varchar, name varchar, time_zone varchar, roll_up varchar, systems varchar", [clinic])
    return made


def changes(warehouse: Warehouse, measure_id: str, pairs: list[tuple[float, float]]) -> list[Row]:
    """The changes of one person a pair, in their order."""
    names = [f"{number:03}" for number in range(len(pairs))]
    warehouse.deliver("clients", [{"clinic_id": "c", "client_pseudonym": name} for name in names])
    warehouse.deliver("episodes", [{"clinic_id": "c", "episode_pseudonym": name, "client_pseudonym": name, "referred_on": REFERRED} for name in names])
    warehouse.deliver("scores", [
        {"clinic_id": "c", "score_pseudonym": f"{name}-{day}", "episode_pseudonym": name, "measure_id": measure_id, "measured_on": day, "total_reported": total}
        for name, pair in zip(names, pairs, strict=True) for day, total in zip((REFERRED, ENDED), pair, strict=True)
    ])  # fmt: skip
    return sorted(warehouse.rows("measure_changes"), key=lambda row: row["episode_key"])


def test_w13_exactly_five_points_of_the_ors_count_on_every_tenth(warehouse: Warehouse) -> None:
    tenths = range(0, 351)
    assert {row["is_reliably_improved"] for row in changes(warehouse, "ors", [(low / 10, (low + 50) / 10) for low in tenths])} == {True}
    assert {row["is_reliably_deteriorated"] for row in changes(warehouse, "ors", [((low + 50) / 10, low / 10) for low in tenths])} == {True}
    assert {row["category"] for row in changes(warehouse, "ors", [(low / 10, (low + 49) / 10) for low in tenths])} == {"unchanged"}


def test_w2_the_cut_off_itself_is_clinical_where_higher_is_worse_and_is_not_where_higher_is_better(warehouse: Warehouse) -> None:
    assert [row["is_clinical_first"] for row in changes(warehouse, "ors", [(24.9, 30), (25.0, 30)])] == [True, False]
    assert [row["is_clinical_first"] for row in changes(warehouse, "phq9", [(10, 3), (9, 3)])] == [True, False]


def test_w1_a_declared_measure_is_judged_by_its_deviation_and_reliability(warehouse: Warehouse) -> None:
    declared = {
        "measure_id": "trial", "name": "T", "axis": "symptoms", "minimum": 0, "maximum": 100, "higher_is": "better", "sd": 7.5, "reliability": 0.8,
        "clinical_mean": 40, "clinical_sd": 7.5, "functional_mean": 60, "functional_sd": 7.5, "criterion": "c", "source": "Jacobson & Truax 1991",
    }  # fmt: skip
    columns = warehouse.connection.execute("select column_name, data_type from duckdb_columns() where table_name = 'inputs_network_measures'").fetchall()
    warehouse.fill("inputs_network_measures", ", ".join(f"{name} {kind}" for name, kind in columns), [declared])
    found = changes(warehouse, "trial", [(32.5, 47.5), (45, 54.297), (45, 54.296), (45, 35.703), (60, 50), (40, 50)])
    assert [row["category"] for row in found] == ["improved", "recovered", "unchanged", "deteriorated", "deteriorated", "recovered"]
    assert [row["is_deteriorated_into_clinical_range"] for row in found] == [False, False, False, False, False, False]
    assert found[0]["reliable_change_index"] == pytest.approx(3.162, abs=0.0005)
