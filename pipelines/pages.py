"""The pages that a run writes beside the reports: what changed with a release, what its tables mean, and what stopped one."""

from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).with_name("templates")


def render(template: str, **content: Any) -> str:
    """A page from pipelines/templates; everything in `content` is escaped."""
    # imported late, as only runs write pages
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(template).render(**content)
