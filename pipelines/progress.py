"""How far a run has come: said in as few lines as are of use, in place on a terminal and line by line elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Say = Callable[[str], None]
DETAIL = "  "


def tenths(say: Say, what: str) -> Callable[[int, int], None]:
    """A listener for `(done, total)` that says `what` at most ten times."""

    def progress(done: int, total: int) -> None:
        if done * 10 // total > (done - 1) * 10 // total:
            say(f"{what}: {done} of {total}")

    return progress


@contextmanager
def shown_progress() -> Iterator[Say]:
    """Something to say steps to, and, indented, how far they are. A terminal shows the latest and how long each step took."""
    if not sys.stdout.isatty():
        yield lambda line: print(line, flush=True)
        return
    from rich.console import Console

    console = Console(highlight=False)
    step, began = "starting", time.monotonic()

    def finish() -> None:
        console.print(f"[green]done[/]  {step} [dim]{time.monotonic() - began:.1f} s[/]")

    with console.status(step) as status:

        def say(line: str) -> None:
            nonlocal step, began
            if line.startswith(DETAIL):
                status.update(f"{step}: {line.strip()}")
                return
            finish()
            step, began = line, time.monotonic()
            status.update(line)

        yield say
    finish()
