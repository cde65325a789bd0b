"""Handing the two steps of a deletion to workers, one at a time for each store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.db import connections
from kombu.exceptions import OperationalError as BrokerError

from apps.common.actor import Actor
from apps.common.errors import Unavailable
from apps.platform.errors import JobBusy
from apps.platform.tenancy.routers import PLATFORM

log = structlog.get_logger(__name__)

EXPORT_TASK: Final = "platform.export_for_deletion"
DELETE_TASK: Final = "platform.delete_store"


def enqueue_export(store_id: UUID) -> None:
    """Have a worker write the archive. Raises `Unavailable` when the broker does not answer."""
    _send(EXPORT_TASK, str(store_id))


def enqueue_deletion(store_id: UUID, actor: Actor) -> None:
    """Have a worker delete a store whose deletion was confirmed. Raises `Unavailable`."""
    _send(DELETE_TASK, str(store_id), str(actor.id or ""), actor.label)


def _send(task: str, *args: str) -> None:
    try:
        current_app.send_task(task, args=list(args))
    except (BrokerError, OSError) as error:
        log.warning("The broker does not answer.", task=task, error=type(error).__name__)
        raise Unavailable("The workers can't be reached. Try again in a moment.") from None


@contextmanager
def alone_with(store_id: UUID) -> Iterator[None]:
    """No second process exports or deletes this store meanwhile. The lock dies with its holder. Raises `JobBusy`."""
    key = store_id.int % (1 << 63)
    with connections[PLATFORM].cursor() as cursor:
        cursor.execute("SELECT pg_catalog.pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise JobBusy("This store is being exported or deleted right now.")
    try:
        yield
    finally:
        with connections[PLATFORM].cursor() as cursor:
            cursor.execute("SELECT pg_catalog.pg_advisory_unlock(%s)", [key])
