"""Writes a clinic's tables as reports of SimplePractice: attendance, appointment status and client details, CSV, for the whole time.

It knows appointments and clients, by name only. An appointment counts as kept until somebody says otherwise, and a moved one leaves no line.
"""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.defects import QUARANTINED, REJECTED, BadRow
from pipelines.demo.export import ExportFile, coded, csv_rows, date_text, flat, joined, numbered, on_one_line, quoted, recoded
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.tables import ClinicTables, appointments_alone

ATTENDANCE = {
    "attended": "attended", "attended_late": "attended", "did_not_attend": "did_not_attend", "late_not_seen": "did_not_attend",
    "cancelled_late_by_client": "cancelled_late_by_client", "cancelled_by_client": "cancelled_by_client",
    "cancelled_by_provider": "cancelled_by_provider", "not_recorded": "attended", "scheduled": "scheduled",
}  # fmt: skip
STATUS = {
    "attended": "Show", "did_not_attend": "No Show", "cancelled_late_by_client": "Late Cancelled", "cancelled_by_client": "Cancelled",
    "cancelled_by_provider": "Clinician Cancelled", "scheduled": "Show",
}  # fmt: skip
BILLING = {"assessment": "90791", "treatment": "90834", "follow_up": "90834"}
KIND = {"assessment": "assessment", "treatment": "treatment", "follow_up": "treatment"}
OFFICE = {"in_person": "Main Office", "video": "Telehealth Video", "phone": "Phone"}
MINUTE, DAY = "%m/%d/%Y %H:%M", "%m/%d/%Y"
NAMESAKES = "Jordan Lake"  # two clients of this name: nothing tells whose appointments theirs are


def expressible(tables: ClinicTables) -> ClinicTables:
    """Appointments that were not moved."""
    alone = appointments_alone(tables)
    sessions = alone.sessions.filter(pc.is_in(alone.sessions["attendance"], pa.array(list(ATTENDANCE))))
    return replace(alone, sessions=recoded(recoded(sessions, "attendance", ATTENDANCE), "kind", KIND))


def files(tables: ClinicTables, clinic: ClinicProfile) -> list[ExportFile]:
    """The three reports."""
    return [_attendance(tables), _appointments(tables), _details(tables)]


def bad_rows(file: ExportFile, clinic: ClinicProfile) -> list[BadRow]:
    """What to plant: appointments of two clients with one name, a day that is none, a line cut short."""
    if file.table == "client_details":
        namesakes = (f"{NAMESAKES},Adult,{born},lake{number}@example.test" for number, born in enumerate(("05/06/1980", "07/08/1990"), start=1))
        return [BadRow(line, QUARANTINED, "several clients of this name", NAMESAKES, "client") for line in namesakes]
    if file.table != "client_attendance":
        return []
    return [
        *(
            BadRow(f"{NAMESAKES},Clinician 01,{day},Main Office,Show", QUARANTINED, "several clients of this name", day, "client")
            for day in ("03/02/2026 10:00", "03/09/2026 10:00", "03/16/2026 10:00")
        ),
        BadRow("Rowan Field,Clinician 01,02/30/2026 10:00,Main Office,Show", QUARANTINED, "unreadable time", "02/30/2026", "date_of_service"),
        BadRow("Rowan Field,Clinician 01", REJECTED, "fewer values than columns"),
    ]


def _names(tables: ClinicTables, numbers: pa.ChunkedArray) -> pa.Array:
    row = pc.index_in(flat(numbers), flat(tables.clients["client"]))
    return quoted(joined(on_one_line(tables.clients["first_name"]).take(row), flat(tables.clients["last_name"]).take(row), between=" "))


def _attendance(tables: ClinicTables) -> ExportFile:
    """The line below the header sums up the others."""
    rows = tables.sessions
    totals = f"{len(tables.clients)} clients,{len(tables.practitioners)} clinicians,{len(rows)} appointments,3 offices,5 statuses"
    columns = [_names(tables, rows["client"]), numbered("Clinician ", rows["practitioner"], 2), date_text(rows["starts_at"], MINUTE),
               coded(rows["medium"], OFFICE), coded(rows["attendance"], STATUS)]  # fmt: skip
    header = "client_name,clinician_name,date_of_service,office_name,status"
    return ExportFile("client_attendance_report.csv", "client_attendance", f"{header}\n{totals}", csv_rows(columns))


def _appointments(tables: ClinicTables) -> ExportFile:
    """Appointments that took place, each a second time: this report has the code of the service."""
    rows = tables.sessions.filter(pc.equal(tables.sessions["attendance"], "attended"))
    columns = [
        date_text(rows["starts_at"], MINUTE), _names(tables, rows["client"]), numbered("Clinician ", rows["practitioner"], 2), coded(rows["kind"], BILLING),
        *(pa.repeat(text, len(rows)) for text in ("130.0", "1", "130.0", "PAID", "130.0", "0.0", "130.0", "0.0")),
    ]  # fmt: skip
    header = "Date of Service,Client,Clinician,Billing Code,Rate per Unit,Units,Total Fee,Client Payment Status,Charge,Uninvoiced,Paid,Unpaid"
    return ExportFile("appointment-status-report.csv", "appointment_status", header, csv_rows(columns))


def _details(tables: ClinicTables) -> ExportFile:
    rows = tables.clients
    email = joined("client", rows["client"], "@example.test")
    columns = [_names(tables, rows["client"]), pa.repeat("Adult", len(rows)), date_text(rows["birth_date"], DAY), email]
    return ExportFile("client_details_report.csv", "client_details", "Client,Client type,Date of birth,Email", csv_rows(columns))
