"""How one episode got its labels, step by step, from the delivered rows to the verdict. Reads what the warehouse says; decides nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from pipelines.data_folder import DataFolder
from pipelines.privacy import sql_text
from pipelines.source_contracts import SourceContract, Table

Row = dict[str, Any]
MOST_ROWS = 200


@dataclass(frozen=True)
class RawRow:
    """One delivered row: its file, table and line, and the pseudonyms in it."""

    file: str
    table: str
    line: int
    identifiers: frozenset[str]


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
        raw = _raw_rows(connection, data, contracts, episode)
        yield from _section("Delivered rows of it", _delivered(raw))
        yield from _section("The episode", _episode(episode))
        yield from _section("Sessions", _sessions(connection, episode_key, raw))
        yield from _section("Scores", _scores(connection, episode_key, raw))
        yield from _section("Change from first to last", _changes(connection, episode))
        yield from _section("Course between", _courses(connection, episode_key))
        yield from _section("Goals", _goals(connection, episode_key, raw))
        yield from _section("Alliance", _alliance(connection, episode_key))
        yield from _section("Outcome", _outcome(connection, episode_key))
        yield from _section("What failed", _register(connection, episode_key, "failure_register"))
        yield from _section("What went well", _register(connection, episode_key, "positive_dynamics"))


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


def _raw_rows(connection: duckdb.DuckDBPyConnection, data: DataFolder, contracts: Mapping[str, SourceContract], episode: Row) -> list[RawRow]:
    """The rows of the clinic's current files that hold the identifier of the episode or of a session, score or goal of it."""
    contract = contracts[episode["source_system"]]
    files = _rows(
        connection,
        "select distinct delivery, file, sha256 from ops.deliveries where clinic_id = $1 and source_system = $2 and is_current order by all",
        episode["clinic_id"],
        contract.system,
    )
    keys = _keys(connection, episode["episode_key"])
    found = []
    for file in files:
        for table in contract.tables:
            raw = data.raw_file(contract.system, table.name, episode["clinic_id"], file["sha256"])
            names = _identifier_columns(table)
            if raw.exists() and names:
                for line, values in _lines(connection, raw, names, keys):
                    found.append(RawRow(f"{file['delivery']}/{file['file']}", table.name, line, values))
    return found


def _keys(connection: duckdb.DuckDBPyConnection, key: str) -> list[str]:
    tables = (("sessions", "session_key"), ("measure_scores", "score_key"), ("goals", "goal_key"))
    return [key, *(row[column] for table, column in tables for row in _rows(connection, f"select {column} from core.{table} where episode_key = $1", key))]


def _lines(connection: duckdb.DuckDBPyConnection, raw: Path, names: list[str], keys: list[str]) -> Iterator[tuple[int, frozenset[str]]]:
    columns = ", ".join(f'"{name}"' for name in names)
    named = " or ".join(f'list_contains($1, "{name}")' for name in names)
    query = (
        f"select source_line, {columns} from read_parquet({sql_text(str(raw))}, hive_partitioning = false) where {named} order by source_line limit {MOST_ROWS}"
    )
    for line, *values in connection.execute(query, [keys]).fetchall():
        yield line, frozenset(value for value in values if value)


def _delivered(rows: list[RawRow]) -> Iterator[str]:
    for (file, table), members in groupby(rows, key=lambda row: (row.file, row.table)):
        lines = [str(row.line) for row in members]
        yield f"{file}, {table}: line{'s' if len(lines) > 1 else ''} {', '.join(lines)}"


def _place(rows: list[RawRow], key: str, table: str) -> str:
    """Where the row of this key stands, or nothing where the key was made from other identifiers."""
    places = [f"{row.file} line {row.line}" for row in rows if key in row.identifiers and row.table == table]
    return f" [{'; '.join(places)}]" if places else ""


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


def _sessions(connection: duckdb.DuckDBPyConnection, key: str, raw: list[RawRow]) -> Iterator[str]:
    query = "select * from core.sessions where episode_key = $1 order by starts_at, session_key"
    for row in _rows(connection, query, key):
        counts = "counts as attended treatment" if row["is_treatment"] and row["is_attended"] else "does not count as attended treatment"
        place = _place(raw, row["session_key"], "sessions")
        yield f"{row['starts_at_local']:%Y-%m-%d %H:%M}  {row['kind']}, {row['attendance']} ({row['attendance_evidence']}): {counts}{place}"


