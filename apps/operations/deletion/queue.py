"""Handing deletions to workers, and picking up what no worker holds."""

from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.platform.jobs import MAX_CRASHES, UNHELD, send_to_worker
from apps.platform.models import StoreDeletion
from apps.platform.states import StoreStatus

TASK: Final = "operations.work_on_deletion"


def enqueue_deletion(store_id: UUID) -> bool:
    """Have a worker do the next step, because a person asked for it; crashes are counted from zero. False when the
    broker does not answer: the sweep finds the deletion later."""
    StoreDeletion.objects.filter(store_id=store_id).update(attempts=0)
    return send_to_worker(TASK, store_id)


def resume_deletions() -> int:
    """Publish what no worker holds although one should: its worker died, the broker did not answer, or a database
    did not. How many."""
    due = list_unfinished_deletions().filter(UNHELD, attempts__lte=MAX_CRASHES)
    return sum(
        send_to_worker(TASK, store_id) for store_id in due.values_list("store_id", flat=True)[:100]
    )


def list_unfinished_deletions() -> QuerySet[StoreDeletion]:
    """Stores that are being deleted, and exports that a worker was asked for. What an operator's command began before
    there was no way back is left to the operator: they chose folder and key."""
    is_going = Q(store__status=StoreStatus.DELETING)
    wants_export = Q(export_by_worker=True, exported_at__isnull=True)
    return StoreDeletion.objects.filter(is_going | wants_export)


def is_unfinished(deletion: StoreDeletion) -> bool:
    """Whether a worker is at it, or comes by itself."""
    return deletion.attempts <= MAX_CRASHES and (
        list_unfinished_deletions().filter(pk=deletion.pk).exists()
    )
