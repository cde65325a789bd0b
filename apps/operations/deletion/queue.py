"""Handing the two steps of a deletion to workers."""

from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.db.models import Q
from kombu.exceptions import OperationalError as BrokerError

from apps.common.actor import Actor, ActorKind
from apps.common.errors import Unavailable
from apps.operations.store_locks import is_idle
from apps.platform.models import StoreDeletion
from apps.platform.states import StoreStatus

log = structlog.get_logger(__name__)

EXPORT_TASK: Final = "operations.export_for_deletion"
DELETE_TASK: Final = "operations.delete_store"


def enqueue_export(store_id: UUID) -> None:
    """Have a worker write the archive. Raises `Unavailable` when the broker does not answer."""
    _send(EXPORT_TASK, str(store_id))


def enqueue_deletion(store_id: UUID, actor: Actor) -> None:
    """Have a worker delete a store whose deletion was confirmed. Raises `Unavailable`."""
    _send(DELETE_TASK, str(store_id), str(actor.id or ""), actor.label)


def resume_deletions() -> int:
    """Publish what no worker is at although one should be: its worker died, the broker did not answer, or a database
    did not. How many."""
    count = 0
    for deletion in list_unfinished_deletions():
        if not is_idle(deletion.store_id):
            continue
        if deletion.store.status == StoreStatus.DELETING:
            label = deletion.confirmed_by or deletion.requested_by
            enqueue_deletion(
                deletion.store_id, Actor(ActorKind.STAFF, deletion.confirmed_ref, label)
            )
        else:
            enqueue_export(deletion.store_id)
        count += 1
    return count


def list_unfinished_deletions() -> list[StoreDeletion]:
    """Stores that are being deleted, and exports that a worker was asked for. What an operator's command began before
    there was no way back is left to the operator: they chose folder and key."""
    is_going, wants_export = (
        Q(store__status=StoreStatus.DELETING),
        Q(export_by_worker=True, exported_at__isnull=True),
    )
    return list(StoreDeletion.objects.filter(is_going | wants_export).select_related("store")[:100])


def _send(task: str, *args: str) -> None:
    try:
        current_app.send_task(task, args=list(args))
    except (BrokerError, OSError) as error:
        log.warning("The broker does not answer.", task=task, error=type(error).__name__)
        raise Unavailable("The workers can't be reached. Try again in a moment.") from None