def _scores(connection: duckdb.DuckDBPyConnection, key: str, raw: list[RawRow]) -> Iterator[str]:
    query = "select * from core.measure_scores where episode_key = $1 order by measure_id, rater, measured_on, score_key"
    for row in _rows(connection, query, key):
        total = "no total" if row["total"] is None else f"total {_number(row['total'])}"
        items = f", {row['items_answered']} of {row['item_count']} items answered" if row["items_answered"] is not None else ", reported without items"
        prorated = ", prorated" if row["is_prorated"] else ""
        place = _place(raw, row["score_key"], "scores")
        used = "" if row["is_used"] else "; not used" + (", a second form of the same day" if row["is_duplicate"] else "")
        yield f"{row['measured_on']}  {row['measure_id']} by {row['rater']}: {total}{items}{prorated}; {row['validity']}{used}{place}"


def _changes(connection: duckdb.DuckDBPyConnection, episode: Row) -> Iterator[str]:
    if episode["roll_up"] == "nhs_cyp":
        yield "first: the earliest valid score from the first contact on; last: the latest from the second contact on up to the ending"
    else:
        yield f"first: the earliest valid score up to the first treatment on {episode['first_treatment_on']}; last: the latest up to the ending"
    paired = set()
    for row in _rows(connection, "select * from core.measure_changes where episode_key = $1 order by measure_id, rater", episode["episode_key"]):
        paired.add(row["measure_id"])
        yield f"{row['measure_id']} by {row['rater']}: {_number(row['first_score'])} on {row['first_on']} to {_number(row['last_score'])} on {row['last_on']}"
        yield f"  first {_range(row['is_clinical_first'])}, last {_range(row['is_clinical_last'])} (cut-off: {row['cutoff_version'] or 'none'})"
        yield f"  {_verdict_on_change(row)}"
        if row["is_stale_last"]:
            yield "  the last score is stale: it lies long before the ending"
    query = "select distinct measure_id from core.measure_scores where episode_key = $1 order by 1"
    for row in _rows(connection, query, episode["episode_key"]):
        if row["measure_id"] not in paired:
            yield f"{row['measure_id']}: no pair of a first and a last score, so no verdict"


def _verdict_on_change(row: Row) -> str:
    better = f"{'worse' if row['improvement'] < 0 else 'better'} by {_number(abs(row['improvement']))}"
    if row["reliable_change_threshold"] is None:
        return f"{better}; there is no reliable change for this measure"
    comparison = "at least" if abs(row["improvement"]) >= row["reliable_change_threshold"] else "less than"
    crossed = ", into the clinical range" if row["is_deteriorated_into_clinical_range"] else ""
    crossed = ", crossed the cut-off without reliable change" if row["is_crossed_without_reliable_change"] else crossed
    limit = _number(row["reliable_change_threshold"])
    return f"{better}, {comparison} the reliable change of {limit} ({row['threshold_version']}): {row['category']}{crossed}"


