"""Forgetting a person: which records are theirs, which releases hold them, and what has to go once a release without them is published."""

import datetime
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipelines import forgotten, releases
from pipelines.data_folder import READING, DataFolder
from pipelines.errors import ConfigurationError
from pipelines.forgotten import Forgotten
from pipelines.network import Clinic
from pipelines.privacy import key_fingerprint, offer_key, sql_text
from pipelines.raw_values import cleaned_sql, raw_value_sql
from pipelines.releases import Release
from pipelines.report_folder import months_with_reports, remove_month, render_reports
from pipelines.source_contracts import Column, SourceContract


@dataclass(frozen=True)
class Cleared:
    """What went after a release without the person was published: releases that held them, and what became of the reports of earlier months."""

    releases: list[str]
    months_rendered: list[str]
    months_removed: list[str]


def find_records(
    data: DataFolder, clinic: Clinic, system: str | None, client: str, contracts: Mapping[str, SourceContract], key: bytes
) -> tuple[Forgotten, ...]:
    """The client's record, and the records in the clinic's other systems that the published release calls the same person.

    ConfigurationError when no raw row names the client, or when two systems know somebody by this identifier.
    """
    if system is not None and system not in clinic.systems:
        raise ConfigurationError("--system", "", f"the network file does not list '{system}' for {clinic.id}; it lists {', '.join(clinic.systems)}")
    asked = [(contracts[name], client_pseudonym(contracts[name], clinic.id, client, key)) for name in ([system] if system else clinic.systems)]
    listed = {(entry.source_system, entry.pseudonym) for entry in forgotten.load(data)}
    found = [
        (contract, record) for contract, record in asked if record and ((contract.system, record) in listed or _is_in_raw(data, contract, clinic.id, record))
    ]
    if not found:
        raise ConfigurationError("CLIENT", "", f"no row of {clinic.id} names this client; is the key the one of the runs?")
    if len(found) > 1:
        raise ConfigurationError("--system", "", f"must say which client is meant: {', '.join(contract.system for contract, _ in found)} each know one by it")
    [(contract, record)] = found
    records = {(contract.system, record), *_linked(data, clinic, record, contracts)}
    return tuple(Forgotten(clinic.id, name, contracts[name].client_columns[0], other, key_fingerprint(key)) for name, other in sorted(records))


def client_pseudonym(contract: SourceContract, clinic_id: str, client: str, key: bytes) -> str | None:
    """The pseudonym that raw holds of a client's identifier, written as the practice system writes it."""
    column = _client_column(contract)
    with duckdb.connect() as connection:
        offer_key(connection, key)
        # as a parameter into a table, so that it stands in no statement and in no error
        connection.execute("create temporary table asked as select cast(? as varchar) as client", [client])
        text = cleaned_sql(column, "client")
        [(pseudonym,)] = connection.execute(f"select {raw_value_sql(column, text, None, clinic_id, contract.system)} from asked").fetchall()
        return str(pseudonym) if pseudonym else None


def _client_column(contract: SourceContract) -> Column:
    return next(column for table in contract.tables for column in table.columns if column.name == contract.client_columns[0])


def _is_in_raw(data: DataFolder, contract: SourceContract, clinic_id: str, record: str) -> bool:
    for table in contract.tables:
        columns = [column.name for column in table.columns if column.name in contract.client_columns]
        files = sorted((data.raw / contract.system / table.name / f"clinic={clinic_id}").glob("*.parquet"))
        if files and columns and _names_any([str(file) for file in files], columns, record):
            return True
    return False


def _names_any(files: Sequence[str], columns: Sequence[str], record: str) -> bool:
    listed = ", ".join(sql_text(file) for file in files)
    condition = " or ".join(f'"{column}" = $1' for column in columns)
    query = f"select 1 from read_parquet([{listed}], union_by_name=true, hive_partitioning=false) where {condition} limit 1"
    return bool(duckdb.execute(query, [record]).fetchall())


