"""Writes a clinic's tables as Jane's appointments report: one CSV with a title above its header. It knows appointments and nothing else.

A cancellation is by the client unless its reason says otherwise; a moved appointment stays in the list.
"""

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.demo.defects import LEFT_OUT, QUARANTINED, REJECTED, BadRow
from pipelines.demo.export import Column, ExportFile, coded, csv_rows, date_text, flat, numbered, on_one_line, quoted, recoded
from pipelines.demo.profiles import ClinicProfile
from pipelines.demo.tables import ClinicTables, appointments_alone

TITLE = "Jane Appointments"
ATTENDANCE = {
    "attended": "attended", "attended_late": "attended", "did_not_attend": "did_not_attend", "late_not_seen": "did_not_attend",
    "cancelled_late_by_client": "cancelled_late_by_client", "cancelled_by_client": "cancelled_by_client",
    "cancelled_by_provider": "cancelled_by_provider",
    "rescheduled": "rescheduled", "not_recorded": "not_recorded", "scheduled": "scheduled",
}  # fmt: skip
STATE = {
    "attended": "arrived", "did_not_attend": "no_show", "cancelled_late_by_client": "cancelled", "cancelled_by_client": "cancelled",
    "cancelled_by_provider": "cancelled", "rescheduled": "rescheduled", "not_recorded": "booked", "scheduled": "booked",
}  # fmt: skip
TREATMENT = {"assessment": "Intake Assessment", "treatment": "Individual Counselling", "follow_up": "Individual Counselling"}
KIND = {"assessment": "assessment", "treatment": "treatment", "follow_up": "treatment"}
PLACE = {"in_person": "King Street", "video": "Online", "phone": "Phone"}
CANCELLED = ("cancelled_late_by_client", "cancelled_by_client", "cancelled_by_provider")
REASON = {"cancelled_late_by_client": "Cannot make it", "cancelled_by_client": "Cannot make it", "cancelled_by_provider": "Therapist is sick"}
MINUTE = "%Y-%m-%d %H:%M"


def expressible(tables: ClinicTables) -> ClinicTables:
    """Appointments; a cancellation less than a day before is a late one."""
    alone = appointments_alone(tables)
    return replace(alone, sessions=recoded(recoded(alone.sessions, "attendance", ATTENDANCE), "kind", KIND))


def files(tables: ClinicTables, clinic: ClinicProfile) -> list[ExportFile]:
    """The appointments report."""
    rows, clients = tables.sessions, tables.clients
    client = pc.index_in(flat(rows["client"]), flat(clients["client"]))
    start, attendance = date_text(rows["starts_at"], MINUTE), flat(rows["attendance"])
    nothing = pa.nulls(len(rows), pa.string())
    columns: Mapping[str, Column | str] = {
        "id": numbered("", rows["session"], 6),
        "location_name": coded(rows["medium"], PLACE),
        "start_at": start,
        "end_at": "",
        "patient_guid": numbered("guid-", rows["client"], 5),
        "patient_number": flat(rows["client"]),
        "patient_prefix": "",
        "patient_first_name": quoted(on_one_line(clients["first_name"]).take(client)),
        "patient_preferred_name": "",
        "patient_last_name": quoted(flat(clients["last_name"]).take(client)),
        "treatment_name": coded(rows["kind"], TREATMENT),
        "staff_member_name": numbered("Therapist ", rows["practitioner"], 2),
        "break": "false",
        "insurance_state": "",
        "state": coded(attendance, STATE),
        "first_visit": "false",
        "chart_status": "unsigned",
        "notes_text": "",
        "booked_at": "2024-10-01",
        "arrived_at": pc.if_else(pc.equal(attendance, "attended"), start, nothing),
        "booked_online": "false",
        "archived_at": "",
        "no_show_at": pc.if_else(pc.equal(attendance, "did_not_attend"), start, nothing),
        "cancelled_at": pc.if_else(pc.is_in(attendance, pa.array(CANCELLED)), pc.coalesce(date_text(rows["cancelled_at"], MINUTE), start), nothing),
        "cancelled_reason": coded(attendance, REASON),
        "referral_source": "",
    }
    filled = [pa.repeat(column, len(rows)) if isinstance(column, str) else column for column in columns.values()]
    return [ExportFile(f"{clinic.id.title()}_Appointments.csv", "appointments", f"{TITLE}\n{','.join(columns)}", csv_rows(filled))]


def bad_rows(file: ExportFile, clinic: ClinicProfile) -> list[BadRow]:
    """What to plant: a break of the staff, an archived appointment, one never booked, and rows that nobody can use."""
    columns = (file.header or "").splitlines()[-1].split(",")
    plain = pc.filter(file.rows, pc.invert(pc.match_substring(file.rows, '"')))
    example = dict(zip(columns, plain[len(plain) // 2].as_py().split(","), strict=True)) | {"notes_text": ""}

    def appointment(key: str, **changes: str) -> str:
        return ",".join((example | {"id": key} | changes).values())

    return [
        BadRow(appointment("999901", **{"break": "true"}, patient_guid="", state="booked"), LEFT_OUT, "a break of the staff", "999901", "break"),
        BadRow(appointment("999902", archived_at="2026-09-01 10:00"), LEFT_OUT, "archived", "999902", "archived_at"),
        BadRow(appointment("999903", state="never_booked"), LEFT_OUT, "never booked", "999903", "state"),
        BadRow(appointment("999904", start_at="2026-02-30 10:00"), QUARANTINED, "unreadable time", "999904", "start_at"),
        BadRow(appointment("999905", patient_guid=""), QUARANTINED, "no client", "999905", "patient_guid"),
        BadRow(appointment("999906", notes_text="late, as last week"), QUARANTINED, "shifted by a comma", "999906", "booked_online"),
        BadRow("999907,King Street,2026-09-02 10:00", REJECTED, "fewer values than columns"),
    ]
