"""Translates the refusal of a write pause into `StorePaused`, in Django's wrapper around driver errors.

`StoreConnections` puts it on every connection that can be a store's, so services, sessions and raw SQL raise the same
error and a saga can release what it holds.
"""

from types import TracebackType
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DatabaseErrorWrapper

from apps.tenancy.errors import StorePaused
from apps.tenancy.write_pause import mysql, postgresql


class PauseAwareErrors(DatabaseErrorWrapper):
    """Raises `StorePaused` for the error of the triggers and Django's exceptions for everything else."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_value is not None and _is_pause_error(exc_value):
            raise StorePaused().with_traceback(traceback) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


def watch_for_pauses(
    connection: BaseDatabaseWrapper, errors: type[PauseAwareErrors] = PauseAwareErrors
) -> None:
    """Replaces the connection's `wrap_database_errors`, which Django creates on first access."""
    attributes: dict[str, Any] = connection.__dict__
    attributes["wrap_database_errors"] = errors(connection)


def _is_pause_error(error: BaseException) -> bool:
    return postgresql.is_pause_error(error) or mysql.is_pause_error(error)
