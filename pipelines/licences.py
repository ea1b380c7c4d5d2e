"""docs/licences.md: under which licence each package of requirements.lock stands, by its own metadata."""

import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from pipelines.locations import PROJECT

LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
PERMISSIVE = re.compile(r"MIT|BSD|Apache|ISC|Python Software|PSF|Zlib|CC0|Mozilla|MPL|Artistic", re.IGNORECASE)


def locked(project: Path = PROJECT) -> dict[str, str]:
    """Every package of the lock with its version."""
    return dict(LOCKED.findall((project / "requirements.lock").read_text(encoding="utf-8")))


def licence(package: str) -> str:
    """The licence that an installed package names: its expression, else its classifiers, else the first line of its licence field."""
    told: Any = metadata.metadata(package)
    if expression := told.get("License-Expression"):
        return str(expression)
    classified = [name.rsplit(" :: ", 1)[-1] for name in told.get_all("Classifier") or [] if name.startswith("License ::")]
    named = [name for name in classified if name != "OSI Approved"]
    return "; ".join(named) or str(told.get("License") or "").strip().split("\n")[0]


def page() -> str:
    """The page, in Markdown."""
    rows = [f"| {package} | {version} | {licence(package)} |" for package, version in sorted(locked().items())]
    lines = [
        "# Licences of what this project runs on",
        "",
        "Written by `python -m pipelines.licences` from `requirements.lock` and the packages' own metadata; do not edit. All of them may be used",
        "beside the Apache License 2.0: none is under a licence that reaches over to this project (of several offered, the mildest counts).",
        "",
        "| package | version | licence |",
        "| --- | --- | --- |",
        *rows,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    target = PROJECT / "docs" / "licences.md"
    target.write_text(page(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{target}\n")
