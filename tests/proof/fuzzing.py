"""Hostile files: seeded mutations of the fixtures, read as a run reads them. A file may be refused or lose rows with a reason; nothing else may happen."""

import gzip
import io
import multiprocessing
import random
import resource
import shutil
import signal
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipelines.data_folder import DataFolder
from pipelines.inbox import scan
from pipelines.ingestion import ReadFile, ingest
from pipelines.network import Clinic, Network
from pipelines.source_contracts import load_contracts

FIXTURES = Path(__file__).parents[1] / "fixtures"
CLINIC, DELIVERY, KEY = "harbour", "2026-11-03", b"a key of twenty bytes"
CANONICAL = {
    "clients.csv": "client_id,first_name,birth_date\nC1,Ada,1980-02-03\nC2,Bo,\n",
    "episodes.csv": "episode_id,client_id,referred_on,ended_on,ending\nE1,C1,2026-01-02,2026-05-06,completed\nE2,C2,2026-01-03,,\n",
    "sessions.csv": "session_id,episode_id,starts_at,kind,attendance\nS1,E1,2026-02-01T10:00,treatment,attended\n",
    "scores.csv": "score_id,episode_id,measured_on,measure,total,items\nQ1,E1,2026-02-01,phq9,9,1;1;1;1;1;1;1;1;1\n",
}
MARK = "Canary-7f3a"  # put into content; no reason may repeat it
LONGEST_SECONDS = 20
HUGE = 3 << 20
DEEP = 2_000


@dataclass(frozen=True)
class Sample:
    """A file that a practice system could have written."""

    system: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Fault:
    """A mutation after which something happened that may not; `number` makes it again."""

    number: int
    what: str


@dataclass(frozen=True)
class Fuzzed:
    """What a series of mutations gave. `memory` is the largest resident set of a reading process, in bytes."""

    tried: int
    refused: int
    faults: tuple[Fault, ...]
    memory: int


def samples() -> list[Sample]:
    """Every fixture of every system, and a small canonical delivery."""
    systems = [system for system in load_contracts() if (FIXTURES / system).is_dir()]
    found = [Sample(system, path.name, path.read_bytes()) for system in systems for path in sorted((FIXTURES / system).rglob("*.*")) if path.is_file()]
    return found + [Sample("canonical", name, text.encode()) for name, text in CANONICAL.items()]


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content or b" ")
    for _ in range(chance.randint(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _insert(piece: Callable[[random.Random], bytes]) -> Callable[[bytes, random.Random], bytes]:
    def mutated(content: bytes, chance: random.Random) -> bytes:
        place = chance.randrange(len(content) + 1)
        return content[:place] + piece(chance) + content[place:]

    return mutated


def _lines(change: Callable[[list[bytes], random.Random], None]) -> Callable[[bytes, random.Random], bytes]:
    def mutated(content: bytes, chance: random.Random) -> bytes:
        lines = content.split(b"\n")
        change(lines, chance)
        return b"\n".join(lines)

    return mutated


def _repeat_line(lines: list[bytes], chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))


def _drop_line(lines: list[bytes], chance: random.Random) -> None:
    lines.pop(chance.randrange(len(lines)))


def _swap_values(lines: list[bytes], chance: random.Random) -> None:
    place = chance.randrange(len(lines))
    values = lines[place].split(b",")
    chance.shuffle(values)
    lines[place] = b",".join(values)


PIECES = (
    b"\0", b'"', b"\r", b"\n\n\n", b"\xff\xfe", b"\xef\xbb\xbf", b",,,,,", b";", b"\\", b"'; drop table core.episodes; --", b"=1+1", b"\xe2\x80\xae",
    b'{"a":', b"]", b"1e999", b"99999999999999999999", b"0000-00-00", b"-", MARK.encode(), f'"{MARK}'.encode(), b"<script>", b"{{ 1/0 }}", b"$1", b"%s",
)  # fmt: skip
MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": _cut,
    "flip": _flip,
    "piece": _insert(lambda chance: chance.choice(PIECES)),
    "huge field": _insert(lambda chance: b"x" * HUGE),
    "deep JSON": _insert(lambda chance: b'{"a":[' * DEEP),
    "duplicate key": _insert(lambda chance: b'"id":"1","id":"2",'),
    "repeated line": _lines(_repeat_line),
    "lost line": _lines(_drop_line),
    "shifted values": _lines(_swap_values),
    "utf-16": lambda content, chance: content.decode("utf-8", "replace").encode("utf-16"),
    "latin": lambda content, chance: content.decode("utf-8", "replace").replace("a", "ä").encode("latin-1", "replace"),
    "empty": lambda content, chance: b"",
    "noise": lambda content, chance: chance.randbytes(500),
}
WEIGHTS = [1 if name in ("huge field", "deep JSON", "empty", "noise", "utf-16") else 6 for name in MUTATIONS]
CONTAINERS = ("plain", "plain", "plain", "plain", "gz", "zip", "zip outside", "broken gz", "broken zip", "xlsx")


