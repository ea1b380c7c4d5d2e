"""What one run tells the warehouse besides raw rows: its dates, the network file and the ledger of deliveries, as Parquet in work/inputs."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.admission import FileVerdict, ProfileRow
from pipelines.data_folder import UNIT_OF_SEVERAL_TABLES, DataFolder, write_whole
from pipelines.earlier_figures import earlier_figures
from pipelines.forgotten import records_of
from pipelines.network import Network

TEXT, WHOLE, REAL, DATE, YES_NO = pa.string(), pa.int64(), pa.float64(), pa.date32(), pa.bool_()

SCHEMAS: Mapping[str, Mapping[str, pa.DataType]] = {
    "parameters": {"as_of": DATE, "month": DATE, "network_name": TEXT, "disclosure": TEXT, "language": TEXT},
    "clinics": {"clinic_id": TEXT, "name": TEXT, "time_zone": TEXT, "roll_up": TEXT, "systems": TEXT},
    "unlinked_records": {"clinic_id": TEXT, "client_pseudonym": TEXT},
    "network_measures": {
        "measure_id": TEXT, "name": TEXT, "axis": TEXT, "minimum": REAL, "maximum": REAL, "higher_is": TEXT, "clinical_cutoff": REAL,
        "reliable_change": REAL, "sd": REAL, "reliability": REAL, "confidence": REAL, "clinical_mean": REAL, "clinical_sd": REAL,
        "functional_mean": REAL, "functional_sd": REAL, "criterion": TEXT, "source": TEXT,
    },
    "rule_overrides": {"parameter": TEXT, "value": REAL},
    "earlier_figures": {
        "release_id": TEXT, "as_of": DATE, "is_same_code": YES_NO, "clinic_id": TEXT, "indicator_id": TEXT, "month": DATE, "numerator": WHOLE,
        "denominator": WHOLE, "missing": WHOLE,
    },
    "deliveries": {
        "clinic_id": TEXT, "source_system": TEXT, "delivery": TEXT, "delivered_on": DATE, "file": TEXT, "table_name": TEXT, "sha256": TEXT,
        "bytes": WHOLE, "rows_read": WHOLE, "rows_admitted": WHOLE, "rows_rejected": WHOLE, "decision": TEXT, "reason": TEXT,
        "is_current": YES_NO, "warnings": TEXT, "read_by": TEXT,
    },
    "rejected_rows": {
        "clinic_id": TEXT, "source_system": TEXT, "delivery": TEXT, "file": TEXT, "line": WHOLE, "column_name": TEXT, "reason": TEXT,
    },
    "raw_files": {
        "clinic_id": TEXT, "source_system": TEXT, "table_name": TEXT, "file_sha256": TEXT, "rows": WHOLE, "is_current": YES_NO, "is_admitted": YES_NO,
        "delivered_order": WHOLE,
    },
    "profiles": {
        "clinic_id": TEXT, "source_system": TEXT, "delivery": TEXT, "table_name": TEXT, "column_name": TEXT, "rows": WHOLE, "missing": WHOLE,
        "invalid": WHOLE, "distinct_values": WHOLE, "minimum": TEXT, "maximum": TEXT, "ninth_decile": TEXT, "previous_rows": REAL,
        "known_share": REAL,
    },
}  # fmt: skip


def write_inputs(
    data: DataFolder, network: Network, verdicts: Sequence[FileVerdict], profiles: Sequence[ProfileRow], as_of: datetime.date, month: datetime.date
) -> None:
    """Write every table of `SCHEMAS`; the same arguments give the same bytes."""
    rows: dict[str, list[dict[str, Any]]] = {
        "parameters": [{"as_of": as_of, "month": month, "network_name": network.name, "disclosure": network.disclosure, "language": network.language}],
        "clinics": [
            {"clinic_id": clinic.id, "name": clinic.name, "time_zone": clinic.time_zone, "roll_up": clinic.roll_up, "systems": ",".join(clinic.systems)}
            for clinic in network.clinics
        ],
        "unlinked_records": [
            {"clinic_id": clinic.id, "client_pseudonym": record}
            for clinic in network.clinics
            for record in sorted(set(clinic.unlinked_records) - records_of(data, clinic.id))
        ],
        "network_measures": [_measure(measure) for measure in network.measures],
        "rule_overrides": [{"parameter": name, "value": float(value)} for name, value in sorted(network.rules.items())],
        "earlier_figures": earlier_figures(data, as_of),
        "deliveries": [_delivery(verdict) for verdict in verdicts],
        "rejected_rows": [reject for verdict in verdicts for reject in _rejects(data, verdict)],
        "raw_files": _raw_files(verdicts),
        "profiles": [_profile(row) for row in profiles],
    }
    for name, schema in SCHEMAS.items():
        table = pa.Table.from_pylist(rows[name], schema=pa.schema(list(schema.items())))
        write_whole(data.inputs / f"{name}.parquet", lambda path, table=table: pq.write_table(table, path))  # type: ignore[misc]


def _measure(measure: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: measure.get(name) for name in SCHEMAS["network_measures"] if name in measure}
    norms = {f"{group}_{figure}": measure[group][figure] for group in ("clinical", "functional") if group in measure for figure in ("mean", "sd")}
    return {"confidence": 0.95, **plain, **norms, "measure_id": measure["id"]}


def _delivery(verdict: FileVerdict) -> dict[str, Any]:
    file, facts = verdict.delivered, verdict.read.facts if verdict.read else None
    return {
        "clinic_id": file.clinic_id,
        "source_system": file.source_system,
        "delivery": file.delivery,
        "delivered_on": file.delivered_on,
        "file": file.file,
        "table_name": file.table,
        "sha256": facts.sha256 if facts else None,
        "bytes": facts.size if facts else None,
        "rows_read": facts.rows_read if facts else None,
        "rows_admitted": sum(facts.admitted.values()) if facts and verdict.decision == "admitted" else 0 if facts else None,
        "rows_rejected": facts.rows_rejected if facts else None,
        "decision": verdict.decision,
        "reason": verdict.reason,
        "is_current": verdict.is_current,
        "warnings": "; ".join(facts.warnings) or None if facts else None,
        "read_by": facts.contract if facts else None,
    }


def _rejects(data: DataFolder, verdict: FileVerdict) -> list[dict[str, Any]]:
    """The rejected lines of a file, from beside its raw file."""
    if not verdict.read or not verdict.read.facts.rows_rejected:
        return []
    file = verdict.delivered
    path = data.rejects_file(file.source_system, file.table or UNIT_OF_SEVERAL_TABLES, file.clinic_id, verdict.read.facts.sha256)
    origin = {"clinic_id": file.clinic_id, "source_system": file.source_system, "delivery": file.delivery, "file": file.file}
    return [{**origin, **reject} for reject in pq.read_table(path).to_pylist()]


def _raw_files(verdicts: Sequence[FileVerdict]) -> list[dict[str, Any]]:
    """One row per raw file and table; a file that came in several deliveries is one raw file, current when any of them is."""
    files: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for verdict in verdicts:
        if not verdict.read:
            continue
        file, facts = verdict.delivered, verdict.read.facts
        for table, rows in facts.admitted.items():
            key = (file.clinic_id, file.source_system, table, facts.sha256)
            entry = files.setdefault(key, dict(zip(SCHEMAS["raw_files"], (*key, rows, False, False, None), strict=True)))
            if verdict.is_current:
                entry["delivered_order"] = max(entry["delivered_order"] or 0, verdict.order)
            entry["is_current"] |= verdict.is_current
            entry["is_admitted"] |= verdict.decision == "admitted"
    return [files[key] for key in sorted(files)]


def _profile(row: ProfileRow) -> dict[str, Any]:
    profile = row.profile
    return {
        "clinic_id": row.clinic_id,
        "source_system": row.source_system,
        "delivery": row.delivery,
        "table_name": profile.table_name,
        "column_name": profile.column_name,
        "rows": profile.rows,
        "missing": profile.missing,
        "invalid": profile.invalid,
        "distinct_values": profile.distinct,
        "minimum": profile.minimum,
        "maximum": profile.maximum,
        "ninth_decile": profile.ninth_decile,
        "previous_rows": row.previous_rows,
        "known_share": row.known_share,
    }
