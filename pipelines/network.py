"""network.yaml as plain data: the network, its clinics, and the measures and rules that it declares for itself."""

import calendar
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipelines.errors import ConfigurationError
from pipelines.mapping import FileMapping, load_mapping
from pipelines.schema_validation import load_yaml, validate

SCHEMA = Path(__file__).with_name("network.schema.json")


@dataclass(frozen=True)
class Clinic:
    """One clinic. `time_zone` is an IANA name; local times of its exports are read in it. `unlinked_records` are people of their own.

    `mappings` say how the files of the system `mapped` are read.
    """

    id: str
    name: str
    time_zone: str
    systems: tuple[str, ...]
    roll_up: str
    unlinked_records: tuple[str, ...] = ()
    mappings: tuple[FileMapping, ...] = ()


@dataclass(frozen=True)
class Network:
    """A validated network.yaml. `measures` and `rules` are as written there."""

    name: str
    time_zone: str
    report_on_day: int
    disclosure: str
    keep_releases: int
    clinics: tuple[Clinic, ...]
    measures: tuple[Mapping[str, Any], ...] = ()
    rules: Mapping[str, float] = field(default_factory=dict)
    language: str = "en"

    def clinic_ids(self) -> set[str]:
        return {clinic.id for clinic in self.clinics}


def load_network(path: Path, known_systems: Sequence[str]) -> Network:
    """Read and check network.yaml; ConfigurationError names the file, the key and what would be right."""
    document = load_yaml(path)
    validate(document, SCHEMA, path)
    settings = document["network"]
    network_zone = settings.get("time_zone", "UTC")
    _check_time_zone(path, "network.time_zone", network_zone)
    clinics = []
    for index, entry in enumerate(document["clinics"]):
        clinics.append(_clinic(path, f"clinics[{index}]", entry, network_zone, known_systems))
    _check_unique(path, "clinics", [clinic.id for clinic in clinics])
    measures = document.get("measures") or []
    _check_unique(path, "measures", [measure["id"] for measure in measures])
    for index, measure in enumerate(measures):
        _check_measure(path, f"measures[{index}]", measure)
    return Network(
        name=settings["name"],
        time_zone=network_zone,
        report_on_day=settings.get("report_on_day", 3),
        disclosure=settings.get("disclosure", "internal"),
        keep_releases=settings.get("keep_releases", 12),
        clinics=tuple(clinics),
        measures=tuple(measures),
        rules=document.get("rules") or {},
        language=settings.get("language", "en"),
    )


def _clinic(path: Path, key: str, entry: Mapping[str, Any], network_zone: str, known_systems: Sequence[str]) -> Clinic:
    for system in entry["systems"]:
        if system not in known_systems:
            raise ConfigurationError(path, f"{key}.systems", f"'{system}' is not a known system; known are {', '.join(sorted(known_systems))}")
    zone = entry.get("time_zone", network_zone)
    _check_time_zone(path, f"{key}.time_zone", zone)
    unlinked = tuple(entry.get("unlinked_records", ()))
    mappings = load_mapping(path.parent / entry["id"] / "mapped.yaml") if "mapped" in entry["systems"] else ()
    return Clinic(entry["id"], entry["name"], zone, tuple(entry["systems"]), entry.get("roll_up", "nhs_talking_therapies"), unlinked, mappings)


def _check_time_zone(path: Path, key: str, name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError):
        raise ConfigurationError(path, key, f"'{name}' is not a time zone; write an IANA name such as Europe/London") from None


def _check_unique(path: Path, key: str, ids: Sequence[str]) -> None:
    for identifier in ids:
        if ids.count(identifier) > 1:
            raise ConfigurationError(path, key, f"the id '{identifier}' stands twice; each must be unique")


def _check_measure(path: Path, key: str, measure: Mapping[str, Any]) -> None:
    if measure["minimum"] >= measure["maximum"]:
        raise ConfigurationError(path, f"{key}.minimum", "must be less than maximum")
    if "reliable_change" not in measure and not {"sd", "reliability"} <= measure.keys():
        raise ConfigurationError(path, key, "needs reliable_change, or sd and reliability to compute it from")
    needed = {"a": {"clinical"}, "b": {"functional"}, "c": {"clinical", "functional"}}
    missing = needed.get(measure.get("criterion", ""), set()) - measure.keys()
    if missing:
        raise ConfigurationError(path, key, f"criterion {measure['criterion']} needs {' and '.join(sorted(missing))} with mean and sd")


def newest_complete_month(as_of: datetime.date) -> datetime.date:
    """The first day of the last month that had ended by the end of `as_of`."""
    last_day = calendar.monthrange(as_of.year, as_of.month)[1]
    if as_of.day == last_day:
        return as_of.replace(day=1)
    return (as_of.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
