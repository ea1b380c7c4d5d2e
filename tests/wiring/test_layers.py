"""Data flows one way: no layer reads one to its right, and pure modules know neither Dagster nor dbt."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "dbt_project" / "models"
SEEDS = {path.stem for path in (ROOT / "dbt_project" / "seeds").glob("*.csv")}
REFERENCE = re.compile(r"ref\('([a-z0-9_]+)'\)")
SOURCE = re.compile(r"source\('([a-z0-9_]+)'")
# functions that only one of the two engines has; they belong behind a dispatched macro
ONE_ENGINE = re.compile(
    r"\b(strptime|try_strptime|list_[a-z_]+|array_agg|arg_min|arg_max|unnest|date_diff|datediff|epoch|string_split|regexp_matches)\s*\(|\bexclude\s*\("
)


def layer(path: Path) -> str:
    parts = path.relative_to(MODELS).parts
    return parts[1] if parts[0] == "marts" else parts[0]


def system_of(path: Path) -> str:
    """The practice system of a staging model."""
    return path.relative_to(MODELS).parts[1]


def is_portable(path: Path) -> bool:
    """Whether both engines must run it; the statistics over counts are always DuckDB's."""
    return layer(path) in ("staging", "intermediate", "core") and path.suffix == ".sql" and path.parent.name not in ("statistics", "case_mix")


MODEL_FILES = sorted(path for path in MODELS.rglob("*") if path.suffix in (".sql", ".py"))
LAYER_OF = {path.stem: layer(path) for path in MODEL_FILES} | dict.fromkeys(SEEDS, "seeds")
MAY_READ = {
    "staging": {"seeds", "staging"},
    "intermediate": {"seeds", "staging", "intermediate", "core"},
    "core": {"seeds", "intermediate", "core"},
    "benchmarks": {"seeds", "intermediate", "core", "benchmarks"},
    "ops": {"seeds", "intermediate", "core", "ops"},
}


@pytest.mark.parametrize("path", MODEL_FILES, ids=lambda path: path.stem)
def test_a_model_reads_only_what_lies_before_it(path):
    text = path.read_text(encoding="utf-8")
    own = layer(path)
    read = {LAYER_OF[name] for name in REFERENCE.findall(text) if name in LAYER_OF}
    assert read <= MAY_READ[own]
    allowed = {"inputs"} | ({f"raw_{system_of(path)}"} if own == "staging" else set())
    assert set(SOURCE.findall(text)) <= allowed


def test_a_practice_system_s_staging_reads_no_other_system():
    for path in (MODELS / "staging").rglob("*.sql"):
        system = system_of(path)
        others = {name for name in REFERENCE.findall(path.read_text(encoding="utf-8")) if name.startswith("stg_")}
        assert all(name.startswith(f"stg_{system}__") for name in others), path.name


@pytest.mark.parametrize("path", [path for path in MODEL_FILES if is_portable(path)], ids=lambda path: path.stem)
def test_one_engine_s_own_functions_stay_behind_macros(path):
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|--[^\n]*", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [match.group(0) for match in ONE_ENGINE.finditer(text)] == []


def imports(path: Path) -> set[str]:
    """The top-level packages and own modules that a Python file imports, at whatever depth."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


# what starts Dagster or dbt, or reads their storage
KNOW_EITHER = {"definitions", "cli", "job_run", "event_log", "compiled_models"}
PURE = sorted(path for path in (ROOT / "pipelines").glob("*.py") if path.stem not in KNOW_EITHER)


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.stem)
def test_pure_modules_know_neither_dagster_nor_dbt(path):
    assert {name.split(".")[0] for name in imports(path)} & {"dagster", "dbt", "dagster_dbt"} == set()
    assert not any(name.startswith("pipelines.defs") for name in imports(path))


@pytest.mark.parametrize("path", sorted((ROOT / "reports").rglob("*.py")), ids=lambda path: path.stem)
def test_reports_know_only_releases(path):
    assert not any(name.split(".")[0] in ("pipelines", "dagster", "dbt") for name in imports(path))


def test_report_queries_read_public_schemas_only():
    for path in (ROOT / "reports" / "queries").glob("*.sql"):
        schemas = set(re.findall(r"\b(?:from|join)\s+([a-z_]+)\.[a-z_]+", path.read_text(encoding="utf-8")))
        assert schemas <= {"core", "benchmarks", "ops", "reference"}, path.name


def test_the_data_knows_no_clock():
    for path in [*MODEL_FILES, *(ROOT / "dbt_project" / "macros").rglob("*.sql")]:
        text = path.read_text(encoding="utf-8").lower()
        assert not re.search(r"\b(now|current_date|current_timestamp|getdate|today)\s*\(|\bcurrent_(date|timestamp)\b", text), path.name
