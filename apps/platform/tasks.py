"""Celery's way to the platform's services. All of them run with no store active."""

from uuid import UUID

from celery import shared_task
from django.db import DatabaseError
from pymongo.errors import PyMongoError

from apps.common.actor import Actor, ActorKind
from apps.common.errors import DomainError
from apps.platform import moving, selectors, services
from apps.platform.archive import deleting
from apps.platform.archive.everything import sentence_of
from apps.platform.archive.queue import resume_deletions as publish_unfinished_deletions
from apps.platform.branching import jobs as sandbox_jobs
from apps.platform.errors import (
    JobBusy,
    JobNotFound,
    MoveNotFound,
    MoveNotPossible,
    StoreNotFound,
    StoreOccupied,
)
from apps.platform.selectors.moves import get_move
from apps.platform.tenancy.tasks import StoreTask

# A large store is copied for longer than other tasks may run.
MOVE_HOURS = 12
DELETION_HOURS = 6
FAILURES = (DomainError, DatabaseError, PyMongoError, OSError)


@shared_task(base=StoreTask, name="platform.provision_store", platform=True)
def provision_store(job_id: str) -> None:
    """Work on one provisioning job. Delivered twice, it runs once."""
    try:
        services.run_provisioning(selectors.get_job(UUID(job_id)))
    except (JobBusy, JobNotFound):
        return


@shared_task(base=StoreTask, name="platform.resume_provisioning", platform=True)
def resume_provisioning() -> int:
    return services.resume_stalled_jobs()


@shared_task(
    base=StoreTask,
    name="platform.move_store",
    platform=True,
    time_limit=MOVE_HOURS * 3600,
)
def move_store(move_id: str) -> None:
    """Go on with one move, whatever its state asks for. Delivered twice, it runs once."""
    try:
        moving.work_on(get_move(UUID(move_id)))
    except (JobBusy, MoveNotFound, MoveNotPossible, StoreOccupied):
        return


@shared_task(base=StoreTask, name="platform.resume_moves", platform=True)
def resume_moves() -> int:
    return moving.resume_stalled_moves()


@shared_task(
    base=StoreTask,
    name="platform.work_on_sandbox",
    platform=True,
    time_limit=DELETION_HOURS * 3600,
)
def work_on_sandbox(job_id: str) -> None:
    """Make, compare, publish or throw away a sandbox. Delivered twice, it is done once."""
    try:
        sandbox_jobs.run_job(UUID(job_id))
    except JobBusy:
        return


@shared_task(base=StoreTask, name="platform.resume_sandboxes", platform=True)
def resume_sandboxes() -> int:
    return sandbox_jobs.resume_stalled()


@shared_task(base=StoreTask, name="platform.wake_stores", platform=True)
def wake_stores() -> int:
    return services.wake_stores()


@shared_task(base=StoreTask, name="platform.wake_all_stores", platform=True)
def wake_all_stores() -> int:
    return services.wake_all_stores()


@shared_task(
    base=StoreTask,
    name="platform.export_for_deletion",
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
    name="platform.delete_store",
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


@shared_task(base=StoreTask, name="platform.resume_deletions", platform=True)
def resume_deletions() -> int:
    return publish_unfinished_deletions()
