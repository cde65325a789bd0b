"""What may be written through the development documents while they share the production server, and code that may use
nothing else than them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, NoReturn

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils.translation import gettext

DEVELOPMENT: Final = "documents_dev"
MARK: Final = "_dev_"


class NotADevelopmentCollection(DatabaseError):
    """In fallback the development alias reaches the production server; only collections named for it are written."""


def require_development_collection(alias: str, name: str) -> None:
    """Raise `NotADevelopmentCollection` for a write through `documents_dev` to a collection without `_dev_`, while
    `MONGODB_DEV_URI` is not set."""
    if alias == DEVELOPMENT and settings.MONGODB_DEV_IS_FALLBACK and MARK not in name:
        raise NotADevelopmentCollection(
            gettext(
                "MONGODB_DEV_URI is not set, so %(name)s can't be written: only collections with "
                "%(mark)s in their names."
            )
            % {"name": f"{name!r}", "mark": f"{MARK!r}"}
        )


class ConfinedToDevelopment(DatabaseError):
    """Code that handles development data asked for production data."""


_is_confined: ContextVar[bool] = ContextVar("confined_to_development", default=False)


@contextmanager
def confined_to_development() -> Iterator[None]:
    """In this block every command to production documents raises `ConfinedToDevelopment`, and so does every SQL statement
    of the store and of the registry: only development documents can be read and written."""
    token = _is_confined.set(True)
    try:
        with (
            connections["default"].execute_wrapper(_refuse_statement),
            connections["platform"].execute_wrapper(_refuse_statement),
        ):
            yield
    finally:
        _is_confined.reset(token)


def require_not_confined(alias: str) -> None:
    if _is_confined.get() and alias != DEVELOPMENT:
        raise ConfinedToDevelopment("Development data is handled here: no production document.")


def _refuse_statement(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> NoReturn:
    raise ConfinedToDevelopment("Development data is handled here: no statement of SQL.")
