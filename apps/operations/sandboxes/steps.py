"""The work on a sandbox, run once by a worker and resumed after a crash: copying, comparing, publishing, discarding.

While other work locks the store (a backup, a move), a job waits; the periodic task sends it again.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext, gettext_noop

from apps.common.clock import now
from apps.common.errors import Conflict
from apps.common.progress import make_message
from apps.operations.sandboxes.comparing import ONLY_LIVE, Difference, compare
from apps.operations.sandboxes.making import branch_store, discard_branch
from apps.operations.sandboxes.publishing import publish
from apps.operations.sandboxes.queue import OPEN
from apps.operations.store_locks import waiting_message
from apps.platform.errors import StoreAtWork
from apps.platform.jobs import (
    Step,
    StepRun,
    claim_or_refuse,
    explain_failure,
    heartbeat,
)
from apps.platform.models import SandboxJob, Store
from apps.platform.states import JobStatus
from apps.tenancy.context import outside_store

LONGEST_WAIT: Final = timedelta(hours=6)  # for other work on the store
MOST_SHOWN: Final = 200
Kind = SandboxJob.Kind


@dataclass
class SandboxRun(StepRun):
    """One worker's run of a job's one step."""

    job: SandboxJob

    def succeed(self, message: str, **facts: Any) -> None:
        done = {"progress": 100, "error": "", "finished_at": Now(), "message": message}
        self.lease.finish(JobStatus.SUCCEEDED, **done, **facts)

    def fail(self, error: Exception) -> None:
        """Release the lease: the job has failed, or is queued until other work on the store has ended."""
        if isinstance(error, StoreAtWork):
            self._wait(error)
            return
        self.lease.finish(
            JobStatus.FAILED, error=explain_failure(error, self.step)[:500], finished_at=Now()
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
            "message": waiting_message(error),
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
            SandboxRun(lease, STEPS[Kind(job.kind)], job).take_step()


def _make(run: SandboxRun) -> None:
    live = run.job.live
    if live is None:
        raise Conflict(gettext("The live store is deleted."))
    reading = make_message(gettext_noop("Reading %(store)s"), store=live.name)
    writing = gettext_noop("Writing the sandbox")
    sandbox = branch_store(
        live,
        slug=run.job.slug,
        # the names of tables are for the command's readers
        watch=lambda share, words: run.watch(share, reading if share < 0.5 else writing),
    )
    run.succeed(
        make_message(gettext_noop("%(store)s is open"), store=sandbox.name), sandbox=sandbox
    )


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
    same = gettext_noop("Nothing differs from the live store")
    run.succeed(gettext_noop("Compared") if wanted else same, result=result)


def _publish(run: SandboxRun) -> None:
    done = publish(_sandbox_of(run.job), overwrite=run.job.overwrite)
    text = gettext_noop("Published: %(added)s added, %(changed)s changed, %(files)s files copied")
    words = make_message(text, added=done.added, changed=done.changed, files=done.files)
    run.succeed(words, result=vars(done))


def _discard(run: SandboxRun) -> None:
    sandbox = run.job.sandbox
    if sandbox is not None:  # else an interrupted run is complete
        discard_branch(sandbox, watch=run.watch)
    run.succeed(gettext_noop("Discarded"))


STEPS: Final = {
    Kind.MAKE: Step("make", 0, gettext_noop("Making the sandbox"), _make),
    Kind.COMPARE: Step("compare", 10, gettext_noop("Reading both stores"), _compare),
    Kind.PUBLISH: Step("publish", 10, gettext_noop("Comparing and publishing"), _publish),
    Kind.DISCARD: Step("discard", 0, gettext_noop("Discarding the sandbox"), _discard),
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
