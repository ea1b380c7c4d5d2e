"""How far a long step has come, said in as few lines as are of use."""

from collections.abc import Callable


def tenths(say: Callable[[str], None], what: str) -> Callable[[int, int], None]:
    """A listener for `(done, total)` that says `what` at most ten times."""

    def progress(done: int, total: int) -> None:
        if done * 10 // total > (done - 1) * 10 // total:
            say(f"{what}: {done} of {total}")

    return progress
