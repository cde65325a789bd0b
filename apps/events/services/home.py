"""Which database the events of this moment belong to: the active store's, or the platform's where no store is active."""

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.events.models import OutboxMessage


def home_alias() -> str:
    """The alias the router gives for writing; plain `atomic()` would always mean the store's."""
    return router.db_for_write(OutboxMessage)


def home_connection() -> BaseDatabaseWrapper:
    return connections[home_alias()]
