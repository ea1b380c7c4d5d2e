"""People who were forgotten: the list of their pseudonyms, and the raw rows that are theirs, which it keeps out.

A row is a person's when it names the client, or a thing of the client's: an episode, a session, a goal. The list holds pseudonyms and
the columns they stand in, nothing else; without the key they mean nothing.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import duckdb

from pipelines.data_folder import UNIT_OF_SEVERAL_TABLES, DataFolder, write_text_whole, write_whole
from pipelines.errors import ConfigurationError
from pipelines.file_facts import FileFacts, load_facts
from pipelines.privacy import key_fingerprint, sql_text
from pipelines.profile import profile_table
from pipelines.raw_files import write_raw
from pipelines.source_contracts import SourceContract, Table

NOTICE = "rows of people who were forgotten are left out"
DELETIONS = "deletions"
ONLY_OWNER = 0o600


@dataclass(frozen=True, order=True)
class Forgotten:
    """One pseudonym of a person who was forgotten. `names` is what it names: the first client column of its system, or the key of another table."""

    clinic_id: str
    source_system: str
    names: str
    pseudonym: str
    key_fingerprint: str


@dataclass(frozen=True)
class LeftOut:
    """What was taken out of raw: the new facts of each file by the path of its facts, and rows by clinic, system and table."""

    facts: Mapping[Path, FileFacts]
    rows: Counter[tuple[str, str, str]]


def load(data: DataFolder) -> list[Forgotten]:
    """The list, in order; empty when nobody was forgotten."""
    if not data.forgotten.exists():
        return []
    with data.forgotten.open(encoding="utf-8", newline="") as stream:
        try:
            return sorted(Forgotten(**row) for row in csv.DictReader(stream))
        except TypeError:
            names = ",".join(field.name for field in fields(Forgotten))
            raise ConfigurationError(data.forgotten, "", f"is damaged, and people who were forgotten could come back; its columns must be {names}") from None


def add(data: DataFolder, entries: Iterable[Forgotten]) -> None:
    """Put `entries` on the list."""
    before = load(data)
    after = sorted({*before, *entries})
    if after == before:
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(Forgotten))
    writer.writerows(astuple(entry) for entry in after)

    def write(path: Path) -> None:
        path.touch(ONLY_OWNER)
        path.write_text(text.getvalue(), encoding="utf-8")

    write_whole(data.forgotten, write)


def check_key(data: DataFolder, key: bytes) -> None:
    """ConfigurationError when somebody was forgotten under another key: under this one their pseudonyms are unknown, and they would come back."""
    others = [entry for entry in load(data) if entry.key_fingerprint != key_fingerprint(key)]
    if others:
        raise ConfigurationError(
            data.forgotten,
            "",
            f"{len(others)} pseudonyms were made with another key, and under this one their people would come back: "
            "run `clinic-outcomes forget` for each of them again, then remove the lines with the other key's fingerprint",
        )


def records_of(data: DataFolder, clinic_id: str) -> set[str]:
    """The pseudonyms of a clinic's client records that are on the list."""
    return {entry.pseudonym for entry in load(data) if entry.clinic_id == clinic_id}


def leave_out(data: DataFolder, contracts: Mapping[str, SourceContract], key: bytes) -> LeftOut:
    """Take the rows of everybody on the list out of raw, and put on the list what those rows name as theirs. Doing it again changes nothing."""
    by_source: dict[tuple[str, str], list[Forgotten]] = defaultdict(list)
    for entry in load(data):
        if entry.source_system in contracts and entry.key_fingerprint == key_fingerprint(key):
            by_source[entry.clinic_id, entry.source_system].append(entry)
    facts: dict[Path, FileFacts] = {}
    rows: Counter[tuple[str, str, str]] = Counter()
    for (clinic_id, system), entries in by_source.items():
        contract = contracts[system]
        with duckdb.connect() as connection:
            raw = _offer_raw(connection, data, contract, clinic_id)
            _offer_list(connection, entries)
            _follow(connection, contract, raw)
            # on the list first: a crash after this line loses nothing
            add(data, _listed(connection, clinic_id, system, key))
            changed = _files_with_theirs(connection, data, contract, clinic_id, raw)
            for facts_path, files in changed.items():
                new, removed = _rewrite(connection, contract, facts_path, files)
                rows.update({(clinic_id, system, table): count for table, count in removed.items()})
                if new:
                    facts[facts_path] = new
    return LeftOut(facts, rows)


