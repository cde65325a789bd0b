"""Celery's way to moves, sandboxes and deletions of stores. Run with no store active."""

from uuid import UUID

from celery import shared_task

from apps.operations import moving
from apps.operations.deletion import steps as deletion
from apps.operations.deletion.queue import resume_deletions as publish_unfinished_deletions
from apps.operations.sandboxes.queue import resume_stalled_jobs
from apps.operations.sandboxes.steps import run_job
from apps.operations.selectors import get_move
from apps.platform.errors import (
    JobBusy,
    MoveNotFound,
    MoveNotPossible,
    StoreOccupied,
)
from apps.tenancy.tasks import StoreTask

# A large store is copied for longer than other tasks may run.
MOVE_HOURS = 12
DELETION_HOURS = 6


@shared_task(
    base=StoreTask,
    name="operations.move_store",
    platform=True,
    time_limit=MOVE_HOURS * 3600,
)
def move_store(move_id: str) -> None:
    """Run the next steps of one move, by its state. Delivered twice, it runs once."""
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
    """Make, compare, publish or discard a sandbox. Delivered twice, it is done once."""
    try:
        run_job(UUID(job_id))
    except JobBusy:
        return


@shared_task(base=StoreTask, name="operations.resume_sandboxes", platform=True)
def resume_sandboxes() -> int:
    """Publish jobs of sandboxes that no worker holds."""
    return resume_stalled_jobs()


@shared_task(
    base=StoreTask,
    name="operations.work_on_deletion",
    platform=True,
    time_limit=DELETION_HOURS * 3600,
)
def work_on_deletion(store_id: str) -> None:
    """The archive before a deletion, or a deletion that was confirmed. Delivered twice, it is done once."""
    try:
        deletion.work_on(UUID(store_id))
    except JobBusy:
        return


@shared_task(base=StoreTask, name="operations.resume_deletions", platform=True)
def resume_deletions() -> int:
    """Publish exports and deletions that no worker holds."""
    return publish_unfinished_deletions()
