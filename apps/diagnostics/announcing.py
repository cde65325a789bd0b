"""Logs the databases of a starting server by role and name, without credentials."""

import threading

import structlog
from django.conf import settings
from django.db import connections

from apps.diagnostics.database_health import list_databases

log = structlog.get_logger(__name__)


def announce_databases() -> None:
    """Ask every database once and log the answers, beside the start rather than before it."""
    threading.Thread(target=_announce, daemon=True, name="announce-databases").start()


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
