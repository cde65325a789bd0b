"""Reads of provisioning jobs."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from apps.platform.errors import JobNotFound
from apps.platform.models import ProvisioningJob
from apps.platform.states import JobStatus

QUEUE_PATIENCE: Final = timedelta(seconds=10)


def get_job(job_id: UUID) -> ProvisioningJob:
    """The job with its store. Raises `JobNotFound`."""
    job = ProvisioningJob.objects.filter(id=job_id).select_related("store").first()
    if job is None:
        raise JobNotFound()
    return job


def list_stalled_jobs() -> QuerySet[ProvisioningJob]:
    """Queued but never fetched (the broker was down), or running under a lease that is not renewed (a crash)."""
    return ProvisioningJob.objects.filter(
        Q(status=JobStatus.QUEUED, updated_at__lt=Now() - QUEUE_PATIENCE)
        | Q(status=JobStatus.RUNNING, lease_until__lt=Now())
    ).order_by("created_at")
