"""How one episode got its labels, step by step, from the delivered rows to the verdict. Reads what the warehouse says; decides nothing."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from pipelines.data_folder import DataFolder
from pipelines.privacy import sql_text
from pipelines.source_contracts import SourceContract, Table

Row = dict[str, Any]
MOST_ROWS = 200


class UnknownEpisodeError(Exception):
    """No episode of this key is in the release."""


def explain(warehouse: Path, data: DataFolder, contracts: Mapping[str, SourceContract], episode_key: str) -> Iterator[str]:
    """The lines of the explanation. UnknownEpisodeError when the release does not hold the episode."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        episodes = _rows(connection, "select * from core.episodes where episode_key = $1", episode_key)
        if not episodes:
            raise UnknownEpisodeError(f"the release holds no episode {episode_key}")
        episode = episodes[0]
        yield f"Episode {episode_key} of clinic {episode['clinic_id']}, from {episode['source_system']}"
        yield from _section("Delivered rows that name it", _raw_rows(connection, data, contracts, episode))
        yield from _section("The episode", _episode(episode))
        yield from _section("Sessions", _sessions(connection, episode_key))
        yield from _section("Scores", _scores(connection, episode_key))
        yield from _section("Change from first to last", _changes(connection, episode_key))
        yield from _section("Course between", _courses(connection, episode_key))
        yield from _section("Goals", _goals(connection, episode_key))
        yield from _section("Alliance", _alliance(connection, episode_key))
        yield from _section("Outcome", _outcome(connection, episode_key))
        yield from _section("What failed and what went well", _register(connection, episode_key))


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    yield ""
    yield title
    written = False
    for line in lines:
        written = True
        yield f"  {line}"
    if not written:
        yield "  nothing"


def _rows(connection: duckdb.DuckDBPyConnection, query: str, *values: str) -> list[Row]:
    cursor = connection.execute(query, list(values))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _raw_rows(connection: duckdb.DuckDBPyConnection, data: DataFolder, contracts: Mapping[str, SourceContract], episode: Row) -> Iterator[str]:
    """Where the rows that hold the episode's pseudonym stand in the clinic's current files."""
    contract = contracts[episode["source_system"]]
    files = _rows(
        connection,
        "select distinct delivery, file, sha256 from ops.deliveries where clinic_id = $1 and source_system = $2 and is_current order by all",
        episode["clinic_id"],
        contract.system,
    )
    for file in files:
        for table in contract.tables:
            raw = data.raw_file(contract.system, table.name, episode["clinic_id"], file["sha256"])
            names = _identifier_columns(table)
            if not raw.exists() or not names:
                continue
            found = " or ".join(f'"{name}" = $1' for name in names)
            query = (
                f"select source_line from read_parquet({sql_text(str(raw))}, hive_partitioning = false) where {found} order by source_line limit {MOST_ROWS}"
            )
            lines = [str(row["source_line"]) for row in _rows(connection, query, episode["source_episode_pseudonym"])]
            if lines:
                yield f"{file['delivery']}/{file['file']}, {table.name}: line{'s' if len(lines) > 1 else ''} {', '.join(lines)}"


def _identifier_columns(table: Table) -> list[str]:
    return [name for column in table.columns if column.privacy == "pseudonym" and (name := column.raw_name())]


def _episode(episode: Row) -> Iterator[str]:
    yield f"referred {episode['referred_on']}; {episode['attended_treatment_sessions']} treatment sessions attended"
    if episode["ended_on"] is None:
        yield "still open"
        return
    code = f" (source code {episode['ending_source_code']})" if episode["ending_source_code"] else ""
    yield f"ended {episode['ended_on']}: {episode['ending']}{code}, which counts as {episode['ending_class']}, phase {episode['ending_phase']}"
    yield (
        "a finished course: ended after two or more attended treatment sessions"
        if episode["is_finished"]
        else "not a finished course: fewer than two attended treatment sessions"
    )


