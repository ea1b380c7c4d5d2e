"""Canaries in every private field of every practice system: after a run nothing of them is found anywhere, in any of the ways a text is kept."""

import base64
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.demo import write_network
from pipelines.mapping import load_mapping
from pipelines.privacy import pseudonym
from pipelines.source_contracts import SourceContract, Table, load_contracts

COMMAND = Path(sys.executable).with_name("clinic-outcomes")
ENVIRONMENT = {**os.environ, "CLINIC_OUTCOMES_KEY": "a key for tests only, of no worth"}
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
WITHOUT_NETWORK = ("unshare", "--net")
CANARY = "Qxcanarybird"
PRIVATE = {"dropped", "pseudonym"}
JSON_TEXTS = {"family", "given", "prefix", "suffix", "text", "display", "line", "city", "postalCode", "div", "comment"}
SPELLINGS = {
    "text": CANARY.encode(),
    "lower case": CANARY.lower().encode(),
    "upper case": CANARY.upper().encode(),
    "utf-16": CANARY.encode("utf-16-le"),
    "hexadecimal": CANARY.encode().hex().encode(),
    # what stays of a base64 text wherever it begins
    **{f"base64 at {shift}": base64.b64encode(b"\0" * shift + CANARY.encode())[4 if shift else 0 : -4] for shift in range(3)},
}


def is_possible(command: Sequence[str]) -> bool:
    """Whether a program can be started like this here."""
    return shutil.which(command[0]) is not None and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0


def marked(value: str) -> str:
    """The value with the canary before it, the same for the same value, so that what belonged together still does."""
    return CANARY + value if value.strip() else value


def private_columns(table: Table) -> set[str]:
    return {name.casefold() for column in table.columns if column.privacy in PRIVATE for name in (column.name, *column.aliases)}


def mark_csv(contract: SourceContract, path: Path) -> int:
    """Mark the private cells of a delimited file; how many."""
    table = contract.table_for(path.name)
    text = path.read_text(encoding="utf-8-sig")
    if table is None:
        return 0
    columns = private_columns(table)
    delimiter = max(contract.delimiters, key=text.splitlines()[0].count) if text else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    header = next((place for place, row in enumerate(rows) if columns & {cell.strip().casefold() for cell in row}), None)
    if header is None:
        return 0
    places = [place for place, cell in enumerate(rows[header]) if cell.strip().casefold() in columns]
    cells = 0
    for row in rows[header + 1 :]:
        for place in places:
            if place < len(row) and row[place].strip():
                row[place] = marked(row[place])
                cells += 1
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return cells


def mark_fhir(_: SourceContract, path: Path) -> int:
    """Mark names, texts, identifiers and references of FHIR resources; how many."""
    counted = 0

    def walk(node: Any, key: str) -> Any:
        nonlocal counted
        if isinstance(node, dict):
            return {name: walk(value, name) for name, value in node.items()}
        if isinstance(node, list):
            return [walk(value, key) for value in node]
        if isinstance(node, str) and key == "reference":
            counted += 1
            return re.sub(r"^(\w+/)", rf"\g<1>{CANARY}", node)
        if isinstance(node, str) and key in {*JSON_TEXTS, "id"}:
            counted += 1
            return marked(node)
        return node

    lines = [json.dumps(walk(json.loads(line), "")) for line in path.read_text(encoding="utf-8").splitlines() if line.strip().startswith("{")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return counted


def mark_pages(_: SourceContract, path: Path) -> int:
    """Mark every text of a page's records but dates and what says how to read it, identifiers in links too; how many."""
    counted = 0

    def walk(node: Any, key: str) -> Any:
        nonlocal counted
        if isinstance(node, dict):
            return {name: walk(value, name) for name, value in node.items()}
        if isinstance(node, list):
            return [walk(value, key) for value in node]
        if key in ("id", "attendee_ids"):
            counted += 1
            return marked(str(node))
        if isinstance(node, str) and key == "self":
            return re.sub(r"/(?=\w+$)", f"/{CANARY}", node)
        # the name of a form, the label of a service and a profession may be read
        if isinstance(node, str) and key not in ("name", "category", "designation", "type", "next") and not re.match(r"\d{4}-\d\d", node):
            counted += 1
            return marked(node)
        return node

    path.write_text(json.dumps(walk(json.loads(path.read_text(encoding="utf-8")), "")), encoding="utf-8")
    return counted


def mark_mapped(contract: SourceContract, path: Path) -> int:
    """Mark the cells of a mapped file that become identifiers or are not read at all; how many."""
    mappings = [mapping for mapping in load_mapping(FIXTURES / "mapped" / "mapped.yaml") if mapping.matches(path.name)]
    private = {column.name for table in contract.tables for column in table.columns if column.privacy in PRIVATE}
    read_as_is = {name for mapping in mappings for target, field in mapping.fields if target not in private for name in field.columns}
    read_as_is |= {name for mapping in mappings for measure in mapping.measures for name in (*measure.items, measure.total, measure.measured_on) if name}
    read_as_is |= {name for mapping in mappings for name, _ in (*mapping.only, *mapping.leave_out)} | {"DOB"}
    delimiter = mappings[0].delimiter if mappings else ","
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=delimiter))
    places = [place for place, name in enumerate(rows[0]) if name not in read_as_is]
    marked_rows = [rows[0], *([marked(cell) if place in places else cell for place, cell in enumerate(row)] for row in rows[1:])]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(marked_rows)
    return sum(cell.startswith(CANARY) for row in marked_rows for cell in row)


