"""Celery tasks of openings. Run with no store active."""

from uuid import UUID

from celery import shared_task

from apps.platform.errors import JobBusy, JobNotFound
from apps.platform.jobs import send_to_worker
from apps.provisioning import selectors
from apps.provisioning.steps import run_provisioning
from apps.tenancy.tasks import StoreTask


@shared_task(base=StoreTask, name="provisioning.provision_store", platform=True)
def provision_store(job_id: str) -> None:
    """Work on one provisioning job. Delivered twice, it runs once."""
    try:
        run_provisioning(selectors.get_job(UUID(job_id)))
    except (JobBusy, JobNotFound):
        return


@shared_task(base=StoreTask, name="provisioning.resume_provisioning", platform=True)
def resume_provisioning() -> int:
    """Publish openings that no worker holds: never fetched, or their worker died. How many."""
    stalled = selectors.list_stalled_jobs()[:100]
    return sum(send_to_worker(provision_store.name, job.id) for job in stalled)
