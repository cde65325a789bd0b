"""The progress of long work: one type for backups, moves, openings and the demo."""

from collections.abc import Callable

# Called with the share that is done, from 0 to 1, and what happens now.
Progress = Callable[[float, str], None]


def ignore_progress(share: float, words: str) -> None:
    """For callers that do not watch."""


def part_of_progress(watch: Progress, start: float, end: float) -> Progress:
    """For one part of longer work: its 0 to 1 are shown as `start` to `end`."""
    return lambda share, words: watch(start + (end - start) * share, words)
