"""The door to a provisioning job's states, and the lease by which exactly one worker owns a running job.

A claim is one conditional UPDATE; so is every step forward. A worker that lost its lease (stalled, then overtaken)
finds out at its next step and stops without touching anything.
"""

import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from kombu.exceptions import OperationalError as BrokerError

from apps.common.ids import random_token
from apps.platform import selectors
from apps.platform.errors import JobBusy, JobNotRetryable
from apps.platform.heartbeats import beating
from apps.platform.models import ProvisioningJob, Store
from apps.platform.states import JOB_MOVES, JobStatus, StoreStatus
from apps.platform.tenancy.context import outside_store
from apps.platform.tenancy.routers import PLATFORM

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(seconds=30)
HEARTBEAT_SECONDS: Final = 8.0
NOTES_SECONDS: Final = 0.4  # whoever watches a long step sees it begin
SURE_SECONDS: Final = 1.0
MAX_CRASHES: Final = 8
TASK: Final = "platform.provision_store"


class LeaseLost(Exception):
    """Another worker has the job now. Not an error: this one stops."""


def enqueue_on_commit(job: ProvisioningJob) -> None:
    """Publish the job once its row is committed."""
    transaction.on_commit(partial(enqueue_provisioning, job.id), using=PLATFORM)


def enqueue_provisioning(job_id: UUID) -> bool:
    """Hand the job to a worker. False when the broker does not answer: the sweep finds the job later."""
    try:
        current_app.send_task(TASK, args=[str(job_id)])
    except (BrokerError, OSError) as error:
        log.warning("The broker does not answer; the sweep will start the job.", job=str(job_id))
        log.debug("broker", error=type(error).__name__)
        return False
    return True


def retry_provisioning(job: ProvisioningJob, *, start: bool = True) -> ProvisioningJob:
    """Queue a failed job again; it continues where it stopped. Asked twice, it is queued once."""
    with transaction.atomic(using=PLATFORM):
        failed = Q(status=JobStatus.FAILED)
        moved = _move(job.id, JobStatus.QUEUED, failed, error="", message="Waiting for a worker")
        job.refresh_from_db()
        if not moved and job.status == JobStatus.SUCCEEDED:
            raise JobNotRetryable()
        if moved and start:
            enqueue_on_commit(job)
    return job


def resume_stalled_jobs() -> int:
    """Publish again what no worker holds: never fetched, or its worker died. The number of jobs."""
    count = 0
    for job in selectors.list_stalled_jobs()[:100]:
        if job.attempts >= MAX_CRASHES and job.status == JobStatus.RUNNING:
            _give_up(job)
        elif enqueue_provisioning(job.id):
            count += 1
    return count


def _give_up(job: ProvisioningJob) -> None:
    sentence = (
        "The worker stopped several times in the middle. Ask your operator to look at its log."
    )
    _move(
        job.id,
        JobStatus.FAILED,
        Q(lease_until__lt=Now()),
        error=sentence,
        message="Stopped",
        finished_at=Now(),
    )


@dataclass
class Lease:
    """This worker's claim on one job, and what it has to say about it.

    Notes are written together with the next renewal, so that a store that opens in the blink of an eye pays for
    one or two writes instead of one per step.
    """

    job_id: UUID
    holder: str
    notes: dict[str, Any] = field(default_factory=dict)
    renewed_at: float = field(default_factory=time.monotonic)
    _writing: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def enter(self, *, step: str, message: str, progress: int) -> None:
        """Say what happens next. Raises `LeaseLost` when another worker has the job.

        Only a claim that has aged is asked for: one renewed a second ago holds for `LEASE` and nobody can have it.
        """
        self.note(current_step=step, message=message, progress=progress)
        if self.age() >= SURE_SECONDS and not self.renew():
            raise LeaseLost()

    def note(self, **facts: Any) -> None:
        """What happens, and facts found in a step such as the number of tables."""
        with self._writing:
            self.notes |= facts

    def age(self) -> float:
        """Seconds since the claim was last written; also right after the process itself was stopped for a while."""
        return time.monotonic() - self.renewed_at

    def renew(self) -> bool:
        """Push the end of the claim away and write the notes. False when the job is not ours any more."""
        began = time.monotonic()
        with self._writing, outside_store():
            is_ours = self._mine().update(lease_until=Now() + LEASE, updated_at=Now(), **self.notes)
            if is_ours:
                self.notes, self.renewed_at = {}, began
        return bool(is_ours)

    def fail(self, *, error: str) -> None:
        """Give the job back as failed, with a sentence for people."""
        self._finish(JobStatus.FAILED, error=error[:500], message="Stopped")

    def give_back(self, *, message: str) -> None:
        """Leave the job to a worker that can do it; the sweep publishes it again."""
        self._finish(JobStatus.QUEUED, message=message[:200])

    def succeed(self, store: Store) -> None:
        """The store is open and the job done: one transaction, so that neither is true without the other."""
        with transaction.atomic(using=PLATFORM):
            self._finish(JobStatus.SUCCEEDED, error="", message="The store is open", progress=100)
            opening = Store.objects.filter(pk=store.pk, status=StoreStatus.PROVISIONING)
            opening.update(status=StoreStatus.ACTIVE, updated_at=Now())
            transaction.on_commit(selectors.forget_addresses, using=PLATFORM)

    def _mine(self) -> Any:
        return ProvisioningJob.objects.filter(
            id=self.job_id, status=JobStatus.RUNNING, lease_holder=self.holder
        )

    def _finish(self, status: JobStatus, **fields: Any) -> None:
        moved = _move(
            self.job_id,
            status,
            Q(lease_holder=self.holder),
            lease_until=None,
            lease_holder="",
            finished_at=None if status == JobStatus.QUEUED else Now(),
            **{**self.notes, **fields},
        )
        if not moved:
            raise LeaseLost()


def claim(job: ProvisioningJob) -> Lease | None:
    """Take the job, or None when it is finished. Raises `JobBusy` while another worker holds it."""
    holder = random_token()
    claimed = _move(
        job.id,
        JobStatus.RUNNING,
        ~Q(status=JobStatus.RUNNING) | Q(lease_until__lt=Now()),
        lease_holder=holder,
        lease_until=Now() + LEASE,
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", Now()),
        finished_at=None,
        error="",
    )
    if claimed:
        return Lease(job_id=job.id, holder=holder)
    job.refresh_from_db()
    if job.status == JobStatus.RUNNING:
        raise JobBusy()
    return None


def _move(job_id: UUID, target: JobStatus, *conditions: Q, **fields: Any) -> bool:
    """The one place that changes a job's status: a conditional UPDATE by the table of moves."""
    sources = [status for status, targets in JOB_MOVES.items() if target in targets]
    rows = ProvisioningJob.objects.filter(*conditions, id=job_id, status__in=sources)
    return bool(rows.update(status=target, updated_at=Now(), **fields))


def heartbeat(lease: Lease) -> AbstractContextManager[None]:
    """Renew the lease and write its notes while a long step (building the template, real migrations) runs."""

    def beat() -> None:
        if lease.notes or lease.age() >= HEARTBEAT_SECONDS:
            lease.renew()

    return beating("provisioning", every=NOTES_SECONDS, beat=beat)
