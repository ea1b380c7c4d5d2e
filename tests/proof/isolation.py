"""A network in which some clinics' newest deliveries are damaged, each in one of ten ways: exactly these are refused, everybody is published."""

import html
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.proof.crashes import start_run

OCTOBER, NOVEMBER, MONTH = "2026-10-03", "2026-11-03", "2026-10"
PEOPLE = {OCTOBER: 60, NOVEMBER: 66}
Files = dict[str, bytes]


@dataclass(frozen=True)
class Damage:
    """One way to break a delivery: `harm` gets the delivery, the one before and another clinic's. `reason` is a part of what the clinic is told."""

    harm: Callable[[Files, Files, Files], Files]
    reason: str


@dataclass(frozen=True)
class Isolation:
    """How many deliveries were refused for the right reason, how many clinics were published in full, and what was wrong."""

    refused: int
    published: int
    faults: tuple[str, ...]


def _changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Files, Files, Files], Files]:
    return lambda files, before, other: {**files, name: change(files[name])}


def _tenfold(content: bytes) -> bytes:
    header, *rows = content.splitlines()
    return b"\n".join([header, *(b"%d-" % number + row for row in rows for number in range(10))]) + b"\n"


def _halved(content: bytes) -> bytes:
    header, *rows = content.splitlines()
    return b"\n".join([header, *rows[::2]]) + b"\n"


KINDS: Mapping[str, Damage] = {
    "truncated": Damage(_changed("sessions.csv", lambda content: content[:-40]), "ends in the middle of a row"),
    "wrong clinic": Damage(lambda files, before, other: other, "is this another clinic's file"),
    "last month again": Damage(lambda files, before, other: before, f"the files are those of the delivery {OCTOBER} again"),
    "columns renamed": Damage(_changed("scores.csv", lambda content: content.replace(b"measured_on", b"when")), "the required column measured_on is missing"),
    "half the rows": Damage(_changed("sessions.csv", _halved), "sessions: 66 rows are 55% of what the deliveries before had"),
    "ten times the rows": Damage(_changed("scores.csv", _tenfold), "scores: 1320 rows are 11.0 times what the deliveries before had"),
    "future dates": Damage(_changed("sessions.csv", lambda content: content.replace(b",2026-", b",2031-")), "a tenth of the dates lie"),
    "another encoding": Damage(_changed("clients.csv", lambda content: content.decode("utf-8").encode("latin-1")), "not a text file in UTF-8"),
    "empty": Damage(_changed("episodes.csv", lambda content: b""), "there is no header; the file is empty"),
    "binary": Damage(_changed("scores.csv", lambda content: random.Random(0).randbytes(5_000)), "not a text file in UTF-8"),
}  # fmt: skip


def isolate(folder: Path, clinics: int, of_each_kind: int) -> Isolation:
    """Run a network of small clinics of which `of_each_kind` times ten have a damaged delivery, and look at what was published."""
    names, broken = write_network(folder, clinics, of_each_kind)
    code = start_run(folder, folder / "data").wait()
    if code:
        return Isolation(0, 0, (f"the run ended with {code}",))
    faults = [*_refusal_faults(folder / "data", broken), *_figure_faults(folder / "data", names, broken), *_report_faults(folder / "data", names, broken)]
    at_fault = {fault.split(":")[0] for fault in faults}
    return Isolation(len(broken.keys() - at_fault), len(set(names) - broken.keys() - at_fault), tuple(faults))


