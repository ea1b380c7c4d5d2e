"""The deployment files name what exists: programs, modules, options, environment variables; and keep the key from who needs it not."""

import configparser
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from pipelines.errors import ConfigurationError
from pipelines.job_run import HOME_VARIABLE
from pipelines.locations import DATA_VARIABLE, INBOX_VARIABLE, NETWORK_VARIABLE
from pipelines.privacy import KEY_FILE_VARIABLE, load_key

ROOT = Path(__file__).resolve().parents[2]
DEPLOYMENT = ROOT / "deployment"
UNITS = sorted((DEPLOYMENT / "systemd").glob("*.service"))
TEXTS = {path: path.read_text(encoding="utf-8") for path in sorted(DEPLOYMENT.rglob("*")) if path.is_file()}
MEMORY_VARIABLE = "CLINIC_OUTCOMES_MEMORY"


def unit(path: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser["Service"]


def test_there_are_three_services():
    assert [path.stem for path in UNITS] == ["clinic-outcomes-code", "clinic-outcomes-daemon", "clinic-outcomes-webserver"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_service_starts_a_program_that_has_its_options(path):
    program, *arguments = shlex.split(unit(path)["ExecStart"])
    installed = Path(sys.executable).with_name(Path(program).name)
    assert program == f"/opt/clinic-outcomes/.venv/bin/{installed.name}"
    options = [argument for argument in arguments if argument.startswith("--")]
    subcommand = [argument for argument in arguments[:2] if argument in ("code-server", "start", "run")]
    said = subprocess.run([installed, *subcommand, "--help"], capture_output=True, text=True, check=True).stdout
    assert options and [option for option in options if option not in said] == []


def test_all_meet_at_one_socket():
    [location] = yaml.safe_load(TEXTS[DEPLOYMENT / "workspace.yaml"])["load_from"]
    socket = location["grpc_server"]["socket"]
    assert f"--socket {socket} --module-name pipelines.definitions" in unit(UNITS[0])["ExecStart"]
    assert f'"--socket", "{socket}", "--module-name", "pipelines.definitions"' in TEXTS[DEPLOYMENT / "Containerfile"]
    assert (ROOT / "pipelines" / "definitions.py").exists()
    for path in UNITS[1:]:
        assert "--workspace /opt/clinic-outcomes/deployment/workspace.yaml" in unit(path)["ExecStart"]


def test_variables_are_those_that_the_code_reads():
    read = {NETWORK_VARIABLE, INBOX_VARIABLE, DATA_VARIABLE, HOME_VARIABLE, MEMORY_VARIABLE, KEY_FILE_VARIABLE, "DAGSTER_POSTGRES_URL"}
    assert f"env_var('{MEMORY_VARIABLE}'" in (ROOT / "dbt_project" / "profiles.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(TEXTS[DEPLOYMENT / "dagster-postgres.yaml"])["storage"] == {"postgres": {"postgres_url": {"env": "DAGSTER_POSTGRES_URL"}}}
    named = {name for text in TEXTS.values() for name in re.findall(r"\b(?:CLINIC_OUTCOMES|DAGSTER)_[A-Z_]+", text)}
    assert named == read
    settings = dict(line.split("=", 1) for line in TEXTS[DEPLOYMENT / "environment"].splitlines() if line and not line.startswith("#"))
    assert set(settings) == read - {KEY_FILE_VARIABLE}


def test_only_the_code_server_gets_the_key():
    for path in UNITS:
        service = unit(path)
        has_key = "LoadCredential" in service
        assert has_key == (path.stem == "clinic-outcomes-code")
        assert has_key or "/etc/clinic-outcomes/pseudonym.key" in service["InaccessiblePaths"]


def test_postgresql_changes_nothing_but_where_runs_are_recorded():
    usual, postgres = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / "dagster.yaml", DEPLOYMENT / "dagster-postgres.yaml"))
    del usual["event_log_storage"], postgres["storage"]
    assert postgres == usual


def test_the_image_is_made_of_files_that_exist_and_of_hashed_locks():
    text = TEXTS[DEPLOYMENT / "Containerfile"]
    copied = {name for line in re.findall(r"^COPY (.*)$", text, re.MULTILINE) for name in line.split()[:-1]}
    admitted = {line[1:] for line in TEXTS[DEPLOYMENT / "containerignore"].splitlines() if line.startswith("!")}
    assert copied == admitted
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert text.index("USER clinic-outcomes") < text.index("CMD")
    assert all("--require-hashes" in line or "--no-deps --no-build-isolation --editable" in line for line in text.splitlines() if "pip install" in line)


def test_the_lock_of_postgresql_has_the_extra_and_hashes():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]["postgres"]
    lock = (ROOT / "requirements-postgres.lock").read_text(encoding="utf-8")
    packages = re.findall(r"^(\S+)==\S+ \\\n    --hash=", lock, re.MULTILINE)
    assert [re.split("[<>=]", name)[0] for name in extra] == ["dagster-postgres"]
    assert packages == ["dagster-postgres", "psycopg2-binary"]


def test_a_credential_of_systemd_may_show_as_the_group_s(tmp_path, monkeypatch):
    """From systemd 254 on a credential has mode 440: the group's right stands for the entry of the service's user in the access list."""
    key = tmp_path / "pseudonym-key"
    key.write_text("a key of twenty bytes", encoding="ascii")
    key.chmod(0o440)
    environment = {KEY_FILE_VARIABLE: str(key)}
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "other"))
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_key(environment)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert load_key(environment) == b"a key of twenty bytes"
    key.chmod(0o444)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_key(environment)