MARK: Mapping[str, Callable[[SourceContract, Path], int]] = {"csv": mark_csv, "fhir": mark_fhir, "json_pages": mark_pages, "mapped": mark_mapped}


def marked_inbox(root: Path) -> dict[str, int]:
    """One clinic a system, each with deliveries whose private cells are marked; how many cells, by system."""
    write_network(root / "demo", clinics=1, months=4, scale=0.2)
    cells = {}
    for system, contract in load_contracts().items():
        source = root / "demo" / "inbox" / "harbour" / "canonical" if system == "canonical" else FIXTURES / system
        if not source.is_dir():
            continue
        cells[system] = 0
        for file in sorted(path for path in source.glob("*/**/*") if path.is_file()):
            copy = root / "inbox" / system.replace("_", "-") / system / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
            cells[system] += MARK[contract.format](contract, copy)
    (root / "mapped").mkdir()
    shutil.copy(FIXTURES / "mapped" / "mapped.yaml", root / "mapped")
    clinics = "\n".join(f"- {{id: {system.replace('_', '-')}, name: Clinic, systems: [{system}]}}" for system in cells)
    (root / "network.yaml").write_text(f"network: {{name: Marked}}\nclinics:\n{clinics}\n", encoding="utf-8")
    return cells


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[Path, dict[str, int], str]:
    """The data folder of a run over the marked inbox, the cells marked, and all that the commands printed."""
    root = tmp_path_factory.mktemp("marked")
    cells = marked_inbox(root)
    where = ["--network", str(root / "network.yaml"), "--inbox", str(root / "inbox")]
    checked = subprocess.run([COMMAND, "check", *where], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    # where the machine lets us, without any network: what a run asked for outside would fail here
    alone = [*WITHOUT_NETWORK] if is_possible(WITHOUT_NETWORK) else []
    command = [*alone, COMMAND, "run", *where, "--data", str(root / "data")]
    ran = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return root / "data", cells, "".join((checked.stdout, checked.stderr, ran.stdout, ran.stderr))


@pytest.fixture(scope="module")
def forgotten(run, tmp_path_factory) -> tuple[Path, str, str, str]:
    """A copy of the data folder in which a client was forgotten: the folder, the client's pseudonym, what was printed, the old release."""
    root = tmp_path_factory.mktemp("forgotten")
    shutil.copytree(run[0].parent, root, symlinks=True, dirs_exist_ok=True)
    [old] = (root / "data" / "releases").iterdir()
    # what a killed run left behind
    (root / "data" / "work" / "reading-1").mkdir()
    shutil.copy(old / "warehouse.duckdb", root / "data" / "work" / "reading-1")
    where = ["--network", str(root / "network.yaml"), "--inbox", str(root / "inbox"), "--data", str(root / "data")]
    client, clinic = f"{CANARY}C00001", ["--clinic", "canonical"]
    ran = subprocess.run([COMMAND, "forget", client, *clinic, *where], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    printed = ran.stdout + ran.stderr
    assert ran.returncode == 0, printed
    return root / "data", pseudonym(ENVIRONMENT["CLINIC_OUTCOMES_KEY"].encode(), "canonical", "canonical", client), printed, old.name


def decoded(path: Path) -> Iterator[str]:
    """What is compressed in a file, as text: the rows of Parquet and DuckDB files."""
    if path.suffix == ".parquet":
        yield str(duckdb.read_parquet(str(path), hive_partitioning=False).fetchall())
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            for schema, name in tables:
                yield str(connection.execute(f'select * from "{schema}"."{name}"').fetchall())


def test_every_system_has_private_cells_that_were_read(run):
    data, cells, _ = run
    assert set(cells) == {system for system in load_contracts() if system == "canonical" or (FIXTURES / system).is_dir()}
    assert min(cells.values()) >= 10
    # whether a delivery is then trusted or not, its rows have come through the door and lie in raw/
    kept = {path.relative_to(data / "raw").parts[0] for path in (data / "raw").rglob("*.parquet") if duckdb.read_parquet(str(path)).fetchone()}
    assert kept == set(cells)


def test_nothing_private_is_printed(run):
    assert CANARY.casefold() not in run[2].casefold()


def test_nothing_private_is_kept_in_any_file(run):
    data, _, _ = run
    files = [path for path in sorted(data.rglob("*")) if path.is_file() and not path.is_symlink()]
    assert {".parquet", ".duckdb", ".json", ".html", ".db"} <= {path.suffix for path in files}
    for path in files:
        content = path.read_bytes()
        found = {spelling for spelling, mark in SPELLINGS.items() if mark in content}
        found |= {"rows" for text in decoded(path) if CANARY.casefold() in text.casefold()}
        assert not found, f"{path.relative_to(data)}: {found}"


def test_of_a_forgotten_person_no_file_holds_a_pseudonym_but_the_list(run, forgotten):
    data, client, _, _ = forgotten
    with (data / "forgotten.csv").open(encoding="utf-8", newline="") as stream:
        listed = {row["names"]: row["pseudonym"] for row in csv.DictReader(stream)}
    assert listed["client_id"] == client
    assert {"episode_id", "score_id"} <= listed.keys()
    assert all(any(name in text for path in run[0].rglob("*.duckdb") for text in decoded(path)) for name in (client, listed["episode_id"]))
    for path in sorted(path for path in data.rglob("*") if path.is_file() and not path.is_symlink() and path.name != "forgotten.csv"):
        content = path.read_bytes() + " ".join(decoded(path)).encode()
        assert [names for names, name in listed.items() if name.encode() in content] == [], path.relative_to(data)


def test_forgetting_restates_the_figures_and_removes_the_release_that_held_the_person(forgotten):
    data, client, printed, old = forgotten
    [release] = [path.name for path in (data / "releases").iterdir()]
    assert release != old
    assert f"Published  release {release} without the person\n" in printed
    assert re.search(r"Restated   \d+ monthly figures of canonical\n", printed)
    assert f"Releases   removed, because they held the person: {old}\n" in printed
    assert client not in printed
    assert "C00001" not in printed
    with duckdb.connect(str(data / "published" / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.sql("select count(*) from ops.reconciliation where difference <> 0").fetchall() == [(0,)]
        warned = connection.sql("select count(*) from ops.deliveries where warnings = 'rows of people who were forgotten are left out'").fetchall()
    assert warned[0][0] >= 3


def test_a_run_needs_no_network(run):
    if not is_possible(WITHOUT_NETWORK):
        pytest.skip("no process can be cut off from the network on this machine")
    reach = "import socket; socket.create_connection(('192.0.2.1', 9), timeout=1)"
    attempt = subprocess.run([*WITHOUT_NETWORK, sys.executable, "-c", reach], capture_output=True, text=True, check=False)
    assert "Network is unreachable" in attempt.stderr
    assert (run[0] / "published" / "warehouse.duckdb").exists()


def test_the_search_finds_what_it_looks_for(tmp_path):
    for spelling, text in {"text": CANARY, "base64 at 1": base64.b64encode(b"x" + CANARY.encode() + b" and more").decode()}.items():
        assert SPELLINGS[spelling] in text.encode()
    kept = tmp_path / "kept.parquet"
    duckdb.sql(f"copy (select 'a {CANARY}' as a from range(100)) to '{kept}' (format parquet, compression zstd)")
    assert CANARY in next(decoded(kept))
