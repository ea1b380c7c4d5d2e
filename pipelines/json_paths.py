"""The part of JSONPath that contracts use, as DuckDB SQL: `$.a.b[0]`, `[*]`, `..name`, and `[?@.name=='text']` for elements of a list."""

import re
from collections.abc import Sequence

from pipelines.errors import ConfigurationError
from pipelines.privacy import sql_text

FILTER = re.compile(r"\[\?@\.(?P<name>\w+)=='(?P<value>[^']*)'\]")
PLAIN = re.compile(r"(\$|\.\.?\w+|\[(\d+|\*)\])+")


def check_path(path: str, where: tuple[object, str]) -> None:
    """ConfigurationError with the file and key `where`, when `path` is not of this kind."""
    if not path.startswith("$") or not PLAIN.fullmatch(FILTER.sub("", path)):
        raise ConfigurationError(*where, f"'{path}' is not a path that is understood, such as $.a.b, $.a[*].b, $..b[*] or $.a[?@.b=='text'].c")


def first_matches_sql(document: str, paths: Sequence[str]) -> str:
    """SQL for the list of texts that the first path with any match finds in the JSON text `document`; null when none does."""
    return f"coalesce({', '.join(f'nullif({_texts_sql(document, path)}, [])' for path in paths)})"


def objects_on(path: str) -> list[str]:
    """The paths of the objects that `path` goes through, up to the first list: `$.a.b[*].c` gives `$` and `$.a`."""
    names = re.split(r"\[|\.\.", path)[0].split(".")
    return [".".join(names[:length]) for length in range(1, len(names))]


def elements_sql(document: str, path: str) -> str:
    """SQL for the list of JSON values that `path` finds in the JSON text `document`."""
    head, separator, rest = path.partition("[?")
    if not separator:
        return _as_list(f"json_extract({document}, {sql_text(path)})", path)
    condition = FILTER.match(separator + rest)
    assert condition is not None
    chosen = f"list_filter({elements_sql(document, head + '[*]')}, lambda e: json_extract_string(e, '$.{condition['name']}') = {sql_text(condition['value'])})"
    tail = (separator + rest)[condition.end() :]
    if not tail:
        return chosen
    return f"flatten(list_transform({chosen}, lambda e: {elements_sql('e', '$' + tail)}))"


def _texts_sql(document: str, path: str) -> str:
    if "[?" in path:
        return _without_nothing(f"list_transform({elements_sql(document, path)}, lambda m: json_extract_string(m, '$'))")
    return _without_nothing(_as_list(f"json_extract_string({document}, {sql_text(path)})", path))


def _as_list(extraction: str, path: str) -> str:
    """A path that can match only once gives a value, not a list of one."""
    return extraction if "*" in path or ".." in path else f"[{extraction}]"


def _without_nothing(texts: str) -> str:
    return f"list_filter({texts}, lambda t: trim(t) <> '')"
