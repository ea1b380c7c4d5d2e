"""Runs a program as a child process and says what it cost: time on the clock, time of the processors, and the most memory at once."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class BrokenBenchmark(Exception):
    """A measured program failed, so there is nothing to compare."""


@dataclass(frozen=True)
class Measured:
    """Seconds on the clock and of all processors, and the peak of resident memory in bytes, of one program and what it started.

    Linux counts what the measuring process itself holds when it starts the program, so it should be small.
    `said` holds each line that it wrote, with the seconds on the clock since its start.
    """

    name: str
    seconds: float
    processor_seconds: float
    memory: int
    said: Sequence[tuple[float, str]]


def measure(name: str, command: Sequence[str], environment: Mapping[str, str] | None = None) -> Measured:
    """Run `command` to its end. BrokenBenchmark when it does not end with 0; the message has what it wrote."""
    began = time.monotonic()
    # errors come with the rest, so that nothing fills up unread
    child = subprocess.Popen(  # noqa: S603, the commands are this package's own
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **(environment or {})}
    )
    assert child.stdout is not None
    said = [(time.monotonic() - began, line.rstrip()) for line in child.stdout]
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise BrokenBenchmark(f"{name} ended with {child.returncode}:\n" + "\n".join(line for _, line in said[-20:]))
    # Linux counts kibibytes, macOS bytes
    memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Measured(name, seconds, usage.ru_utime + usage.ru_stime, memory, said)