def _offer_raw(connection: duckdb.DuckDBPyConnection, data: DataFolder, contract: SourceContract, clinic_id: str) -> list[Table]:
    """A view over all raw files of each table of the clinic, whichever delivery they came with; the tables that there are."""
    found = []
    for table in contract.tables:
        files = sorted((data.raw / contract.system / table.name / f"clinic={clinic_id}").glob("*.parquet"))
        if files:
            listed = ", ".join(sql_text(str(file)) for file in files)
            connection.execute(
                f"create view {_view(table)} as select * from read_parquet([{listed}], union_by_name=true, filename=true, hive_partitioning=false)"
            )
            found.append(table)
    return found


def _view(table: Table) -> str:
    return f'"raw_{table.name}"'


def _offer_list(connection: duckdb.DuckDBPyConnection, entries: Sequence[Forgotten]) -> None:
    connection.execute("create table listed (names varchar, pseudonym varchar)")
    connection.executemany("insert into listed values (?, ?)", [(entry.names, entry.pseudonym) for entry in entries])


def _listed(connection: duckdb.DuckDBPyConnection, clinic_id: str, system: str, key: bytes) -> list[Forgotten]:
    rows = connection.execute("select distinct names, pseudonym from listed").fetchall()
    return [Forgotten(clinic_id, system, names, pseudonym, key_fingerprint(key)) for names, pseudonym in rows]


def _follow(connection: duckdb.DuckDBPyConnection, contract: SourceContract, raw: Sequence[Table]) -> None:
    """Add to the list what the person's rows name as theirs, until nothing new is found. What another's row names too is not added."""
    found = -1
    while found != (found := connection.execute("select count(*) from listed").fetchall()[0][0]):
        for table in raw:
            own = _own_key(table)
            if own is None or own not in _owned(contract):
                continue
            parents = [f'"{name}"' for name in _parents(contract, table) if name != own]
            has_parent = f"coalesce({', '.join([*parents, 'null'])}) is not null"
            connection.execute(
                f'create or replace temporary table keys as select "{own}" as own, {theirs_sql(contract, table)} as is_theirs, {has_parent} as has_parent '
                f"from {_view(table)}"
            )
            connection.execute(
                "insert into listed select distinct ?, own from keys where is_theirs and own is not null "
                "and own not in (select own from keys where has_parent and not is_theirs and own is not null) "
                "and own not in (select pseudonym from listed where names = ?)",
                [named_by(contract, own)] * 2,
            )


def named_by(contract: SourceContract, column: str) -> str:
    """What a column's pseudonym names. Identifiers of different things may be the same number, and so have the same pseudonym."""
    return contract.client_columns[0] if column in contract.client_columns else column


def _own_key(table: Table) -> str | None:
    """The column that alone is the key of a table, when it is a pseudonym."""
    return table.key[0] if len(table.key) == 1 and table.column(table.key[0]).privacy == "pseudonym" else None


def _links(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.privacy == "pseudonym" and not column.several]


def _owned(contract: SourceContract) -> set[str]:
    """The columns that name a client or what belongs to one: an episode, a session, not a therapist."""
    owned = set(contract.client_columns)
    while True:
        more = {own for table in contract.tables if (own := _own_key(table)) and owned & set(_links(table))} - owned
        if not more:
            return owned
        owned |= more


