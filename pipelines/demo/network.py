"""Writes the demo network: network.yaml, the inbox with every clinic's deliveries, and what is known about them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import yaml

from pipelines.demo.calendar import LAST_MONTH, Calendar
from pipelines.demo.clinic_facts import add_clinic
from pipelines.demo.deliveries import CUT_AT, Delivery, clinic_deliveries
from pipelines.demo.facts import DemoFacts
from pipelines.demo.model import simulate_clinic
from pipelines.demo.profiles import PROFILES, ClinicProfile, clinic_profiles
from pipelines.demo.systems import SYSTEMS
from pipelines.demo.tables import clinic_tables

NETWORK_NAME = "Riverside Network"
# of the first three hundred seeds the one by whose chance no clinic stands out beyond its story
DEFAULT_SEED = 189
ROW_LEFT = 20  # bytes of the row in which the broken file ends
Progress = Callable[[int, int, str], None]


def write_network(
    target: Path, *, clinics: int = len(PROFILES), months: int = 24, scale: float = 1.0, seed: int = DEFAULT_SEED, progress: Progress | None = None
) -> DemoFacts:
    """Write `target/network.yaml`, `target/inbox/…` and `target/demo_facts.json`; the same arguments give the same bytes.

    `scale` multiplies every clinic's referrals. `progress` is told, after each clinic, how many are done, of how many, and its id.
    """
    calendar = Calendar(months)
    profiles = clinic_profiles(clinics)
    facts = DemoFacts(NETWORK_NAME, months, LAST_MONTH.isoformat()[:7], seed)
    target.mkdir(parents=True, exist_ok=True)
    (target / "network.yaml").write_text(_network_file(profiles), encoding="utf-8")
    for number, profile in enumerate(profiles):
        random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number])))
        history = simulate_clinic(profile, calendar, scale, random)
        sent = clinic_deliveries(profile, clinic_tables(history, random), calendar)
        _write_configuration(target, profile)
        for delivery in sent.deliveries:
            _write_delivery(target / "inbox" / profile.id / delivery.system / delivery.name, delivery)
        add_clinic(facts, profile, calendar, history, sent)
        if progress:
            progress(number + 1, clinics, profile.id)
    facts.write(target / "demo_facts.json")
    return facts


def _network_file(profiles: tuple[ClinicProfile, ...]) -> str:
    clinics = [
        {"id": clinic.id, "name": clinic.name, "time_zone": clinic.time_zone, "systems": list(clinic.systems), "roll_up": "nhs_talking_therapies"}
        for clinic in profiles
    ]
    network = {"name": NETWORK_NAME, "time_zone": "Europe/London", "report_on_day": 3, "disclosure": "internal"}
    return yaml.safe_dump({"network": network, "clinics": clinics, "measures": []}, sort_keys=False, allow_unicode=True)


def _write_configuration(target: Path, clinic: ClinicProfile) -> None:
    for system in clinic.systems:
        configuration = SYSTEMS[system].configuration
        if configuration:
            (target / clinic.id).mkdir()
            (target / clinic.id / f"{system}.yaml").write_text(configuration(), encoding="utf-8")


def _write_delivery(folder: Path, delivery: Delivery) -> None:
    folder.mkdir(parents=True)
    for file in delivery.files:
        file.write(folder)
        if file.name == delivery.cut_file:
            _break_off(folder / file.name)


def _break_off(path: Path) -> None:
    """Cut a file in the middle of a row, somewhat after its half."""
    content = path.read_bytes()
    row = content.rindex(b"\n", 0, round(len(content) * CUT_AT)) + 1
    path.write_bytes(content[: row + ROW_LEFT])
