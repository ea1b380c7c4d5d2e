"""What the schedule and the sensor ask for, tick by tick."""

import contextlib
import datetime

import dagster as dg
import pytest

from pipelines.defs.automation.schedule import month_before, monthly_schedule
from pipelines.defs.automation.sensor import inbox_sensor
from pipelines.defs.workplace import Workplace
from pipelines.locations import Locations
from pipelines.network import Clinic, Network

NETWORK = Network("N", "Australia/Sydney", 5, "internal", 12, (Clinic("harbour", "Harbour", "UTC", ("canonical",), "nhs_talking_therapies"),))


# Dagster knows the newest instance of a process by a weak reference, which later tests would find dangling
KEPT = contextlib.ExitStack()


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    return KEPT.enter_context(dg.instance_for_test(temp_dir=str(tmp_path_factory.mktemp("dagster"))))


@pytest.fixture
def inbox(tmp_path):
    (tmp_path / "network.yaml").write_text("network: {name: N}\nclinics:\n- {id: harbour, name: Harbour, systems: [canonical]}\n", encoding="utf-8")
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def tick(inbox, tmp_path, instance):
    """One look of the sensor after another, with the cursor kept between them."""
    workplace = Workplace.of(Locations.of(tmp_path / "network.yaml", inbox, tmp_path / "data"))
    state = {"cursor": None}

    def look():
        context = dg.build_sensor_context(instance=instance, cursor=state["cursor"], resources={"workplace": workplace})
        result = inbox_sensor(context)
        state["cursor"] = result.cursor if isinstance(result, dg.SensorResult) else context.cursor
        return result

    return look


def deliver(inbox, day, content="client_id\nC1\n"):
    folder = inbox / "harbour" / "canonical" / day
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "clients.csv").write_text(content, encoding="utf-8")


def months_asked_for(result):
    return [request.partition_key for request in result.run_requests] if isinstance(result, dg.SensorResult) else []


def test_a_delivery_starts_one_run_once_the_inbox_is_still(inbox, tick):
    deliver(inbox, "2026-11-03")
    assert months_asked_for(tick()) == []
    result = tick()
    assert months_asked_for(result) == ["2026-10"]
    assert [request.partition_keys for request in result.dynamic_partitions_requests] == [["2026-10"]]
    assert months_asked_for(tick()) == []


def test_a_delivery_that_is_still_being_written_starts_none(inbox, tick):
    deliver(inbox, "2026-11-03")
    tick()
    deliver(inbox, "2026-11-03", "client_id\nC1\nC2\n")
    assert months_asked_for(tick()) == []
    assert months_asked_for(tick()) == ["2026-10"]


def test_a_withdrawn_delivery_starts_a_run_too_under_another_key(inbox, tick):
    deliver(inbox, "2026-10-05")
    tick()
    first = tick().run_requests[0].run_key
    deliver(inbox, "2026-11-03")
    tick()
    second = tick().run_requests[0].run_key
    (inbox / "harbour/canonical/2026-11-03/clients.csv").unlink()
    tick()
    third = tick().run_requests[0].run_key
    assert len({first, second, third}) == 3


def test_the_schedule_reports_the_month_before_in_the_networks_time(instance):
    schedule = monthly_schedule(NETWORK)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 5 * *", "Australia/Sydney")
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=datetime.datetime(2027, 1, 5, 6, tzinfo=datetime.UTC))
    request = schedule(context)
    assert (request.run_key, request.partition_key) == ("2026-12", "2026-12")
    assert list(instance.get_dynamic_partitions("month")) == ["2026-12"]


@pytest.mark.parametrize(("day", "month"), [("2026-11-03", "2026-10"), ("2027-01-28", "2026-12"), ("2028-03-31", "2028-02")])
def test_the_month_before(day, month):
    assert month_before(datetime.date.fromisoformat(day)) == month