def _parents(contract: SourceContract, table: Table) -> list[str]:
    """The columns by which a row belongs to a client; the client's own key among them."""
    own = _own_key(table)
    return [name for name in _links(table) if name in _owned(contract) and (name != own or name in contract.client_columns)]


def theirs_sql(contract: SourceContract, table: Table) -> str:
    """Whether a raw row of `table` is of somebody in `listed`: by whom or what it belongs to, else by its own key."""
    if table.name == DELETIONS:
        return _deletion_sql(contract)
    own, parents = _own_key(table), _parents(contract, table)
    conditions = [_is_listed(f'"{name}"', named_by(contract, name)) for name in parents]
    if own in _owned(contract) and own not in parents:
        orphan = [f'"{name}" is null' for name in parents]
        conditions.append(" and ".join([*orphan, _is_listed(f'"{own}"', own)]))
    return f"coalesce({' or '.join(f'({condition})' for condition in conditions) or 'false'}, false)"


def _deletion_sql(contract: SourceContract) -> str:
    """A row that withdraws another names its table and its key."""
    keys = [(table.name, own) for table in contract.tables if (own := _own_key(table)) and own in _owned(contract)]
    conditions = [f'(lower("table") = {sql_text(name)} and {_is_listed(chr(34) + "key" + chr(34), named_by(contract, own))})' for name, own in keys]
    return f"coalesce({' or '.join(conditions)}, false)"


def _is_listed(column: str, names: str) -> str:
    return f"coalesce({column} in (select pseudonym from listed where names = {sql_text(names)}), false)"


def _files_with_theirs(
    connection: duckdb.DuckDBPyConnection, data: DataFolder, contract: SourceContract, clinic_id: str, raw: Sequence[Table]
) -> dict[Path, list[tuple[Table, Path]]]:
    """The raw files with rows of somebody on the list, by the facts that describe them."""
    changed: dict[Path, list[tuple[Table, Path]]] = defaultdict(list)
    for table in raw:
        for (name,) in connection.execute(f"select distinct filename from {_view(table)} where {theirs_sql(contract, table)} order by 1").fetchall():
            unit = UNIT_OF_SEVERAL_TABLES if contract.format == "fhir" else table.name
            changed[data.facts_file(contract.system, unit, clinic_id, Path(name).stem)].append((table, Path(name)))
    return changed


def _rewrite(
    connection: duckdb.DuckDBPyConnection, contract: SourceContract, facts_path: Path, files: Sequence[tuple[Table, Path]]
) -> tuple[FileFacts | None, dict[str, int]]:
    """Write raw files without the rows; the new facts, None where the old ones were of another contract, and the rows removed by table.

    The facts go first and come last: a file whose facts are missing after a crash is read again.
    """
    facts = _facts_of(facts_path, contract)
    facts_path.unlink(missing_ok=True)
    removed = {}
    for table, file in files:
        source = f"read_parquet({sql_text(str(file))}, hive_partitioning=false)"
        connection.execute(f"create or replace temporary table kept as select * from {source} where not {theirs_sql(contract, table)}")
        [(before, after)] = connection.execute(f"select (select count(*) from {source}), (select count(*) from kept)").fetchall()
        removed[table.name] = before - after
        write_raw(connection, "kept", file)
        if facts:
            profiles = {(profile.table_name, profile.column_name): profile for profile in profile_table(connection, "kept", table)}
            facts = replace(
                facts,
                rows_read=facts.rows_read - removed[table.name],
                admitted={**facts.admitted, table.name: after},
                profiles=tuple(profiles.get((profile.table_name, profile.column_name), profile) for profile in facts.profiles),
                warnings=(*(warning for warning in facts.warnings if warning != NOTICE), NOTICE),
            )
    if facts:
        write_text_whole(facts_path, facts.to_json())
    return facts, removed


def _facts_of(path: Path, contract: SourceContract) -> FileFacts | None:
    facts = load_facts(path)
    return facts if facts and facts.contract == contract.fingerprint else None
