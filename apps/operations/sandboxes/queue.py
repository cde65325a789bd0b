"""Sends the work on sandboxes to workers, again when a worker died."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models.functions import Now

from apps.platform.jobs import UNHELD, send_to_worker
from apps.platform.models import SandboxJob
from apps.platform.states import JobStatus

TASK: Final = "operations.work_on_sandbox"
PATIENCE: Final = timedelta(seconds=15)  # then a job without a worker is sent again
OPEN: Final = (JobStatus.QUEUED, JobStatus.RUNNING)


def enqueue_job(job_id: UUID) -> bool:
    """Send the job to a worker. False when the broker does not answer; then the periodic task sends it later."""
    return send_to_worker(TASK, job_id)


def resume_stalled_jobs() -> int:
    """Publish jobs without a worker: never fetched, waiting, or their worker died. The number of jobs."""
    quiet = SandboxJob.objects.filter(UNHELD, status__in=OPEN, updated_at__lt=Now() - PATIENCE)
    ids = quiet.order_by("created_at").values_list("pk", flat=True)[:100]
    return sum(enqueue_job(job_id) for job_id in ids)
