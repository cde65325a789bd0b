"""Jobs of sandboxes: requested in the admin, run once by a worker, shown on a page, resumed after a crash.

While other work locks the store (a backup, a move), a job waits; the periodic task sends it again.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import Conflict, InvalidInput
from apps.operations.sandboxes.comparing import ONLY_LIVE, Difference, compare, live_of
from apps.operations.sandboxes.making import branch_store, discard_branch, require_sandbox
from apps.operations.sandboxes.publishing import publish
from apps.platform.auditing import note
from apps.platform.errors import StoreAtWork
from apps.platform.jobs import (
    UNHELD,
    Lease,
    Step,
    claim_or_refuse,
    explain_failure,
    heartbeat,
    send_to_worker,
    set_status,
    walk,
)
from apps.platform.models import SandboxJob, Store
from apps.platform.states import JobStatus, StoreStatus
from apps.tenancy.context import outside_store
from apps.tenancy.routers import PLATFORM

TASK: Final = "operations.work_on_sandbox"
PATIENCE: Final = timedelta(seconds=15)  # then a job without a worker is sent again
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
        raise Conflict(gettext("Only a live store that is open can be copied into a sandbox."))
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
    """Have a worker discard a sandbox. Raises `InvalidInput` unless its short name was typed."""
    require_sandbox(sandbox)
    if typed != sandbox.slug:
        raise InvalidInput(gettext("Type the sandbox's short name to delete it."))
    return _request(Kind.DISCARD, actor, live=sandbox.sandbox_of, sandbox=sandbox)


def retry_job(job: SandboxJob) -> None:
    """Queue a stopped job again; it keeps finished work."""
    with transaction.atomic(using=PLATFORM):
        fields: dict[str, Any] = {
            "error": "",
            "message": "Waiting for a worker",
            "attempts": 0,
            "waits_since": None,
        }
        if not set_status(job, JobStatus.QUEUED, Q(status=JobStatus.FAILED), **fields):
            raise Conflict(gettext("Only a job that has stopped can be tried again."))
        store = job.sandbox or job.live
        note("store.sandbox_work_resumed", store or job.slug, after={"sandbox": job.slug})
        transaction.on_commit(partial(enqueue_job, job.pk), using=PLATFORM)


def enqueue_job(job_id: UUID) -> bool:
    """Send the job to a worker. False when the broker does not answer; then the periodic task sends it later."""
    return send_to_worker(TASK, job_id)


def resume_stalled() -> int:
    """Publish jobs without a worker: never fetched, waiting, or their worker died. The number of jobs."""
    quiet = SandboxJob.objects.filter(UNHELD, status__in=OPEN, updated_at__lt=Now() - PATIENCE)
    ids = quiet.order_by("created_at").values_list("pk", flat=True)[:100]
    return sum(enqueue_job(job_id) for job_id in ids)


@dataclass
class SandboxRun:
    """One worker's way through one job."""

    job: SandboxJob
    lease: Lease

    def begin(self) -> None:
        """No preparation before the only step."""

    def enter(self, step: Step[Any]) -> None:
        self.lease.say(current_step=step.name, message=step.message, progress=step.progress)

    def watch(self, share: float, words: str) -> None:
        self.lease.note(progress=min(99, round(100 * share)), message=words[:200])

    def succeed(self, message: str, **facts: Any) -> None:
        done = {"progress": 100, "error": "", "finished_at": Now(), "message": message}
        self.lease.finish(JobStatus.SUCCEEDED, **done, **facts)

    def fail(self, step: Step[Any], error: Exception) -> None:
        """Release the lease: the job has failed, or is queued until other work on the store has ended."""
        if isinstance(error, StoreAtWork):
            self._wait(error)
            return
        self.lease.finish(
            JobStatus.FAILED, error=explain_failure(error, step)[:500], finished_at=Now()
        )

    def _wait(self, error: StoreAtWork) -> None:
        since = self.job.waits_since or now()
        if now() - since > LONGEST_WAIT:
            sentence = gettext("%(error)s This job has waited for %(value)s hours.") % {
                "error": error,
                "value": LONGEST_WAIT // timedelta(hours=1),
            }
            self.lease.finish(JobStatus.FAILED, error=sentence[:500], finished_at=Now())
            return
        waiting: dict[str, Any] = {
            "message": f"Waits for the store's {error.details['work']} to end",
            "waits_since": since,
            "attempts": F("attempts") - 1,
        }
        self.lease.finish(JobStatus.QUEUED, **waiting)


def run_job(job_id: UUID) -> None:
    """Run the job; a failure becomes a sentence in its row. Raises `JobBusy` while another worker holds it."""
    with outside_store():
        job = SandboxJob.objects.filter(pk=job_id, status__in=OPEN).first()
        if job is None:
            return
        lease = claim_or_refuse(job, JobStatus.RUNNING)
        with heartbeat(lease):
            walk(SandboxRun(job, lease), [STEPS[Kind(job.kind)]])


def _make(run: SandboxRun) -> None:
    live = run.job.live
    if live is None:
        raise Conflict(gettext("The live store is deleted."))
    reading, writing = f"Reading {live.name}", "Writing the sandbox"
    sandbox = branch_store(
        live,
        slug=run.job.slug,
        # the names of tables are for the command's readers
        watch=lambda share, words: run.watch(share, reading if share < 0.5 else writing),
    )
    run.succeed(f"{sandbox.name} is open", sandbox=sandbox)


def _compare(run: SandboxRun) -> None:
    found = compare(_sandbox_of(run.job))
    wanted = [one for one in found if one.kind != ONLY_LIVE]
    contested = sum(one.is_contested for one in wanted)
    result = {
        "differences": [_present(one) for one in wanted[:MOST_SHOWN]],
        "count": len(wanted),
        "contested": contested,
        "onlyLive": len(found) - len(wanted),
    }
    run.succeed("Compared" if wanted else "Nothing differs from the live store", result=result)


def _publish(run: SandboxRun) -> None:
    done = publish(_sandbox_of(run.job), overwrite=run.job.overwrite)
    words = f"Published: {done.added} added, {done.changed} changed, {done.files} files copied"
    run.succeed(words, result=vars(done))


def _discard(run: SandboxRun) -> None:
    sandbox = run.job.sandbox
    if sandbox is not None:  # else an interrupted run is complete
        discard_branch(sandbox, watch=run.watch)
    run.succeed("Discarded")


STEPS: Final = {
    Kind.MAKE: Step("make", 0, "Making the sandbox", _make),
    Kind.COMPARE: Step("compare", 10, "Reading both stores", _compare),
    Kind.PUBLISH: Step("publish", 10, "Comparing and publishing", _publish),
    Kind.DISCARD: Step("discard", 0, "Discarding the sandbox", _discard),
}


def _sandbox_of(job: SandboxJob) -> Store:
    if job.sandbox is None:
        raise Conflict(gettext("This sandbox is deleted."))
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
            raise Conflict(
                gettext("%(under_way)s is under way. Wait until it has finished.")
                % {"under_way": under_way}
            )
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
        raise InvalidInput(
            gettext("Choose another short name."), fields={"slug": error.messages}
        ) from None
    if Store.objects.filter(slug=slug).exists():
        taken = gettext("This short name is already used by another store.")
        raise InvalidInput(gettext("Choose another short name."), fields={"slug": [taken]})
