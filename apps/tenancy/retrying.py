"""Retries the whole use case when the database aborts it as a deadlock victim.

Only the outermost transaction is repeated: an inner one belongs to a larger use case, and on MariaDB/MySQL a deadlock ends
the whole transaction with its savepoints. The transaction must have done nothing but SQL: effects on other systems can't be
undone. A write of a document inside is noted (`note_outside_effect`) and prevents retries; mails, HTTP calls and tasks
wait for the commit, so none was sent.
"""

import functools
import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final, ParamSpec, TypeVar

import structlog
from django.db import OperationalError, connections

from apps.tenancy.context import current_store_or_none
from apps.tenancy.routers import DEFAULT, PLATFORM

log = structlog.get_logger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS: Final = 5
WAIT_SECONDS: Final = 0.02  # of the first repeat; it doubles, with jitter
# PostgreSQL's deadlock and serialization failure; MySQL's deadlock.
CONFLICT_STATES: Final = frozenset(("40P01", "40001"))
DEADLOCK: Final = 1213
# MySQL reached the lock timeout: the other transaction is slow, but not deadlocked with this one. It is repeated once,
# not five times.
LOCK_WAIT: Final = 1205


# Whether the use case that runs has changed anything that a rollback of its SQL would not take back.
_has_outside_effect: ContextVar[bool] = ContextVar("has_outside_effect", default=False)


def note_outside_effect() -> None:
    """A document was written or another system was called: the use case is not repeated."""
    _has_outside_effect.set(True)


def repeated_on_deadlock(function: Callable[P, R]) -> Callable[P, R]:
    """For a use case that opens its own transaction, locks rows, and does nothing but SQL in it.

    Inside another transaction it is the plain function: the outermost use case repeats.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _connection().in_atomic_block:
            return function(*args, **kwargs)
        attempt = 1
        while True:
            token = _has_outside_effect.set(False)
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                if attempt >= attempts_for(error) or _has_outside_effect.get():
                    raise
                log.info(
                    "A deadlock; the transaction is retried.",
                    use_case=function.__name__,
                    attempt=attempt,
                )
            finally:
                _has_outside_effect.reset(token)
            time.sleep(WAIT_SECONDS * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311  spreads, guards nothing
            attempt += 1

    return run


def attempts_for(error: OperationalError) -> int:
    """The total number of runs that are allowed after this error."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in CONFLICT_STATES:
        return ATTEMPTS
    number = error.args[0] if error.args else None
    return {DEADLOCK: ATTEMPTS, LOCK_WAIT: 2}.get(number, 1) if isinstance(number, int) else 1


def _connection() -> Any:
    return connections[DEFAULT if current_store_or_none() is not None else PLATFORM]
