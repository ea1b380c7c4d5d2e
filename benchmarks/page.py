"""The measured figures as a page of the documentation."""

import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.comparison import BY_HAND, FLOOR, FULL, MONTH, NOTHING_NEW, Comparison, steps
from pipelines import code_version

GIGABYTE = 1e9


def page(comparison: Comparison, scale: float) -> str:
    """The whole page in Markdown."""
    full, floor, by_hand = comparison.of(FULL), comparison.of(FLOOR), comparison.of(BY_HAND)
    parts = [
        "# How fast it is",
        "What `make bench` measured last, at the scale that is named below: `make bench SCALE=1` measures the national year, 500 clinics with "
        "1.8 million referrals. The clinics are invented (benchmarks/national_year.sql) and their files are those of the IAPT data set, which "
        "carries totals and no answers to items. Every line is a process of its own, one after the other, on the same files. The files have just "
        "been written, so that they are read from the machine's memory.",
        f"Scale {scale:g}: {comparison.size.clinics} clinics, {comparison.bytes / GIGABYTE:.2f} GB of files, written in {comparison.writing_seconds:.0f} s. "
        f"{_machine()}. {_versions()}.",
        "\n".join(_lines(["", "seconds", "processor seconds", "most memory", "of the floor"], _programs(comparison))),
        "Memory is the peak of the resident pages of the process. The two scripts give one table of monthly rates (paired scores, recovery, reliable "
        "change) and the same figures; they know no pseudonyms, resubmissions, checks, other indicators, history or reports.",
        f"A full run took {full.seconds / floor.seconds:.1f} times the floor and {full.seconds / by_hand.seconds:.1f} times the script in SQL; a run "
        f"with nothing new {comparison.of(NOTHING_NEW).seconds:.1f} s; a run with a month more {comparison.of(MONTH).seconds / full.seconds:.2f} "
        "of a full one.",
        "## Where the time of a run goes",
        "\n".join(_lines(["seconds", "all of it", "nothing new", "a month more"], _steps(comparison))),
        f"Of the tables, dbt's models took {comparison.models_seconds:.0f} s and its tests {comparison.tests_seconds:.0f} s in the full run, the seconds "
        "of its two threads added up.",
    ]
    return "\n\n".join(parts) + "\n"


def _programs(comparison: Comparison) -> Iterator[list[str]]:
    floor = comparison.of(FLOOR).seconds
    for measured in comparison.measured:
        yield [
            measured.name, f"{measured.seconds:.1f}", f"{measured.processor_seconds:.1f}", f"{measured.memory / GIGABYTE:.2f} GB",
            f"{measured.seconds / floor:.1f}",
        ]  # fmt: skip


def _steps(comparison: Comparison) -> Iterator[list[str]]:
    runs = [steps(comparison.of(name)) for name in (FULL, NOTHING_NEW, MONTH)]
    for step in runs[0]:
        yield [step, *(f"{run[step]:.1f}" for run in runs)]


def _lines(header: Sequence[str], rows: Iterator[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|---|{'---:|' * (len(header) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB of memory, {platform.system()} {platform.machine()}"


def _processor() -> str:
    """The processor's own name, where the system tells it."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor() or "unknown processor")


def _versions() -> str:
    return ", ".join(f"{name} {number}" for name, number in {**code_version.versions(), "pandas": version("pandas")}.items())
