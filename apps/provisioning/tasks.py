"""Celery's way to the openings of stores. Run with no store active."""

from uuid import UUID

from celery import shared_task

from apps.platform.errors import JobBusy, JobNotFound
from apps.provisioning import selectors as openings
from apps.provisioning import services as provisioning
from apps.tenancy.tasks import StoreTask


@shared_task(base=StoreTask, name="provisioning.provision_store", platform=True)
def provision_store(job_id: str) -> None:
    """Work on one provisioning job. Delivered twice, it runs once."""
    try:
        provisioning.run_provisioning(openings.get_job(UUID(job_id)))
    except (JobBusy, JobNotFound):
        return


@shared_task(base=StoreTask, name="provisioning.resume_provisioning", platform=True)
def resume_provisioning() -> int:
    """Publish openings that no worker holds."""
    return provisioning.resume_stalled_jobs()
