"""Provisioning jobs: handing them to workers, trying them again, and what a worker's claim on one means."""

from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from apps.platform import selectors
from apps.platform.auditing import note
from apps.platform.errors import JobBusy, JobNotRetryable
from apps.platform.jobs import Lease, claim, send_to_worker, set_status
from apps.platform.models import ProvisioningJob, Store
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning import selectors as openings
from apps.tenancy.routers import PLATFORM

TASK: Final = "provisioning.provision_store"


def enqueue_on_commit(job: ProvisioningJob) -> None:
    """Publish the job once its row is committed."""
    transaction.on_commit(partial(send_to_worker, TASK, job.id), using=PLATFORM)


def enqueue_provisioning(job_id: UUID) -> bool:
    """Hand the job to a worker. False when the broker does not answer: the sweep finds the job later."""
    return send_to_worker(TASK, job_id)


def retry_provisioning(job: ProvisioningJob, *, start: bool = True) -> ProvisioningJob:
    """Queue a failed job again; it continues where it stopped. Asked twice, it is queued once."""
    with transaction.atomic(using=PLATFORM):
        failed = Q(status=JobStatus.FAILED)
        waiting = {"error": "", "message": "Waiting for a worker", "attempts": 0}
        moved = set_status(job, JobStatus.QUEUED, failed, **waiting)
        job.refresh_from_db()
        if not moved and job.status == JobStatus.SUCCEEDED:
            raise JobNotRetryable()
        if moved:
            note("store.opening_retried", job.store)
        if moved and start:
            enqueue_on_commit(job)
    return job


def resume_stalled_jobs() -> int:
    """Publish again what no worker holds: never fetched, or its worker died. The number of jobs."""
    return sum(enqueue_provisioning(job.id) for job in openings.list_stalled_jobs()[:100])


def claim_opening(job: ProvisioningJob) -> Lease | None:
    """Take the job, or None when it is finished. Raises `JobBusy` while another worker holds it."""
    lease = claim(job, JobStatus.RUNNING, finished_at=None)
    if lease is None:
        job.refresh_from_db()
        if job.status == JobStatus.RUNNING:
            raise JobBusy()
    return lease


def succeed(lease: Lease, store: Store) -> None:
    """The store is open and the job done: one transaction, so that neither is true without the other."""
    with transaction.atomic(using=PLATFORM):
        lease.finish(
            JobStatus.SUCCEEDED,
            error="",
            message="The store is open",
            progress=100,
            finished_at=Now(),
        )
        opening = Store.objects.filter(pk=store.pk, status=StoreStatus.PROVISIONING)
        opening.update(status=StoreStatus.ACTIVE, updated_at=Now())
        transaction.on_commit(selectors.forget_addresses, using=PLATFORM)
