"""Checks before a server takes its first request or task. `manage.py check` says the same by hand."""

import sys
from typing import Final, NoReturn

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from apps.tenancy.poolers import refuse_transaction_poolers

# gunicorn's word for "the application can't be loaded": it stops instead of starting the worker again and again.
APP_LOAD_ERROR: Final = 4


def require_safe_start() -> None:
    """Leave the process with readable sentences when stores could be mixed up: a model without a home, a relation that
    crosses homes, a transaction pooler in front of a database. Called by gunicorn's and Celery's doors."""
    found = checks.run_checks(tags=["tenancy"])
    errors = [message for message in found if message.level >= checks.ERROR]
    if errors:
        _refuse([f"{error.msg} {error.hint or ''}".strip() for error in errors])
    try:
        refuse_transaction_poolers()
    except ImproperlyConfigured as error:
        _refuse([str(error)])


def _refuse(sentences: list[str]) -> NoReturn:
    stream = sys.__stderr__ or sys.stderr  # Celery puts a log in the place of the other
    for sentence in sentences:
        stream.write(f"Polystore does not start: {sentence}\n")
    stream.flush()
    raise SystemExit(APP_LOAD_ERROR)
