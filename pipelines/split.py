"""A release split by who may see what: for each clinic a DuckDB file and a report with its own rows and suppressed network figures, and one file of
suppressed figures for the network. What a new table without a clinic in it would tell of others is not known here, so such a table stays out."""

import datetime
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.data_folder import DataFolder, write_whole
from pipelines.errors import ConfigurationError
from pipelines.privacy import sql_text
from pipelines.releases import SCHEMAS, STORAGE_VERSION, Release, private_copy
from pipelines.report_folder import render_reports

# the least that DuckDB knows: a clinic has few rows in many tables
BLOCK = 16_384
NETWORK = "network"
CLINIC_COLUMN = "clinic_id"
REFERENCE = "reference"
# tables without a clinic in them that tell of nobody: catalogues, the run's dates, and network figures after disclosure control
FOR_EVERYBODY = {
    "benchmarks.disclosed_network_months",
    "benchmarks.indicators",
    "benchmarks.published_benchmarks",
    "core.measures",
    "core.thresholds",
    "ops.parameters",
}
# of the clinics' own figures, those that may be seen outside of their clinic
FOR_THE_NETWORK = {"benchmarks.disclosed_clinic_months"}
# columns of a clinic's rows from which exact figures of the other clinics can be worked out; left empty
TELLING_OF_OTHERS: Mapping[str, frozenset[str]] = {
    "benchmarks.clinic_months": frozenset(
        (
            "network_numerator", "network_denominator", "network_rate", "z_score", "z_score_adjusted", "p_value", "p_value_adjusted", "shrunken_rate",
            "adjusted_rate",
            *(f"{kind}_{end}_{level}" for kind in ("funnel", "overdispersed") for end in ("lower", "upper") for level in ("95", "998")),
        )
    ),
    "benchmarks.effect_sizes": frozenset(("network_effect_size", "adjusted_effect_size", "adjusted_lower", "adjusted_upper")),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """What one kind of reader gets: the folder's name, which is the clinic's id or NETWORK, and the files written."""

    name: str
    files: tuple[Path, ...]


def split(data: DataFolder, release: Release, month: datetime.date, target: Path, mode: int) -> Iterator[Part]:
    """Write every part of the published `release` below `target`, each file whole or not at all and with the permissions `mode`.

    The reports of `month` are the published ones, brought up to date; to be called by whoever holds the run's lock.
    """
    if target.resolve().is_relative_to(data.root):
        raise ConfigurationError("--to", "", f"{target} lies in the data folder; name a folder that others may look into")
    # imported late: drawing charts brings heavy libraries
    from reports.pages import without_links
    from reports.render import DOCUMENT

    data.work.mkdir(parents=True, exist_ok=True)
    with private_copy(release, data.work) as copy, tempfile.TemporaryDirectory(prefix="splitting-", dir=data.work) as folder:
        pages = render_reports(data, release, month)
        for name, page in {**pages.clinics(), NETWORK: pages.network}.items():
            warehouse = Path(folder) / f"{name}.duckdb"
            _write_warehouse(copy, warehouse, None if name == NETWORK else name)
            reports = target / name / "reports" / pages.folder.name
            alone = Path(folder) / f"{name}.html"
            alone.write_text(without_links(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
            written = [_placed(alone, reports / page.name, mode), _placed(page.with_name(DOCUMENT), reports / DOCUMENT, mode)]
            yield Part(name, (_placed(warehouse, target / name / "warehouse.duckdb", mode), *written))


def _placed(source: Path, target: Path, mode: int) -> Path:
    """Copy a file to its place in one step. Folders that are there already keep their owner and permissions."""
    readable = (mode & 0o444) >> 2
    for folder in reversed([target.parent, *target.parent.parents]):
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o700 | mode | readable)

    def write(path: Path) -> None:
        path.touch(0o600)
        shutil.copyfile(source, path)
        path.chmod(mode)

    write_whole(target, write)
    return target


def _write_warehouse(release: Path, target: Path, clinic_id: str | None) -> None:
    """A DuckDB file with the tables that the clinic, or the network for None, may see, with their descriptions."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {sql_text(str(release))} as release (read_only)")
        connection.execute(f"attach {sql_text(str(target))} as part (storage_version {sql_text(STORAGE_VERSION)}, block_size {BLOCK})")
        connection.execute("use part")
        # one flush to disk for a thousand statements
        connection.execute("begin")
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        for table, comment, columns in _tables(connection):
            rows = rows_sql(table, columns, clinic_id)
            if rows is None:
                continue
            # the same columns and types; not `not null`, since some are left empty
            connection.execute(f"create table {table} as from release.{table} limit 0")
            connection.execute(f"insert into part.{table} {rows} order by all")
            connection.execute(f"comment on table {table} is {sql_text(comment or '')}")
            for column, words in columns.items():
                connection.execute(f'comment on column {table}."{column}" is {sql_text(words or "")}')
        connection.execute("commit")
        connection.execute("use memory")
        connection.execute("checkpoint part")
        connection.execute("detach part")


def _tables(connection: duckdb.DuckDBPyConnection) -> Sequence[tuple[str, str | None, dict[str, str | None]]]:
    """Name, description and columns with their descriptions of every table of the release."""
    tables = connection.execute("select schema_name || '.' || table_name, comment from duckdb_tables() where database_name = 'release' order by 1").fetchall()
    columns: dict[str, dict[str, str | None]] = {name: {} for name, _ in tables}
    for table, column, comment in connection.execute(
        "select schema_name || '.' || table_name, column_name, comment from duckdb_columns() where database_name = 'release' order by 1, column_index"
    ).fetchall():
        columns[table][column] = comment
    return [(name, comment, columns[name]) for name, comment in tables]


def rows_sql(table: str, columns: Mapping[str, object], clinic_id: str | None) -> str | None:
    """The rows of a table that the clinic, or the network for None, may see; None when it may see none."""
    everything = f"select * from release.{table}"
    if CLINIC_COLUMN not in columns:
        return everything if table in FOR_EVERYBODY or table.startswith(f"{REFERENCE}.") else None
    if clinic_id is None:
        return everything if table in FOR_THE_NETWORK else None
    telling = [column for column in columns if column in TELLING_OF_OTHERS.get(table, ())]
    empty = ", ".join(f'null as "{column}"' for column in telling)
    return f"select * {f'replace ({empty}) ' if telling else ''}from release.{table} where {CLINIC_COLUMN} = {sql_text(clinic_id)}"