def write_network(folder: Path, clinics: int, of_each_kind: int) -> tuple[list[str], dict[str, str]]:
    """Write the network file and the inbox; the clinics, and which of them are damaged how."""
    names = [f"clinic-{number:03}" for number in range(clinics)]
    # the broken ones stand among the others
    distance = clinics // (of_each_kind * len(KINDS))
    broken = dict(zip(names[::distance], [kind for kind in KINDS for _ in range(of_each_kind)], strict=False))
    for place, name in enumerate(names):
        october, november, other = _delivery(name, OCTOBER), _delivery(name, NOVEMBER), _delivery(names[place - 1], NOVEMBER)
        _write(folder / "inbox" / name / "canonical" / OCTOBER, october)
        _write(folder / "inbox" / name / "canonical" / NOVEMBER, KINDS[broken[name]].harm(november, october, other) if name in broken else november)
    listed = "".join(f"- {{id: {name}, name: {name}, systems: [canonical]}}\n" for name in names)
    (folder / "network.yaml").write_text(f"network: {{name: Many}}\nclinics:\n{listed}", encoding="utf-8")
    return names, broken


def _delivery(clinic: str, delivery: str) -> Files:
    people = range(PEOPLE[delivery])
    month = delivery[:7]
    tables = {
        "clients": ["client_id,first_name,birth_date", *(f"{clinic}-C{n},Zoë,19{50 + n % 40}-01-01" for n in people)],
        "episodes": ["episode_id,client_id,referred_on", *(f"{clinic}-E{n},{clinic}-C{n},2026-0{1 + n % 8}-05" for n in people)],
        "sessions": [
            "session_id,episode_id,starts_at,kind,attendance",
            *(f"{clinic}-S{n}-{visit},{clinic}-E{n},2026-09-{10 + visit}T10:00,treatment,attended" for n in people for visit in range(2)),
        ],
        "scores": [
            "score_id,episode_id,measured_on,measure,total",
            *(f"{clinic}-Q{n}-{visit},{clinic}-E{n},2026-09-{10 + visit},phq9,{20 - 9 * visit}" for n in people for visit in range(2)),
        ],
    }
    tables["sessions"][1] = f"{clinic}-S0-0,{clinic}-E0,{month}-02T10:00,treatment,attended"
    return {f"{name}.csv": ("\n".join(lines) + "\n").encode("utf-8") for name, lines in tables.items()}


def _write(folder: Path, files: Files) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _query(data: Path, question: str) -> list[tuple]:
    with duckdb.connect(str(data / "published" / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(question).fetchall()


def _refusal_faults(data: Path, broken: Mapping[str, str]) -> Iterator[str]:
    """Deliveries refused that should not be, or not refused, or for another reason."""
    rows = _query(data, "select clinic_id, delivery, string_agg(reason, ' | ') from ops.deliveries where decision <> 'admitted' group by all")
    refused = {(clinic_id, delivery): reasons for clinic_id, delivery, reasons in rows}
    for clinic_id, delivery in refused.keys() - {(clinic_id, NOVEMBER) for clinic_id in broken}:
        yield f"{clinic_id}: the delivery {delivery} was refused: {refused[clinic_id, delivery]}"
    for clinic_id, kind in broken.items():
        reasons = refused.get((clinic_id, NOVEMBER), "it was admitted")
        if KINDS[kind].reason not in reasons:
            yield f"{clinic_id}: {kind}: {reasons}"


def _figure_faults(data: Path, names: list[str], broken: Mapping[str, str]) -> Iterator[str]:
    """Clinics whose published people are not those of the delivery that should hold."""
    counts = dict(_query(data, "select clinic_id, count(*) from core.episodes group by all"))
    for name in names:
        expected = PEOPLE[OCTOBER if name in broken else NOVEMBER]
        if counts.get(name) != expected:
            yield f"{name}: {counts.get(name)} episodes are published, not {expected}"


def _report_faults(data: Path, names: list[str], broken: Mapping[str, str]) -> Iterator[str]:
    """Reports that do not say, or say without need, that the newest delivery was refused and up to when there are data."""
    for name in names:
        page = (data / "published" / "reports" / MONTH / name / "index.html").read_text(encoding="utf-8")
        text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<(style|title)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)))
        said = re.findall(r"The delivery of 3 November 2026 was refused, so the figures reach to ([^.]*)\.", text)
        if set(said) != ({"2 October 2026"} if name in broken else set()):
            yield f"{name}: its report says {sorted(set(said)) or 'nothing'} about the refused delivery"
