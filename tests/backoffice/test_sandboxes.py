"""The platform's admin: a store is copied into a sandbox, compared, published and thrown away, each on a page."""

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from apps.accounts.models import User
from apps.catalog.documents import Product
from apps.common.actor import Actor
from apps.common.clock import now
from apps.events.models import AuditEntry
from apps.operations.deletion.deleting import cancel_deletion, request_deletion
from apps.operations.sandboxes import queue, steps
from apps.operations.store_locks import require_unpaused
from apps.platform.jobs import MAX_CRASHES
from apps.platform.models import SandboxJob, Store
from apps.platform.states import JobStatus
from apps.tenancy.context import use_store
from tests.backoffice.sessions import PASSWORD, log_in, rename_session
from tests.checkout.shop import make_goods
from tests.support.databases import close_store
from tests.support.documents import clean_documents
from tests.support.store_operations import somebody_else

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.matrix]
PAGES = "/admin/platform/sandboxjob"


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The jobs that were handed to workers; the test is the worker."""
    ids: list[Any] = []
    monkeypatch.setattr(queue, "send_to_worker", lambda _task, job_id: ids.append(job_id) or True)
    return ids


@pytest.fixture
def live(throwaway_store: Any) -> Iterator[Any]:
    with use_store(throwaway_store):
        make_goods(stock=9)
    yield throwaway_store
    for sandbox in Store.objects.filter(sandbox_of=throwaway_store):
        clean_documents(sandbox)
        close_store(sandbox)


def work(handed: list[Any]) -> SandboxJob:
    job_id = handed.pop()
    steps.run_job(job_id)
    return SandboxJob.objects.get(pk=job_id)


def press(client: Client, url: str, handed: list[Any], **values: str) -> tuple[SandboxJob, str]:
    """A button that starts work: the job when it is done, and what its page says then."""
    answer = client.post(url, values)
    job = work(handed)
    assert answer.headers["Location"] == f"{PAGES}/{job.pk}/change/"
    assert (job.status, job.error) == (JobStatus.SUCCEEDED, "")
    return job, client.get(answer.headers["Location"]).content.decode()


def test_made_changed_published_and_thrown_away(
    operator: Client,
    live: Any,
    handed: list[Any],
    client_for: Callable[..., Client],
) -> None:
    page = f"{PAGES}/store/{live.pk}/"
    change = operator.get(f"/admin/platform/store/{live.pk}/change/").content.decode()
    assert page in change
    shown = operator.get(page).content.decode()
    assert "Make the sandbox" in shown
    assert "copied to the platform&#x27;s shared cluster" in shown
    taken = operator.post(page, {"slug": live.slug})
    assert "already used" in taken.content.decode()
    slug = f"{live.slug}-try"
    made, told = press(operator, page, handed, slug=slug)
    sandbox = Store.objects.get(slug=slug)
    assert made.sandbox == sandbox
    assert "is open" in told
    assert slug in operator.get(page).content.decode()  # listed with its store
    own = f"{PAGES}/store/{sandbox.pk}/"
    assert f"Sandbox of {live.name}" in operator.get(own).content.decode()
    listed = operator.get("/admin/platform/store/?is_sandbox__exact=1").content.decode()
    assert live.name in listed
    _require_banner(sandbox, live, client_for)

    job, told = press(operator, f"{own}compare/", handed)
    assert job.result["count"] == 0
    assert "Publish to" not in told
    with use_store(sandbox):
        product = Product.objects.first()
        product.title = "Renamed in the sandbox"
        product.save()
    job, told = press(operator, f"{own}compare/", handed)
    assert job.result["count"] == 1
    assert f"Publish to {live.name}" in told
    job, told = press(operator, f"{PAGES}/{job.pk}/publish/", handed)
    assert job.result["changed"] == 1
    with use_store(live):
        assert Product.objects.filter(title="Renamed in the sandbox").exists()

    refused = operator.post(f"{own}discard/", {"typed": "something"})
    assert "Type the sandbox" in refused.content.decode()
    assert not handed
    press(operator, f"{own}discard/", handed, typed=slug)
    assert not Store.objects.filter(slug=slug).exists()
    assert Store.objects.filter(pk=live.pk).exists()
    actions = set(
        AuditEntry.objects.filter(target_ref__in=[str(live.pk), str(sandbox.pk)]).values_list(
            "action", flat=True
        )
    )
    assert {"store.branched", "store.sandbox_published", "store.sandbox_discarded"} <= actions


def _require_banner(sandbox: Store, live: Store, client_for: Callable[..., Client]) -> None:
    with use_store(sandbox):
        boss = User.objects.create_superuser(f"b-{secrets.token_hex(4)}@example.com", PASSWORD)
        client = client_for(sandbox)
        client.force_login(boss)
    client = rename_session(client, f"session_{sandbox.slug}")
    inside = client.get("/admin/").content.decode()
    assert f"Sandbox of {live.name}" in inside
    assert "No mail or payment leaves it" in inside
    assert "Sandbox." in client_for(sandbox).get("/").content.decode()


def test_a_live_store_is_never_thrown_away(
    operator: Client,
    live: Any,
    handed: list[Any],
) -> None:
    url = f"{PAGES}/store/{live.pk}/discard/"
    answer = operator.post(url, {"typed": live.slug})
    assert "no sandbox" in answer.content.decode()
    operator.post(f"{PAGES}/store/{live.pk}/compare/")
    assert handed == []
    assert not SandboxJob.objects.filter(slug=live.slug).exists()


def test_what_stopped_says_why_and_is_tried_again(
    operator: Client,
    live: Any,
    handed: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slug = f"{live.slug}-late"

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret words of a library")

    with monkeypatch.context() as patch:
        patch.setattr(steps, "branch_store", broken)
        operator.post(f"{PAGES}/store/{live.pk}/", {"slug": slug})
        job = work(handed)
    assert job.status == JobStatus.FAILED
    page = operator.get(f"{PAGES}/{job.pk}/change/").content.decode()
    assert "Something went wrong" in page
    assert "secret words" not in page
    operator.post(f"{PAGES}/{job.pk}/retry/")
    state = json.loads(operator.get(f"{PAGES}/{job.pk}/status.json").content)
    assert state["isRunning"] is True
    # its worker dies: the sweep hands it out again, and it is done once
    handed.clear()
    SandboxJob.objects.filter(pk=job.pk).update(
        status=JobStatus.RUNNING, updated_at=now() - timedelta(minutes=1)
    )
    assert queue.resume_stalled_jobs() == 1
    assert handed == [job.pk]
    assert work(handed).status == JobStatus.SUCCEEDED
    steps.run_job(job.pk)
    assert Store.objects.filter(slug=slug, sandbox_of=live).count() == 1


def test_it_waits_for_other_work_on_the_store_and_goes_on_by_itself(
    operator: Client,
    live: Any,
    handed: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slug = f"{live.slug}-waits"
    operator.post(f"{PAGES}/store/{live.pk}/", {"slug": slug})
    job_id = handed[0]
    with somebody_else(live, "backed up"):
        for _time in range(MAX_CRASHES + 2):  # waiting is no crash
            steps.run_job(job_id)
        state = json.loads(operator.get(f"{PAGES}/{job_id}/status.json").content)
        assert (state["isRunning"], state["error"]) == (True, "")
        assert state["message"] == "Waits for the store's backup to end"
        assert not Store.objects.filter(slug=slug).exists()
        assert queue.resume_stalled_jobs() == 0, "not before a while"
        long_ago = now() - steps.LONGEST_WAIT - timedelta(minutes=1)
        SandboxJob.objects.filter(pk=job_id).update(waits_since=long_ago)
        assert work(handed).status == JobStatus.FAILED
        page = operator.get(f"{PAGES}/{job_id}/change/").content.decode()
        assert "being backed up right now" in page
        operator.post(f"{PAGES}/{job_id}/retry/")
        assert work(handed).status == JobStatus.QUEUED
    SandboxJob.objects.filter(pk=job_id).update(updated_at=now() - queue.PATIENCE * 2)
    assert queue.resume_stalled_jobs() == 1
    assert work(handed).status == JobStatus.SUCCEEDED

    operator.post(f"{PAGES}/store/{Store.objects.get(slug=slug).pk}/compare/")
    [job_id] = handed
    request_deletion(store=live, actor=Actor.system("test"))
    monkeypatch.setattr(steps, "compare", lambda sandbox: require_unpaused(live))
    assert work(handed).status == JobStatus.FAILED, "nobody knows whether that ends"
    cancel_deletion(store=live)


def test_who_may_only_look_can_start_nothing(live: Any, client_for: Callable[..., Client]) -> None:
    person = User.objects.create_user(
        f"looks-{secrets.token_hex(4)}@example.com", PASSWORD, is_staff=True
    )
    person.user_permissions.add(Permission.objects.get(codename="view_sandboxjob"))
    looker = log_in(client_for(None), person)
    job = SandboxJob.objects.create(kind="make", live=live, slug="x", status=JobStatus.FAILED)
    assert looker.get(f"{PAGES}/{job.pk}/change/").status_code == 200
    for url in (f"store/{live.pk}/", f"store/{live.pk}/discard/", f"store/{live.pk}/compare/"):
        assert looker.post(f"{PAGES}/{url}", {"slug": "y"}).status_code == 403
    for url in ("retry", "publish"):
        assert looker.post(f"{PAGES}/{job.pk}/{url}/").status_code == 403
