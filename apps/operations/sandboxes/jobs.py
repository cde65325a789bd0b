"""Sandboxes by workers: asked for in the admin, done once, watched on a page, taken up again after a crash.

A worker that has a job holds a lock of the master database that dies with it; a worker that finds the lock taken leaves the
job alone. While other work holds the store (a backup, a move), a job waits: the sweep hands it out again.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F
from django.db.models.functions import Now

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import Conflict, DomainError, InvalidInput
from apps.operations.sandboxes.comparing import ONLY_LIVE, Difference, compare, live_of
from apps.operations.sandboxes.making import branch_store, discard_branch, require_sandbox
from apps.operations.sandboxes.publishing import publish
from apps.operations.store_locks import exclusive_job
from apps.platform.auditing import note
from apps.platform.errors import StoreAtWork
from apps.platform.models import SandboxJob, Store
from apps.platform.states import JobStatus, StoreStatus
from apps.platform.work import MAX_CRASHES
from apps.platform.work import publish as publish_task
from apps.platform.work.leases import NOTES_SECONDS
from apps.tenancy.context import outside_store
from apps.tenancy.routers import PLATFORM

log = structlog.get_logger(__name__)

TASK: Final = "operations.work_on_sandbox"
PATIENCE: Final = timedelta(seconds=15)  # then a job without a sign of life is handed out again
LONGEST_WAIT: Final = timedelta(hours=6)  # for other work on the store
MOST_SHOWN: Final = 200
OPEN: Final = (JobStatus.QUEUED, JobStatus.RUNNING)
Kind = SandboxJob.Kind
_NOTED: Final = {
    Kind.MAKE: "store.branched",
    Kind.COMPARE: "store.sandbox_compared",
    Kind.PUBLISH: "store.sandbox_published",
    Kind.DISCARD: "store.sandbox_discarded",
}


def request_sandbox(*, live: Store, slug: str, actor: Actor) -> SandboxJob:
    """Have a worker copy a live store. Raises `InvalidInput` for a short name that is taken or none."""
    if live.is_sandbox or live.status not in (StoreStatus.ACTIVE, StoreStatus.SUSPENDED):
        raise Conflict("Only a live store that is open can be copied into a sandbox.")
    _require_free(slug)
    return _request(Kind.MAKE, actor, live=live, slug=slug)


def request_comparison(*, sandbox: Store, actor: Actor) -> SandboxJob:
    """Have a worker list what publishing would change."""
    return _request(Kind.COMPARE, actor, live=live_of(sandbox), sandbox=sandbox)


def request_publication(*, sandbox: Store, overwrite: bool, actor: Actor) -> SandboxJob:
    """Have a worker make the sandbox's contents live. `overwrite`: also what was changed in the live store meanwhile."""
    live = live_of(sandbox)
    return _request(Kind.PUBLISH, actor, live=live, sandbox=sandbox, overwrite=overwrite)


def request_discard(*, sandbox: Store, typed: str, actor: Actor) -> SandboxJob:
    """Have a worker throw a sandbox away. Raises `InvalidInput` unless its short name was typed."""
    require_sandbox(sandbox)
    if typed != sandbox.slug:
        raise InvalidInput("Type the sandbox's short name to delete it.")
    return _request(Kind.DISCARD, actor, live=sandbox.sandbox_of, sandbox=sandbox)


def retry_job(job: SandboxJob) -> None:
    """Queue a job that stopped once more; it goes on with what is there."""
    with transaction.atomic(using=PLATFORM):
        fields: dict[str, Any] = {
            "error": "",
            "message": "Waiting for a worker",
            "attempts": 0,
            "waits_since": None,
        }
        if not _set(job.pk, (JobStatus.FAILED,), status=JobStatus.QUEUED, **fields):
            raise Conflict("Only a job that has stopped can be tried again.")
        store = job.sandbox or job.live
        note("store.sandbox_work_resumed", store or job.slug, after={"sandbox": job.slug})
        transaction.on_commit(partial(enqueue_job, job.pk), using=PLATFORM)


def enqueue_job(job_id: UUID) -> bool:
    """Hand the job to a worker. False when the broker does not answer: the sweep finds the job later."""
    return publish_task(TASK, job_id)


def resume_stalled() -> int:
    """Publish jobs without a recent sign of life again. The number of jobs."""
    quiet = SandboxJob.objects.filter(status__in=OPEN, updated_at__lt=Now() - PATIENCE)
    ids = quiet.order_by("created_at").values_list("pk", flat=True)[:100]
    return sum(enqueue_job(job_id) for job_id in ids)


def run_job(job_id: UUID) -> None:
    """Do what the job says, to the end or to a sentence for people. Raises `JobBusy` while another worker has it."""
    with outside_store(), exclusive_job(job_id):
        started: dict[str, Any] = {"status": JobStatus.RUNNING, "attempts": F("attempts") + 1}
        if not _set(job_id, OPEN, **started):
            return
        job = SandboxJob.objects.select_related("live", "sandbox").get(pk=job_id)
        try:
            if job.attempts > MAX_CRASHES:
                raise Conflict("The worker died several times during this job. See its log.")
            fields = _WORK[Kind(job.kind)](job, _teller(job_id))
        except StoreAtWork as error:
            _wait(job, error)
            return
        except Exception as error:  # whatever it is, the job says so in words; the log has the rest
            _set(job_id, OPEN, status=JobStatus.FAILED, error=_sentence(error), finished_at=Now())
            return
        done = {"status": JobStatus.SUCCEEDED, "progress": 100, "error": "", "finished_at": Now()}
        _set(job_id, OPEN, **done, **fields)