def mutation(number: int, among: Sequence[Sample]) -> tuple[str, str, bytes, str]:
    """System, file name, content and a description of the mutation of this number; always the same."""
    chance = random.Random(number)
    sample = among[number % len(among)]
    kinds = chance.choices(list(MUTATIONS), WEIGHTS, k=chance.choice((1, 1, 2, 3)))
    content = sample.content
    for kind in kinds:
        content = MUTATIONS[kind](content, chance)
    container = chance.choice(CONTAINERS)
    name, packed = _packed(container, sample.name, content, chance)
    return sample.system, name, packed, f"{sample.system}/{sample.name}: {', '.join(kinds)}, {container}"


def _packed(container: str, name: str, content: bytes, chance: random.Random) -> tuple[str, bytes]:
    if container == "plain":
        return name, content
    if container == "xlsx":
        return f"{name}.xlsx", content
    if container.endswith("gz"):
        packed, suffix = gzip.compress(content, mtime=0), ".gz"
    else:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"../../{name}" if container == "zip outside" else name, content)
        packed, suffix = buffer.getvalue(), ".zip"
    return name + suffix, _flip(packed, chance) if container.startswith("broken") else packed


def fuzz(count: int, seed: int = 0, processes: int = 2) -> Fuzzed:
    """Read `count` mutations of the fixtures from `seed` on."""
    numbers = range(seed, seed + count)
    shares = [list(numbers[start::processes]) for start in range(processes)]
    # a forked copy of a process in which DuckDB has threads can end when it drops them
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        results = list(pool.map(_fuzz_share, shares))
    refused, memory = sum(result.refused for result in results), max(result.memory for result in results)
    return Fuzzed(count, refused, tuple(fault for result in results for fault in result.faults), memory)


def _fuzz_share(numbers: Sequence[int]) -> Fuzzed:
    among, faults, refused = samples(), [], 0
    signal.signal(signal.SIGALRM, _too_long)
    for number in numbers:
        system, name, content, description = mutation(number, among)
        signal.alarm(LONGEST_SECONDS)
        try:
            read, outside = read_delivered(system, name, content)
            refused += any(file.facts.refused for file in read)
            faults += [Fault(number, f"{description}: {problem}") for problem in _problems(read, outside)]
        except Exception as error:
            faults.append(Fault(number, f"{description}: {type(error).__name__}"))
        finally:
            signal.alarm(0)
    return Fuzzed(len(numbers), refused, tuple(faults), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def _too_long(*_: object) -> None:
    raise TimeoutError


def read_delivered(system: str, name: str, content: bytes) -> tuple[list[ReadFile], list[str]]:
    """Deliver one file, bring it into raw, and say what was written outside of the folder for it."""
    contracts = {system: load_contracts()[system]}
    network = Network("Proof", "UTC", 3, "internal", 12, (Clinic(CLINIC, "Harbour", "UTC", (system,), "nhs_talking_therapies"),))
    with tempfile.TemporaryDirectory() as folder:
        delivery = Path(folder) / "inbox" / CLINIC / system / DELIVERY
        delivery.mkdir(parents=True)
        (delivery / name).write_bytes(content)
        data = DataFolder(Path(folder) / "data")
        read = ingest(scan(Path(folder) / "inbox", network, contracts), contracts, data, KEY)
        outside = [str(path) for path in Path(folder).rglob("*") if path.is_file() and data.raw.parent not in path.parents and path != delivery / name]
        shutil.rmtree(data.raw.parent, ignore_errors=True)
    return read, outside


def _problems(read: Sequence[ReadFile], outside: Sequence[str]) -> list[str]:
    problems = [f"written outside of the data folder: {path}" for path in outside]
    for file in read:
        facts = file.facts
        told = [facts.refused or "", *facts.warnings, *(reject.reason for reject in facts.rejects)]
        if any(MARK in text for text in told[:1] + told[1 + len(facts.warnings) :]):
            problems.append("a reason repeats content")
        if not facts.refused and facts.rows_read != sum(facts.admitted.values()) + facts.rows_rejected:
            problems.append(f"{facts.rows_read} rows read, {sum(facts.admitted.values())} admitted and {facts.rows_rejected} rejected")
    return problems
