"""The time between attempts that fail."""

import random
from datetime import timedelta

_ENOUGH = 20  # a growth beyond it has reached every longest wait


def choose_wait(attempts: int, *, first: float, growth: float, longest: float) -> timedelta:
    """`first` seconds times `growth` for each failed attempt, `longest` at most, with up to half of it more at random."""
    seconds = min(first * growth ** min(attempts, _ENOUGH), longest)
    return timedelta(seconds=seconds * random.uniform(1.0, 1.5))  # noqa: S311 - spreads load, guards nothing
