"""What the checks of a run found, from dbt and from Great Expectations alike: how many rows of how many, against which threshold."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.data_folder import DataFolder, write_text_whole

DBT, GREAT_EXPECTATIONS = "dbt", "great_expectations"
OUTCOMES = {"pass": "passed", "fail": "failed", "warn": "warned", "skipped": "not_run"}


@dataclass(frozen=True)
class CheckResult:
    """One check. `outcome` is passed, failed, warned, not_run or error; only a failed or broken check with `is_blocking` stops publication.

    `violated` rows of `denominator`; either is None where the check cannot say. `threshold` is what would have passed.
    """

    check_name: str
    checked_by: str
    table_name: str
    outcome: str
    is_blocking: bool
    violated: int | None
    denominator: int | None
    threshold: str
    sentence: str

    def stops_publication(self) -> bool:
        return self.is_blocking and self.outcome in ("failed", "error")


def from_dbt(results: Iterable[Mapping[str, Any]], manifest: Mapping[str, Any], rows: Mapping[str, int]) -> dict[str, CheckResult]:
    """The data tests among dbt's results by their unique id, in its order. `rows` holds the number of rows by `schema.table`."""
    tests = sorted((result for result in results if result["unique_id"].startswith("test.")), key=lambda result: str(result["unique_id"]))
    return {result["unique_id"]: _from_dbt_test(result, manifest, rows) for result in tests}


def _from_dbt_test(result: Mapping[str, Any], manifest: Mapping[str, Any], rows: Mapping[str, int]) -> CheckResult:
    test = manifest["nodes"][result["unique_id"]]
    table = tested_table(test, manifest)
    return CheckResult(
        check_name=test["name"],
        checked_by=DBT,
        table_name=table,
        outcome=OUTCOMES.get(str(result["status"]), "error"),
        is_blocking=test["config"]["severity"].lower() == "error",
        violated=result["failures"],
        denominator=rows.get(table),
        threshold=f"violated {test['config']['error_if'] if test['config']['severity'].lower() == 'error' else test['config']['warn_if']} fails",
        sentence=test.get("description") or _sentence(test, table),
    )


def tested_table(test: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    """`schema.table` of what a data test is attached to, or of the first thing that it reads."""
    unique_id = test.get("attached_node") or next(iter(test["depends_on"]["nodes"]), None)
    node = manifest["nodes"].get(unique_id) or manifest["sources"].get(unique_id)
    return f"{node['schema']}.{node['name']}" if node else ""


def _sentence(test: Mapping[str, Any], table: str) -> str:
    if not test.get("test_metadata"):
        return str(test["name"]).replace("_", " ")
    column = f".{test['column_name']}" if test.get("column_name") else ""
    return f"{table}{column}: {test['test_metadata']['name'].replace('_', ' ')}"


def save(data: DataFolder, checked_by: str, results: Iterable[CheckResult]) -> None:
    """Keep the results of one kind of check for the steps that come after."""
    write_text_whole(_file(data, checked_by), json.dumps([asdict(result) for result in results], ensure_ascii=False, indent=1))


def load(data: DataFolder, checked_by: str) -> list[CheckResult]:
    """What `save` kept last; nothing where a first run broke before any check."""
    file = _file(data, checked_by)
    return [CheckResult(**entry) for entry in json.loads(file.read_text(encoding="utf-8"))] if file.exists() else []


def _file(data: DataFolder, checked_by: str) -> Path:
    return data.work / "checks" / f"{checked_by}.json"