def _courses(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    for row in _rows(connection, "select * from core.score_trajectories where episode_key = $1 order by measure_id, rater", key):
        reason = f" ({row['not_classifiable_reason'].replace('_', ' ')})" if row["not_classifiable_reason"] else ""
        yield f"{row['measure_id']} by {row['rater']}, {row['valid_scores']} valid scores: {row['label']}{reason}"
        spells = "select * from core.worsening_spells where episode_key = $1 and measure_id = $2 and rater = $3 order by onset_position"
        for spell in _rows(connection, spells, key, row["measure_id"], row["rater"]):
            yield f"  {_spell(spell)}"
        sudden = "select * from core.sudden_changes where episode_key = $1 and measure_id = $2 and rater = $3 order by position_before"
        for step in _rows(connection, sudden, key, row["measure_id"], row["rater"]):
            scores = f"{_number(step['score_before'])} on {step['before_on']} to {_number(step['score_after'])} on {step['after_on']}"
            yield f"  sudden {step['direction']}: {scores}{', lost again by half or more' if step['is_reversed'] else ''}"
        if row["is_loss_of_gains"]:
            yield f"  gains lost again: {_number(row['first_score'])} at first, {_number(row['best_score'])} at best, {_number(row['last_score'])} at last"
        if row["is_stalemate"]:
            unknown = "; nobody knows whether goals moved" if row["is_stalemate_goals_unknown"] else ""
            yield f"  deadlock by scores at the last score, for {row['stalemate_sessions']} sessions{unknown}"
        if row["is_alarm"]:
            yield f"  off the expected course twice in a row, first on {row['first_alarm_on']}"


def _spell(row: Row) -> str:
    grounds = [word for word, holds in (("sudden at onset", row["is_sudden"]), ("sharp", row["is_sharp"]), ("sustained", row["is_sustained"])) if holds]
    reason = f" ({row['not_classifiable_reason'].replace('_', ' ')})" if row["not_classifiable_reason"] else ""
    end = f"resolved on {row['resolved_on']}" if row["resolved_on"] else "not resolved"
    return (
        f"worse from {row['onset_on']}: {_number(row['onset_score'])}, against {_number(row['anchor_score'])} as the best of the last stable scores "
        f"(reliable change {_number(row['reliable_change_threshold'])}); peak {_number(row['peak_score'])}, {_number(row['magnitude'])} points away; "
        f"{row['scores']} scores in {row['length_days']} days, {end}; {', '.join(grounds) or 'neither sharp nor sustained'}: {row['label']}{reason}"
    )


def _goals(connection: duckdb.DuckDBPyConnection, key: str, raw: list[RawRow]) -> Iterator[str]:
    changes = {row["goal_key"]: row for row in _rows(connection, "select * from core.goal_changes where episode_key = $1", key)}
    for goal in _rows(connection, "select * from core.goals where episode_key = $1 order by set_on, goal_key", key):
        closed = f", closed {goal['closed_on']} as {goal['close_reason']}" if goal["closed_on"] else ""
        row = changes.get(goal["goal_key"])
        verdict = _goal_verdict(row) if row else "no first and last rating, so no verdict"
        yield f"{goal['scale']} goal set {goal['set_on']} ({goal['phase'].replace('_', ' ')}){closed}: {verdict}" + _place(raw, goal["goal_key"], "goals")


def _goal_verdict(row: Row) -> str:
    counted = "counts" if row["is_eligible"] else f"does not count: {row['ineligible_reason'].replace('_', ' ')}"
    reached = {True: "reached", False: "not reached", None: "no verdict"}[row["is_achieved"]]
    return f"{_number(row['first_rating'])} on {row['first_on']} to {_number(row['last_rating'])} on {row['last_on']}; {reached}; {counted}"


def _alliance(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    for row in _rows(connection, "select * from core.alliance_events where episode_key = $1 order by measure_id, rater, position, event", key):
        limit = f", limit {_number(row['limit_score'])} for this client" if row["limit_score"] is not None else ""
        repair = f"; {row['resolution'].replace('_', ' ')}" if row["resolution"] else ""
        repair += f" on {row['repaired_on']} (from {_number(row['repair_score'])} on)" if row["repaired_on"] else ""
        chain = "; then the client ended: a chain of incompatibility" if row["is_incompatibility_chain"] else ""
        yield f"{row['occurred_on']}  {row['measure_id']} by {row['rater']} {_number(row['score'])}: {row['event'].replace('_', ' ')}{limit}{repair}{chain}"


def _outcome(connection: duckdb.DuckDBPyConnection, key: str) -> Iterator[str]:
    for row in _rows(connection, "select * from core.episode_outcomes where episode_key = $1", key):
        measures = " and ".join(filter(None, (row["symptom_measure_1"], row["symptom_measure_2"]))) or "every measure with a pair"
        yield f"roll-up {row['roll_up']} over {measures} ({row['outcome_basis'] or 'no basis: nothing measured twice'}), answers of: {row['outcome_rater']}"
        if row["gas_t_score"] is not None:
            yield f"goal attainment T score {row['gas_t_score']:.1f} (50: as expected)"
        for name, value in row.items():
            if name.startswith(("is_", "has_")):
                yield f"{name[name.index('_') + 1 :].replace('_', ' ')}: {_verdict(value)}"
        yield row["summary"]


def _register(connection: duckdb.DuckDBPyConnection, key: str, table: str) -> Iterator[str]:
    for row in _rows(connection, f"select * from core.{table} where episode_key = $1 order by factor, evidence", key):
        who = f" by {row['reviewer'].replace(';', ' and ')} on {row['reviewed_on']}" if row.get("reviewer") else ""
        detail = f": {row['detail'].replace(';', ', ')}" if row["detail"] else ""
        nobody = ": nobody looked, which is not the same as nothing found" if row["factor"] == "not_reviewed" else ""
        yield f"{row['factor']} ({row['evidence']}{who}){detail}{nobody}"


def _range(is_clinical: bool | None) -> str:
    return {True: "in the clinical range", False: "outside the clinical range", None: "without a clinical range"}[is_clinical]


def _verdict(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "does not apply or not known"}[value]


def _number(value: Any) -> str:
    """A figure without the zeros that its column's type adds."""
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and text.replace(".", "").lstrip("-").isdigit() else text
