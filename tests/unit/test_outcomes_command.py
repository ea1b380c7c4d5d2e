"""`clinic-outcomes outcomes`: the table of one method, and a CSV that no spreadsheet takes for a formula."""

import csv
from argparse import Namespace
from contextlib import contextmanager

import duckdb
import pytest

from pipelines.commands import outcomes
from pipelines.errors import ConfigurationError


@pytest.fixture
def release(tmp_path, monkeypatch):
    """A release with one measure that network.yaml named badly and one without a known reliability."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema core")
        columns = ", ".join(f"{name} {'varchar' if name.endswith(('_id', 'rater', '_kind')) else 'double'}" for name in outcomes.COLUMNS)
        connection.execute(f"create table core.change_methods (method varchar, {columns})")
        connection.execute(
            "insert into core.change_methods by name select * from (values "
            "('gln', '=1+1', 'self', 3, -0.5, 0.85, '@retest'), ('gln', 'spin', 'self', 1, 20, null, null), ('ha', 'spin', 'self', 1, 20, null, null)"
            ") as given(method, measure_id, rater, pairs, mean_first, reliability, reliability_kind)"
        )

    @contextmanager
    def opened(_):
        yield None, path

    monkeypatch.setattr(outcomes, "opened_release", opened)
    return path


def test_table_shows_one_method_and_leaves_unknown_inputs_empty(release, capsys):
    assert outcomes.execute(Namespace(data=release.parent, method="gln", csv=None)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Gulliksen, Lord & Novick")
    assert [line.split()[0] for line in lines[3:]] == ["measure_id", "=1+1", "spin"]
    assert lines[-1].split() == ["spin", "self", "1", "20"]


def test_csv_disarms_formulas_and_keeps_negative_figures(release, tmp_path):
    outcomes.execute(Namespace(data=release.parent, method="gln", csv=tmp_path / "out.csv"))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["measure_id"], row["reliability_kind"], row["mean_first"]) for row in rows] == [("'=1+1", "'@retest", "-0.5"), ("spin", "", "20.0")]


def test_an_older_release_and_a_folder_that_is_not_there_end_with_one_line(release, tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be written"):
        outcomes.execute(Namespace(data=release.parent, method="gln", csv=tmp_path / "nowhere" / "out.csv"))
    with duckdb.connect(str(release)) as connection:
        connection.execute("drop table core.change_methods")
    with pytest.raises(ConfigurationError, match="before this command"):
        outcomes.execute(Namespace(data=release.parent, method="gln", csv=None))
