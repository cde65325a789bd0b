"""The work on a deletion: writes the archive, or deletes a store whose deletion was confirmed."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_noop

from apps.common.actor import Actor, ActorKind
from apps.operations.deletion.deleting import delete_store, export_for_deletion
from apps.operations.deletion.queue import list_unfinished_deletions
from apps.operations.store_locks import waiting_message
from apps.platform.errors import StoppedTooOften, StoreAtWork
from apps.platform.jobs import (
    Step,
    StepRun,
    claim_or_refuse,
    explain_failure,
    heartbeat,
)
from apps.platform.models import StoreDeletion
from apps.platform.states import StoreStatus
from apps.tenancy.context import outside_store


@dataclass
class DeletionRun(StepRun):
    """One worker's run of one step of a deletion. The row is deleted with the store."""

    deletion: StoreDeletion

    def fail(self, error: Exception) -> None:
        """Release the lease. The periodic task sends the deletion again, unless workers died several times."""
        if isinstance(error, StoreAtWork):
            self.lease.finish(message=waiting_message(error), attempts=F("attempts") - 1)
            return
        facts: dict[str, Any] = {
            "error": explain_failure(error, self.step)[:500],
            "message": gettext_noop("Stopped"),
        }
        if not isinstance(error, StoppedTooOften):
            facts |= {"attempts": 0, "message": gettext_noop("Stopped; it is tried again")}
        self.lease.finish(**facts)


def work_on(store_id: UUID) -> None:
    """Run the next step of a store's deletion, by its state. Raises `JobBusy` while another worker has it."""
    with outside_store():
        found = list_unfinished_deletions().filter(store_id=store_id).first()
        if found is None:
            return
        lease = claim_or_refuse(found, None)
        step = DELETE if found.store.status == StoreStatus.DELETING else EXPORT
        with heartbeat(lease):
            DeletionRun(lease, step, found).take_step()


def _export(run: DeletionRun) -> None:
    export_for_deletion(store=run.deletion.store, watch=run.watch)
    run.lease.finish(error="", message="", progress=0, attempts=0)


def _delete(run: DeletionRun) -> None:
    deletion = run.deletion
    label = deletion.confirmed_by or deletion.requested_by
    actor = Actor(ActorKind.STAFF, deletion.confirmed_ref, label)
    delete_store(store=deletion.store, actor=actor, watch=run.watch)


EXPORT: Final = Step("export", 0, gettext_noop("Writing the archive"), _export)
DELETE: Final = Step("delete", 0, gettext_noop("Deleting the store"), _delete)
