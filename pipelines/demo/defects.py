"""Wrong rows, planted in known number among the right ones: lines that cannot be read, rows that must not count, scores out of range.

None of them changes what the clinic's figures are: each is a further row, beside the rows that are right.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from pipelines.demo.export import ExportFile
from pipelines.demo.facts import Defect
from pipelines.demo.profiles import ClinicProfile

REJECTED, QUARANTINED, LEFT_OUT, DUPLICATE, INVALID_SCORE = "rejected", "quarantined", "left_out", "duplicate", "invalid_score"
BLANK_LINE_CLINIC = "orchard"


@dataclass(frozen=True)
class BadRow:
    """A line to plant, what is wrong with it, and where."""

    text: str
    kind: str
    reason: str
    key: str | None = None
    column: str | None = None


def plant(file: ExportFile, bad_rows: list[BadRow], clinic: str, system: str, delivery: str) -> tuple[ExportFile, list[Defect]]:
    """The file with the bad rows spread over its length. Only for files whose rows are one line each."""
    count = len(file.rows)
    after = np.linspace(0, count, len(bad_rows) + 2).astype(int)[1:-1]
    cuts = [0, *after.tolist(), count]
    parts: list[pa.Array] = []
    for index, bad in enumerate(bad_rows):
        parts += [file.rows.slice(cuts[index], cuts[index + 1] - cuts[index]), pa.array([bad.text])]
    parts.append(file.rows.slice(cuts[-2], cuts[-1] - cuts[-2]))
    first_line = 1 if file.header is None else file.header.count("\n") + 2
    defects = [
        Defect(clinic, system, delivery, file.name, file.table, bad.kind, bad.reason, first_line + int(place) + index, bad.key, bad.column)
        for index, (place, bad) in enumerate(zip(after, bad_rows, strict=True))
        if bad.text
    ]
    return replace(file, rows=pa.concat_arrays(parts)), defects


def canonical_bad_rows(file: ExportFile, clinic: ClinicProfile) -> list[BadRow]:
    """What to plant in a canonical file."""
    makers = {"sessions": _bad_sessions, "scores": _bad_scores, "episodes": _bad_episodes, "goal_ratings": _bad_goal_ratings}
    if file.table not in makers or not len(file.rows):
        return []
    columns = (file.header or "").split(",")
    example = dict(zip(columns, file.rows[len(file.rows) // 2].as_py().split(","), strict=False))
    rows = list(makers[file.table](columns, example))
    if file.table == "scores" and clinic.id == BLANK_LINE_CLINIC:
        rows.append(BadRow("", "", ""))
    return rows


def _line(columns: list[str], example: dict[str, str], **changes: str) -> str:
    return ",".join({**example, **changes}[column] for column in columns)


def _bad_sessions(columns: list[str], example: dict[str, str]) -> Iterable[BadRow]:
    yield BadRow("S999901,E00012,P001", REJECTED, "fewer values than columns")
    yield BadRow(_line(columns, example, session_id="S999902") + ",surplus", REJECTED, "more values than columns")
    for number, time in enumerate(("2026-02-30T10:00:00", "tomorrow at ten"), start=3):
        changes = {"session_id": f"S99990{number}", "starts_at": time, "cancelled_at": ""}
        yield BadRow(_line(columns, example, **changes), QUARANTINED, "unreadable time", changes["session_id"], "starts_at")
    yield BadRow(_line(columns, example, session_id="S999905", episode_id="E99999"), QUARANTINED, "unknown episode", "S999905", "episode_id")
    yield BadRow(_line(columns, example), DUPLICATE, "the same row twice", example["session_id"], "session_id")


def _bad_scores(columns: list[str], example: dict[str, str]) -> Iterable[BadRow]:
    wrong = {**example, "session_id": "", "items": "", "total": "12", "measure": "phq9"}
    yield BadRow("M999901,E00012", REJECTED, "fewer values than columns")
    for key in ("M999902", "M999903"):
        yield BadRow(_line(columns, wrong, score_id=key, measure="phq_8"), QUARANTINED, "unknown measure", key, "measure")
    yield BadRow(_line(columns, wrong, score_id="M999904", measured_on="31/02/2026"), QUARANTINED, "unreadable date", "M999904", "measured_on")
    yield BadRow(_line(columns, wrong, score_id="M999905", episode_id="E99999"), QUARANTINED, "unknown episode", "M999905", "episode_id")
    yield BadRow(_line(columns, example), DUPLICATE, "the same row twice", example["score_id"], "score_id")
    for key in ("M999906", "M999907"):
        yield BadRow(_line(columns, wrong, score_id=key, total="31"), INVALID_SCORE, "total out of range", key, "total")


def _bad_episodes(columns: list[str], example: dict[str, str]) -> Iterable[BadRow]:
    nothing = dict.fromkeys(columns, "")
    wrong = {**nothing, "episode_id": "E99001", "client_id": example["client_id"], "referred_on": "2026-13-01"}
    yield BadRow(_line(columns, wrong), QUARANTINED, "unreadable date", "E99001", "referred_on")
    wrong = {**nothing, "episode_id": "E99002", "client_id": "C99999", "referred_on": "2026-03-02"}
    yield BadRow(_line(columns, wrong), QUARANTINED, "unknown client", "E99002", "client_id")


def _bad_goal_ratings(columns: list[str], example: dict[str, str]) -> Iterable[BadRow]:
    yield BadRow(_line(columns, example, goal_id="G99999"), QUARANTINED, "unknown goal", "G99999", "goal_id")


def fhir_bad_rows(file: ExportFile, clinic: ClinicProfile) -> list[BadRow]:
    """What to plant in a FHIR export: observations without a usable value, entered in error, and a line that is no JSON."""
    if file.table != "Observation" or not len(file.rows):
        return []
    frame = (
        '{"resourceType":"Observation","id":"%s","status":"%s","code":{"coding":[{"system":"http://loinc.org","code":"44261-6"}]},'
        '"subject":{"reference":"Patient/%s"},"effectiveDateTime":"%s",%s}'
    )
    example = json.loads(file.rows[0].as_py())
    patient, time = example["subject"]["reference"].removeprefix("Patient/"), example["effectiveDateTime"]
    bad_observations = (
        ("obs-999902", "final", '"valueString":"n/a"', QUARANTINED, "neither total nor items", "value"),
        ("obs-999903", "entered-in-error", '"valueInteger":9', LEFT_OUT, "entered in error", "status"),
        ("obs-999904", "entered-in-error", '"valueInteger":9', LEFT_OUT, "entered in error", "status"),
        ("obs-999905", "final", '"valueInteger":300', INVALID_SCORE, "total out of range", "value"),
    )
    cut_short = '{"resourceType":"Observation","id":"obs-999901","status":"final","code":{"coding":[{'
    return [
        BadRow(cut_short, REJECTED, "not JSON"),
        *(BadRow(frame % (key, status, patient, time, value), kind, reason, key, column) for key, status, value, kind, reason, column in bad_observations),
    ]
