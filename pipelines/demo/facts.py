"""What the generator knows about the demo that it wrote, as plain data: for tests and for whoever wants to know what to find."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Defect:
    """One row that a file holds on purpose although it is wrong.

    `kind`: `rejected` (cannot be read), `quarantined` (read, but must not count), `left_out` (what is no session,
    score or client by the system's own word), `duplicate` (of two equal rows one must not count),
    `invalid_score` (kept as a score that is not used).
    `line` counts from 1 in the file as delivered; `key` is the row's own identifier.
    """

    clinic: str
    system: str
    delivery: str
    file: str
    table: str
    kind: str
    reason: str
    line: int
    key: str | None = None
    column: str | None = None


@dataclass(frozen=True)
class FileFacts:
    """One file: rows as delivered, without header, blank and rejected lines included in neither."""

    clinic: str
    system: str
    delivery: str
    file: str
    table: str
    rows: int
    is_current: bool
    is_refused: bool = False


@dataclass
class DemoFacts:
    """Everything that is known for sure about a written demo network.

    - `counts`: clinic -> system -> table -> rows that hold now and that a correct warehouse keeps (defects left out).
    - `files`: every file with its rows; `defects`: every planted defect.
    - `superseded`: clinic -> table -> rows of an earlier delivery that a later one replaces; `withdrawn`: rows that it deletes.
    - `linked_clients`: clinic -> people who are in two of its systems.
    - `planted`: clinic -> what was planted among its ended episodes -> how many.
    - `expected_labels`: clinic -> label of the PHQ-9 course of ended episodes -> how many.
    - `expected_factors`: clinic that sends canonical files only -> computed factor -> ended episodes that have it.
    - `expected_lapses`: clinic -> open episodes without a booking, by the days since their last attended session.
    - `expected_rates`: clinic -> indicator -> numerator, denominator, missing over the last twelve months.
    - `expected_months`: clinic -> indicator -> the same as one list a month, oldest first.
    - `restatements`: what the corrected delivery changes in months already reported.
    - `data_through`: clinic -> last day of its data.
    """

    network: str
    months: int
    last_month: str
    seed: int
    counts: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    files: list[FileFacts] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    superseded: dict[str, dict[str, int]] = field(default_factory=dict)
    withdrawn: dict[str, dict[str, int]] = field(default_factory=dict)
    linked_clients: dict[str, int] = field(default_factory=dict)
    planted: dict[str, dict[str, int]] = field(default_factory=dict)
    expected_labels: dict[str, dict[str, int]] = field(default_factory=dict)
    expected_factors: dict[str, dict[str, int]] = field(default_factory=dict)
    expected_lapses: dict[str, dict[str, int]] = field(default_factory=dict)
    expected_rates: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    expected_months: dict[str, dict[str, dict[str, list[int]]]] = field(default_factory=dict)
    restatements: list[dict[str, object]] = field(default_factory=list)
    data_through: dict[str, str] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Write the facts as JSON; the same facts give the same bytes."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