def _wait(job: SandboxJob, error: StoreAtWork) -> None:
    """Back into the queue until the other work has ended, with a word about it for the page."""
    since = job.waits_since or now()
    if now() - since > LONGEST_WAIT:
        sentence = f"{error} This job has waited for {LONGEST_WAIT // timedelta(hours=1)} hours."
        _set(job.pk, OPEN, status=JobStatus.FAILED, error=sentence[:500], finished_at=Now())
        return
    words = f"Waits for the store's {error.details['work']} to end"
    waiting: dict[str, Any] = {
        "message": words,
        "waits_since": since,
        "attempts": F("attempts") - 1,
    }
    _set(job.pk, OPEN, status=JobStatus.QUEUED, **waiting)


def _make(job: SandboxJob, tell: Callable[[float, str], None]) -> dict[str, Any]:
    if job.live is None:
        raise Conflict("The live store is deleted.")
    reading, writing = f"Reading {job.live.name}", "Writing the sandbox"
    sandbox = branch_store(
        job.live,
        slug=job.slug,
        # the names of tables are for the command's readers
        watch=lambda share, words: tell(share, reading if share < 0.5 else writing),
    )
    return {"sandbox": sandbox, "message": f"{sandbox.name} is open"}


def _compare(job: SandboxJob, tell: Callable[[float, str], None]) -> dict[str, Any]:
    tell(0.1, "Reading both stores")
    found = compare(_sandbox_of(job))
    wanted = [one for one in found if one.kind != ONLY_LIVE]
    contested = sum(one.is_contested for one in wanted)
    result = {
        "differences": [_present(one) for one in wanted[:MOST_SHOWN]],
        "count": len(wanted),
        "contested": contested,
        "onlyLive": len(found) - len(wanted),
    }
    message = "Compared" if wanted else "Nothing differs from the live store"
    return {"result": result, "message": message}


def _publish(job: SandboxJob, tell: Callable[[float, str], None]) -> dict[str, Any]:
    tell(0.1, "Comparing and publishing")
    done = publish(_sandbox_of(job), overwrite=job.overwrite)
    words = f"Published: {done.added} added, {done.changed} changed, {done.files} files copied"
    return {"result": vars(done), "message": words}


def _discard(job: SandboxJob, tell: Callable[[float, str], None]) -> dict[str, Any]:
    sandbox = job.sandbox
    if sandbox is not None:  # else an interrupted run has come to its end
        discard_branch(sandbox, watch=tell)
    return {"message": "Thrown away"}


_WORK: Final = {
    Kind.MAKE: _make,
    Kind.COMPARE: _compare,
    Kind.PUBLISH: _publish,
    Kind.DISCARD: _discard,
}


def _sandbox_of(job: SandboxJob) -> Store:
    if job.sandbox is None:
        raise Conflict("This sandbox is deleted.")
    return job.sandbox


def _present(one: Difference) -> dict[str, Any]:
    return {
        "what": one.content.name,
        "title": one.title,
        "kind": one.kind,
        "fields": list(one.fields[:6]),
        "contested": one.is_contested,
    }


def _request(kind: str, actor: Actor, **fields: Any) -> SandboxJob:
    """One at a time for each sandbox: while one is under way, that one is the answer where it is of the same kind."""
    slug = fields.setdefault("slug", fields["sandbox"].slug if fields.get("sandbox") else "")
    with transaction.atomic(using=PLATFORM):
        store = fields.get("sandbox") or fields["live"]
        Store.objects.select_for_update().filter(pk=store.pk).first()
        under_way = SandboxJob.objects.filter(slug=slug, status__in=OPEN).first()
        if under_way is not None:
            if under_way.kind == kind:
                return under_way
            raise Conflict(f"{under_way} is under way. Wait until it has finished.")
        job = SandboxJob.objects.create(
            kind=kind,
            requested_by=actor.label[:200],
            message="Waiting for a worker",
            **fields,
        )
        asked = {"sandbox": slug, "overwrite": job.overwrite}
        note(_NOTED[Kind(kind)], store, after=asked, actor=actor)
        transaction.on_commit(partial(enqueue_job, job.pk), using=PLATFORM)
    return job


def _require_free(slug: str) -> None:
    field = Store._meta.get_field("slug")
    try:
        field.clean(slug, None)
    except ValidationError as error:
        raise InvalidInput("Choose another short name.", fields={"slug": error.messages}) from None
    if Store.objects.filter(slug=slug).exists():
        taken = "This short name is already used by another store."
        raise InvalidInput("Choose another short name.", fields={"slug": [taken]})


def _teller(job_id: UUID) -> Callable[[float, str], None]:
    noted = [0.0]

    def tell(share: float, words: str) -> None:
        if time.monotonic() - noted[0] < NOTES_SECONDS:
            return
        noted[0] = time.monotonic()
        with outside_store():
            _set(job_id, OPEN, progress=min(99, round(100 * share)), message=words[:200])

    return tell


def _set(job_id: UUID, sources: tuple[str, ...], **fields: Any) -> bool:
    """The one place that changes a job's row: only while it stands where the caller believes it."""
    rows = SandboxJob.objects.filter(pk=job_id, status__in=sources)
    return bool(rows.update(updated_at=Now(), **fields))


def _sentence(error: Exception) -> str:
    """Database errors can name hosts and users, so people get our words and the log the rest."""
    if isinstance(error, DomainError):
        log.warning("Work on a sandbox stopped.", code=error.code)
        return str(error)[:500]
    log.exception("Work on a sandbox failed.")
    if isinstance(error, DatabaseError):
        return "The database refused. The platform's log says more."
    return "Something went wrong. The platform's log says more."
