"""What reading one file found: counts, rejected lines, profile of each column. Plain data, kept as JSON beside the raw files."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

LEAST_KEYS = 32


@dataclass(frozen=True)
class Reject:
    """One line that could not be read. `line` counts from 1 in the file as delivered; no content is kept."""

    line: int
    column_name: str | None
    reason: str


@dataclass(frozen=True)
class ColumnProfile:
    """What one column of one table of a file holds.

    `invalid` counts values that are not of the declared type; `minimum`, `maximum` and `ninth_decile` are of the valid dates
    or numbers, as text, and None for other types. `least_keys` are the least LEAST_KEYS pseudonyms of a column that is its table's key:
    a sample that two deliveries share as far as they hold the same records.
    """

    table_name: str
    column_name: str
    rows: int
    missing: int
    invalid: int
    distinct: int | None
    minimum: str | None
    maximum: str | None
    ninth_decile: str | None
    least_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileFacts:
    """The facts of one file of one clinic. `refused` says why nothing of it was admitted; `admitted` counts rows by table.

    `page` is the place of a file that is one page of a longer list, `next_page` the place of the page behind it.
    `rejects` is filled by the reading itself only; afterwards the rejected lines are in the Parquet file below rejects/.
    """

    sha256: str
    size: int
    contract: str
    key_fingerprint: str
    rows_read: int = 0
    rows_rejected: int = 0
    admitted: dict[str, int] = field(default_factory=dict)
    refused: str | None = None
    warnings: tuple[str, ...] = ()
    page: str | None = None
    next_page: str | None = None
    rejects: tuple[Reject, ...] = ()
    profiles: tuple[ColumnProfile, ...] = ()

    def to_json(self) -> str:
        kept = {name: value for name, value in asdict(self).items() if name != "rejects"}
        return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def load_facts(path: Path) -> FileFacts | None:
    """The facts in a file that `to_json` wrote; None when there is none or a crash has damaged it, and then the delivered file is read again."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        document["warnings"] = tuple(document["warnings"])
        document["profiles"] = tuple(ColumnProfile(**{**profile, "least_keys": tuple(profile["least_keys"])}) for profile in document["profiles"])
        return FileFacts(**document)
    except (OSError, ValueError, TypeError, KeyError):
        return None
