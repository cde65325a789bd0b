"""Errors of the documents backend, and the mapping of MongoDB's errors to Django's."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, IntegrityError, OperationalError
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)

DUPLICATE_KEY = 11000
LOGIN_REFUSED = (18, 8000)  # MongoDB's number, Atlas's
INDEX_NAME = re.compile(r"index: (\S+) dup key")


class UnscopedAccess(RuntimeError):
    """The command can't be confined to the active store. Platform code can ask for `across_stores()`."""


class DuplicateDocument(IntegrityError):
    """A unique index refused a document; `constraint` is the index's name."""

    def __init__(self, message: str, constraint: str | None = None) -> None:
        super().__init__(message)
        self.constraint = constraint


def violated_constraint(error: BaseException) -> str | None:
    """The name of the unique constraint behind an `IntegrityError`, or None when the index is not declared by a
    model."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, DuplicateDocument):
            return seen.constraint
        seen = seen.__cause__
    return None


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise Django's exceptions in place of PyMongo's. The original stays in `__cause__`."""
    try:
        yield
    except (DuplicateKeyError, BulkWriteError) as error:
        raise _translate_write(error) from error
    except (ConnectionFailure, WTimeoutError) as error:
        raise OperationalError(str(error)) from error
    except OperationFailure as error:
        if error.code in LOGIN_REFUSED:  # the driver's frames hold the credentials
            raise OperationalError("The documents server refuses our user and password.") from None
        raise DatabaseError(str(error)) from error
    except PyMongoError as error:
        raise DatabaseError(str(error)) from error


def _translate_write(error: DuplicateKeyError | BulkWriteError) -> DatabaseError:
    details: Any = error.details or {}
    for failure in details.get("writeErrors") or [details]:
        if failure.get("code") == DUPLICATE_KEY:
            message = str(failure.get("errmsg") or error)
            named = INDEX_NAME.search(message)
            return DuplicateDocument(message, constraint=named.group(1) if named else None)
    return DatabaseError(str(error))