def _sessions(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    query = "select * from core.sessions where episode_key = $1 order by starts_at, session_key"
    for row in _rows(connection, query, key):
        counts = "counts as attended treatment" if row["is_treatment"] and row["is_attended"] else "does not count as attended treatment"
        yield f"{row['starts_at_local']:%Y-%m-%d %H:%M}  {row['kind']}, {row['attendance']} ({row['attendance_evidence']}): {counts}"


def _scores(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    query = "select * from core.measure_scores where episode_key = $1 order by measure_id, rater, measured_on, score_key"
    for row in _rows(connection, query, key):
        total = "no total" if row["total"] is None else f"total {_number(row['total'])}"
        items = f", {row['items_answered']} of {row['item_count']} items answered" if row["items_answered"] is not None else ", reported without items"
        prorated = ", prorated" if row["is_prorated"] else ""
        used = "" if row["is_used"] else "; not used" + (", a second form of the same day" if row["is_duplicate"] else "")
        yield f"{row['measured_on']}  {row['measure_id']} by {row['rater']}: {total}{items}{prorated}; {row['validity']}{used}"


def _changes(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    for row in _rows(connection, "select * from core.measure_changes where episode_key = $1 order by measure_id, rater", key):
        yield f"{row['measure_id']} by {row['rater']}: {_number(row['first_score'])} on {row['first_on']} to {_number(row['last_score'])} on {row['last_on']}"
        yield f"  first {_range(row['is_clinical_first'])}, last {_range(row['is_clinical_last'])} (cut-off {row['cutoff_version'] or 'none'})"
        if row["reliable_change_threshold"] is None:
            yield f"  better by {_number(row['improvement'])}; there is no reliable change for this measure"
            continue
        comparison = "at least" if abs(row["improvement"]) >= row["reliable_change_threshold"] else "less than"
        yield (
            f"  better by {_number(row['improvement'])}, {comparison} the reliable change of {_number(row['reliable_change_threshold'])} "
            f"({row['threshold_version']}): {row['category']}"
        )


def _courses(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    for row in _rows(connection, "select * from core.score_trajectories where episode_key = $1 order by measure_id", key):
        yield f"{row['measure_id']}: {row['label']}"
    for row in _rows(connection, "select * from core.worsening_spells where episode_key = $1 order by measure_id, onset_on", key):
        details = ", ".join(f"{name} {_number(value)}" for name, value in row.items() if value is not None and not name.endswith(("_key", "_id")))
        yield f"  worsening of {row['measure_id']}: {details}"


def _goals(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    for row in _rows(connection, "select * from core.goal_changes where episode_key = $1 order by goal_key", key):
        counted = "counts" if row["is_eligible"] else f"does not count: {row['ineligible_reason']}"
        reached = {True: "reached", False: "not reached", None: "no verdict"}[row["is_achieved"]]
        yield (
            f"{row['scale']} goal set {row['phase'].replace('_', ' ')}: {_number(row['first_rating'])} on {row['first_on']} to "
            f"{_number(row['last_rating'])} on {row['last_on']}; {reached}; {counted}"
        )


def _alliance(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    for row in _rows(connection, "select * from core.alliance_events where episode_key = $1 order by all", key):
        yield ", ".join(f"{name} {_number(value)}" for name, value in row.items() if value is not None and not name.endswith(("_key", "_id")))


def _outcome(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    for row in _rows(connection, "select * from core.episode_outcomes where episode_key = $1", key):
        yield f"roll-up {row['roll_up']} over {row['symptom_measure_1']} and {row['symptom_measure_2']} ({row['outcome_basis']})"
        for name, value in row.items():
            if name.startswith(("is_", "has_")):
                yield f"{name[name.index('_') + 1 :].replace('_', ' ')}: {_verdict(value)}"
        yield row["summary"]


def _register(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    for table in ("failure_register", "positive_dynamics"):
        for row in _rows(connection, f"select * from core.{table} where episode_key = $1 order by factor, evidence", key):
            yield f"{row['factor']} ({row['evidence']})"


def _range(is_clinical: bool | None) -> str:
    return {True: "in the clinical range", False: "outside the clinical range", None: "without a clinical range"}[is_clinical]


def _verdict(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "does not apply or not known"}[value]


def _number(value: Any) -> str:
    """A figure without the zeros that its column's type adds."""
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and text.replace(".", "").lstrip("-").isdigit() else text
