"""Checks a YAML document against a JSON Schema and turns the first violation into one line for people."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import ConfigurationError


def load_yaml(path: Path) -> Any:
    """The document in `path`; ConfigurationError names the line where YAML itself is broken."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_SafeLoader)  # noqa: S506, a SafeLoader by another name
    except FileNotFoundError:
        raise ConfigurationError(path, "", "the file does not exist") from None
    except UnicodeDecodeError:
        raise ConfigurationError(path, "", "the file is not UTF-8 text; save it as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        raise ConfigurationError(path, where, f"not valid YAML: {getattr(error, 'problem', error)}") from None


def validate(document: Any, schema_path: Path, file: Path) -> None:
    """Raise ConfigurationError with file, key and what would be right, when `document` breaks the schema."""
    # jsonschema takes a fifth of a second to import, which only the commands that read configuration should pay
    from jsonschema import Draft202012Validator

    schema = json.loads(schema_path.read_text(encoding="utf-8"))
    violations = sorted(Draft202012Validator(schema).iter_errors(document), key=lambda error: list(map(str, error.absolute_path)))
    if not violations:
        return
    violation = violations[0]
    hint = violation.schema.get("description") if isinstance(violation.schema, dict) else None
    message = violation.message + (f"; {hint}" if hint else "")
    raise ConfigurationError(file, dotted(list(violation.absolute_path)), message)


def dotted(path: Sequence[str | int]) -> str:
    """`['clinics', 0, 'id']` as a person writes it: `clinics[0].id`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return text


class _SafeLoader(yaml.SafeLoader):
    """YAML without two surprises: a repeated key that silently wins, and `no`, `yes`, `on` and `off` that turn into truth values."""

    yaml_implicit_resolvers = {  # noqa: RUF012, as in the class above
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _mapping_without_repeats(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key '{key}' stands twice", key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_SafeLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_repeats)
