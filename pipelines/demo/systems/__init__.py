"""The practice systems that the demo's clinics use: one module each, which says what a system can express and writes its files.

A module has `expressible(tables)`, the tables without what the system has no place for, `files(tables, clinic)`, and, where rows are spoiled
on purpose, `bad_rows(file, clinic)`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.demo.defects import BadRow, canonical_bad_rows, fhir_bad_rows
from pipelines.demo.export import ExportFile
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.systems import canonical, cliniko, fhir_r4, jane, mapped, nhs_iapt, pmhc_mds, simplepractice
from pipelines.demo.tables import ClinicTables


def _nothing_bad(file: ExportFile, clinic: ClinicProfile) -> list[BadRow]:
    return []


@dataclass(frozen=True)
class PracticeSystem:
    """How the demo writes one system. `configuration` is the file beside network.yaml that explains a clinic's own format."""

    expressible: Callable[[ClinicTables], ClinicTables]
    files: Callable[[ClinicTables, ClinicProfile], list[ExportFile]]
    bad_rows: Callable[[ExportFile, ClinicProfile], list[BadRow]] = _nothing_bad
    configuration: Callable[[], str] | None = None


SYSTEMS = {
    "canonical": PracticeSystem(canonical.expressible, canonical.files, canonical_bad_rows),
    "cliniko": PracticeSystem(cliniko.expressible, cliniko.files, cliniko.bad_rows),
    "fhir_r4": PracticeSystem(fhir_r4.expressible, fhir_r4.files, fhir_bad_rows),
    "jane": PracticeSystem(jane.expressible, jane.files, jane.bad_rows),
    "mapped": PracticeSystem(mapped.expressible, mapped.files, mapped.bad_rows, mapped.mapping),
    "nhs_iapt": PracticeSystem(nhs_iapt.expressible, nhs_iapt.files, nhs_iapt.bad_rows),
    "pmhc_mds": PracticeSystem(pmhc_mds.expressible, pmhc_mds.files),
    "simplepractice": PracticeSystem(simplepractice.expressible, simplepractice.files, simplepractice.bad_rows),
}
