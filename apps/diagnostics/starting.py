"""Checks before a server takes its first request or task, and a log of its databases without credentials.

`manage.py check` and `manage.py databases` report the same.
"""

import sys
import threading
from typing import Final, NoReturn

import structlog
from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from apps.diagnostics.database_health import list_databases
from apps.tenancy.poolers import refuse_transaction_poolers
from apps.tenancy.routers import home_of

log = structlog.get_logger(__name__)

# gunicorn's exit code for "the application can't be loaded": it stops instead of restarting the worker.
APP_LOAD_ERROR: Final = 4


def require_safe_start() -> None:
    """Leave the process with readable sentences when stores could be mixed up: a model without a home, a relation that
    crosses homes, a transaction pooler in front of a database; or when a chosen search backend is unknown. Called by gunicorn's and Celery's doors."""
    found = checks.run_checks(tags=["tenancy", "search"])
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


def announce_databases() -> None:
    """Query every database once and log the results. Runs in parallel with the start."""
    threading.Thread(target=_announce, daemon=True, name="announce-databases").start()


def _integrations_of(alias: str) -> dict[str, str]:
    """The outside systems whose orders are documents of this database."""
    found = (model for model in apps.get_models() if home_of(model) == alias)
    given = (getattr(model, "integration", None) for model in found)
    names = sorted({name for name in given if name and isinstance(name, str)})
    return {"integrations": ", ".join(names)} if names else {}


def _announce() -> None:
    try:
        for database in list_databases(most=0):
            say = log.info if database.is_good else log.error
            say(
                "Database",
                alias=database.alias,
                role=database.role,
                engine=database.engine,
                name=database.name,
                state=database.state,
                **_integrations_of(database.alias),
            )
            for warning in database.warnings:
                log.warning(warning, alias=database.alias)
        if settings.MONGODB_DEV_IS_FALLBACK:
            log.warning(
                "MONGODB_DEV_URI is not set: development documents share the production server. "
                "Only collections with `_dev_` in their names are written there."
            )
    except Exception as error:  # a log line must not become a traceback beside a server that starts
        log.warning("The databases could not be listed yet.", error=type(error).__name__)
    finally:
        connections.close_all()
