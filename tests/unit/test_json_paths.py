"""The paths of contracts against JSON documents."""

import json

import duckdb
import pytest

from pipelines.errors import ConfigurationError
from pipelines.json_paths import check_path, first_matches_sql, objects_on

DOCUMENT = {
    "id": "1",
    "none": None,
    "number": 12.50,
    "name": [{"use": "usual", "given": ["A"]}, {"use": "official", "given": ["B", "C"]}],
    "item": [{"linkId": "1", "item": [{"linkId": "2"}]}],
}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["$.id"], ["1"]),
        (["$.none", "$.absent", "$.number"], ["12.5"]),
        (["$.name[*].use"], ["usual", "official"]),
        (["$.name[?@.use=='official'].given[*]"], ["B", "C"]),
        (["$.name[?@.use=='official'].given[1]", "$.name[0].given[0]"], ["C"]),
        (["$.name[?@.use=='maiden'].given[0]", "$.name[0].given[0]"], ["A"]),
        (["$..linkId"], ["1", "2"]),
        (["$.id.deeper", "$.id[0]"], None),
    ],
)
def test_the_first_path_with_a_match_counts(paths, expected):
    [(found,)] = duckdb.execute(f"select {first_matches_sql('document', paths)} from (select ? as document)", [json.dumps(DOCUMENT)]).fetchall()
    assert found == expected


@pytest.mark.parametrize("path", ["id", "$.a[?@.b=='it''s'].c", "$.a[?@.b==1]", "$.a b", "$.a'); drop table x; --"])
def test_a_path_that_is_not_understood_is_refused_with_its_place(path):
    with pytest.raises(ConfigurationError, match=r"tables\.x: '.*' is not a path that is understood"):
        check_path(path, ("file.yaml", "tables.x"))


def test_the_objects_on_a_path_end_at_the_first_list():
    assert objects_on("$.a.b[*].c.d") == ["$", "$.a"]
    assert objects_on("$..item[*]") == []