def _linked(data: DataFolder, clinic: Clinic, record: str, contracts: Mapping[str, SourceContract]) -> list[tuple[str, str]]:
    """System and pseudonym of every record that the published release joined to this one."""
    release = releases.published(data)
    if release is None:
        return []
    with releases.private_copy(release, data.work) as copy, duckdb.connect(str(copy), read_only=True) as connection:
        rows = connection.execute(
            "select unnest(regexp_split_to_array(record_pseudonyms, '[^0-9a-f]+')) from core.clients where clinic_id = $1 and contains(record_pseudonyms, $2)",
            [clinic.id, record],
        ).fetchall()
    others = [other for (other,) in rows]
    return [(name, other) for name in clinic.systems for other in others if _is_in_raw(data, contracts[name], clinic.id, other)]


def holding(data: DataFolder, pseudonyms: Iterable[str]) -> list[Release]:
    """The kept releases in which one of the pseudonyms stands, the newest first."""
    listed = sorted(pseudonyms)
    return [release for release in releases.kept(data) if listed and _holds(data, release, listed)]


def _holds(data: DataFolder, release: Release, listed: Sequence[str]) -> bool:
    with releases.private_copy(release, data.work) as copy, duckdb.connect() as connection:
        connection.execute("create table listed as select unnest(?::varchar[]) as pseudonym", [list(listed)])
        connection.execute(f"attach {sql_text(str(copy))} as release (read_only)")
        columns = connection.execute(
            "select schema_name || '.' || table_name, list(column_name), list(data_type) from duckdb_columns() "
            "where database_name = 'release' and data_type in ('VARCHAR', 'VARCHAR[]') group by all order by 1"
        ).fetchall()
        return any(_table_holds(connection, table, dict(zip(names, types, strict=True))) for table, names, types in columns)


def _table_holds(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> bool:
    """Whether a pseudonym stands in a text or in a list of texts; several may stand in one text, so every run of 32 digits counts."""
    found = " union all ".join(
        f"select unnest(regexp_extract_all(\"{column}\"{'::varchar' if kind != 'VARCHAR' else ''}, '[0-9a-f]{{32}}')) as pseudonym from release.{table}"
        for column, kind in columns.items()
    )
    return bool(connection.execute(f"select 1 from ({found}) as found semi join listed on found.pseudonym = listed.pseudonym limit 1").fetchall())


def discard_work(data: DataFolder) -> None:
    """Remove what a run makes anew and what may hold the person: the build, and what was given to or left by other steps."""
    for path in (data.build, data.build.with_suffix(".duckdb.wal"), data.work / "build.json", data.inputs / "unlinked_records.parquet"):
        path.unlink(missing_ok=True)
    for folder in (*data.work.glob(f"{READING}*"), data.work / "spark"):
        shutil.rmtree(folder, ignore_errors=True)


def restated_figures(release: Release) -> dict[str, int]:
    """How many figures of months differ from the release before, by clinic, as far as the release lists them."""
    path = release.folder / "diff.json"
    if not path.exists():
        return {}
    counts: dict[str, int] = {}
    for figure in json.loads(path.read_text(encoding="utf-8"))["figures"]:
        counts[figure["clinic_id"]] = counts.get(figure["clinic_id"], 0) + 1
    return counts


def clear(data: DataFolder, release: Release, old: Sequence[Release]) -> Cleared:
    """Remove the releases that hold the person, and the list of differences to them, which would tell the person's outcomes; render all reports anew."""
    for other in old:
        shutil.rmtree(other.folder)
    if release.manifest()["previous"] in {other.id for other in old}:
        for name in ("diff.json", "diff.html"):
            (release.folder / name).unlink(missing_ok=True)
    rendered = [month for month in months_with_reports(data) if month in release.months()]
    removed = [month for month in months_with_reports(data) if month not in release.months()]
    for month in removed:
        remove_month(data, month)
    for month in rendered:
        render_reports(data, release, datetime.date.fromisoformat(f"{month}-01"))
    return Cleared([other.id for other in old], rendered, removed)
