"""Requests for the work on sandboxes: a job that a worker runs once, and a retry of a stopped one."""

from functools import partial
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from apps.common.actor import Actor
from apps.common.errors import Conflict, InvalidInput
from apps.operations.sandboxes.comparing import live_of
from apps.operations.sandboxes.making import require_sandbox
from apps.operations.sandboxes.queue import OPEN, enqueue_job
from apps.platform.auditing import note
from apps.platform.jobs import set_status
from apps.platform.models import SandboxJob, Store
from apps.platform.states import JobStatus, StoreStatus
from apps.tenancy.transactions import atomic_on_platform, on_commit_on_platform

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
    with atomic_on_platform():
        fields: dict[str, Any] = {
            "error": "",
            "message": gettext_noop("Waiting for a worker"),
            "attempts": 0,
            "waits_since": None,
        }
        if not set_status(job, JobStatus.QUEUED, Q(status=JobStatus.FAILED), **fields):
            raise Conflict(gettext("Only a job that has stopped can be tried again."))
        store = job.sandbox or job.live
        note("store.sandbox_work_resumed", store or job.slug, after={"sandbox": job.slug})
        on_commit_on_platform(partial(enqueue_job, job.pk))


def _request(kind: str, actor: Actor, **fields: Any) -> SandboxJob:
    """One at a time for each sandbox: while one is under way, that one is the answer where it is of the same kind."""
    slug = fields.setdefault("slug", fields["sandbox"].slug if fields.get("sandbox") else "")
    with atomic_on_platform():
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
            message=gettext_noop("Waiting for a worker"),
            **fields,
        )
        asked = {"sandbox": slug, "overwrite": job.overwrite}
        note(_NOTED[Kind(kind)], store, after=asked, actor=actor)
        on_commit_on_platform(partial(enqueue_job, job.pk))
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
