"""Celery's way to moves, sandboxes and deletions of stores. Run with no store active."""

from uuid import UUID

from celery import shared_task
from django.db import DatabaseError
from pymongo.errors import PyMongoError

from apps.common.actor import Actor, ActorKind
from apps.common.errors import DomainError
from apps.operations import moving
from apps.operations.backup.backup_platform import sentence_of
from apps.operations.deletion import deleting
from apps.operations.deletion.queue import resume_deletions as publish_unfinished_deletions
from apps.operations.sandboxes import jobs as sandbox_jobs
from apps.operations.selectors import get_move
from apps.platform import selectors
from apps.platform.errors import (
    JobBusy,
    MoveNotFound,
    MoveNotPossible,
    StoreNotFound,
    StoreOccupied,
)
from apps.tenancy.tasks import StoreTask

# A large store is copied for longer than other tasks may run.
MOVE_HOURS = 12
DELETION_HOURS = 6
FAILURES = (DomainError, DatabaseError, PyMongoError, OSError)


@shared_task(
    base=StoreTask,
    name="operations.move_store",
    platform=True,
    time_limit=MOVE_HOURS * 3600,
)
def move_store(move_id: str) -> None:
    """Go on with one move, whatever its state asks for. Delivered twice, it runs once."""
    try:
        moving.work_on(get_move(UUID(move_id)))
    except (JobBusy, MoveNotFound, MoveNotPossible, StoreOccupied):
        return


@shared_task(base=StoreTask, name="operations.resume_moves", platform=True)
def resume_moves() -> int:
    """Publish moves that no worker holds."""
    return moving.resume_stalled_moves()


@shared_task(
    base=StoreTask,
    name="operations.work_on_sandbox",
    platform=True,
    time_limit=DELETION_HOURS * 3600,
)
def work_on_sandbox(job_id: str) -> None:
    """Make, compare, publish or throw away a sandbox. Delivered twice, it is done once."""
    try:
        sandbox_jobs.run_job(UUID(job_id))
    except JobBusy:
        return


@shared_task(base=StoreTask, name="operations.resume_sandboxes", platform=True)
def resume_sandboxes() -> int:
    """Publish jobs of sandboxes that no worker holds."""
    return sandbox_jobs.resume_stalled()


@shared_task(
    base=StoreTask,
    name="operations.export_for_deletion",
    platform=True,
    time_limit=DELETION_HOURS * 3600,
)
def export_for_deletion(store_id: str) -> None:
    """The archive before a deletion. Delivered twice, it is written once; what went wrong stands in the request."""
    try:
        deleting.export_for_deletion(store=selectors.get_store(store_id))
    except (StoreOccupied, StoreNotFound):
        return
    except FAILURES as error:
        deleting.note_error(UUID(store_id), sentence_of(store_id, error))


@shared_task(
    base=StoreTask,
    name="operations.delete_store",
    platform=True,
    time_limit=DELETION_HOURS * 3600,
)
def delete_store(store_id: str, actor_id: str, actor_label: str) -> None:
    """A deletion that was confirmed. Delivered twice, or after a crash, it goes on where it stopped."""
    actor = Actor(ActorKind.STAFF, UUID(actor_id) if actor_id else None, actor_label)
    try:
        deleting.delete_store(store=selectors.get_store(store_id), actor=actor)
    except (StoreOccupied, StoreNotFound):
        return
    except FAILURES as error:
        deleting.note_error(UUID(store_id), sentence_of(store_id, error))


@shared_task(base=StoreTask, name="operations.resume_deletions", platform=True)
def resume_deletions() -> int:
    """Publish exports and deletions that no worker holds."""
    return publish_unfinished_deletions()
