"""The practice systems that the demo's clinics use: one module each, which says what a system can express and writes its files.

A module has `expressible(tables)`, the tables without what the system has no place for, and `files(tables, clinic)`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.demo.export import ExportFile
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.systems import canonical, fhir_r4, pmhc_mds
from pipelines.demo.tables import ClinicTables


@dataclass(frozen=True)
class PracticeSystem:
    """How the demo writes one system."""

    expressible: Callable[[ClinicTables], ClinicTables]
    files: Callable[[ClinicTables, ClinicProfile], list[ExportFile]]


SYSTEMS = {
    "canonical": PracticeSystem(canonical.expressible, canonical.files),
    "fhir_r4": PracticeSystem(fhir_r4.expressible, fhir_r4.files),
    "pmhc_mds": PracticeSystem(pmhc_mds.expressible, pmhc_mds.files),
}
