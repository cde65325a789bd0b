"""How far long work is, as its caller hears of it: one type for backups, moves, openings and all else."""

from collections.abc import Callable

# Called with the share that is done, from 0 to 1, and what happens now.
Progress = Callable[[float, str], None]


def ignore_progress(share: float, words: str) -> None:
    """For callers that do not watch."""
