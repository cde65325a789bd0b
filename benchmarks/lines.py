"""One line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """`ratio` is the figure over its limit; for times less is better and `goal` says at most."""

    work: str
    figure: str
    limit: str
    ratio: float
    goal: str
    is_reached: bool
