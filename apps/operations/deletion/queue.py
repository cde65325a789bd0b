"""Sends deletions to workers, again when a worker died."""

from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.platform.jobs import MAX_CRASHES, UNHELD, send_to_worker
from apps.platform.models import StoreDeletion
from apps.platform.states import StoreStatus

TASK: Final = "operations.work_on_deletion"


def enqueue_deletion(store_id: UUID) -> bool:
    """Send the next step to a worker on a person's request, with the crash counter reset. False when the broker does
    not answer; then the periodic task sends it later."""
    StoreDeletion.objects.filter(store_id=store_id).update(attempts=0)
    return send_to_worker(TASK, store_id)


def resume_deletions() -> int:
    """Publish unfinished deletions without a worker: the worker died, or the broker or a database did not answer.
    Returns their number."""
    due = list_unfinished_deletions().filter(UNHELD, attempts__lte=MAX_CRASHES)
    return sum(
        send_to_worker(TASK, store_id) for store_id in due.values_list("store_id", flat=True)[:100]
    )


def list_unfinished_deletions() -> QuerySet[StoreDeletion]:
    """Stores with the status `deleting`, and exports for workers. An export that an operator's command began is left to
    the operator, who chose folder and key."""
    is_going = Q(store__status=StoreStatus.DELETING)
    wants_export = Q(export_by_worker=True, exported_at__isnull=True)
    return StoreDeletion.objects.filter(is_going | wants_export)


def is_unfinished(deletion: StoreDeletion) -> bool:
    """Whether a worker holds the deletion or will pick it up."""
    return deletion.attempts <= MAX_CRASHES and (
        list_unfinished_deletions().filter(pk=deletion.pk).exists()
    )
