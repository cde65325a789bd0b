"""Limits of a process for placed databases, from `PLACED_DATABASES` and the other settings."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    """Times in seconds. A visitor of an unreachable store waits at most `connect_seconds`, or slightly more than
    `wait_seconds`."""

    databases: int  # placed databases known to a process at once
    pool_size: int  # connections to each of them
    idle_seconds: float  # then a database is closed and forgotten
    connect_seconds: int  # libpq accepts whole seconds, at least two
    wait_seconds: float  # for a free connection of the pool
    retry_seconds: float  # between two attempts at a database that does not answer


def current_limits() -> Limits:
    return Limits(**settings.PLACED_DATABASES)
