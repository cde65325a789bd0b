"""The job that makes a store's tables: steps, repeats, failures, leases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.db.models.functions import Now
from django.test import Client

from apps.common.clock import now
from apps.operations import store_status
from apps.placements.kinds import placement_of
from apps.placements.release import template
from apps.platform import jobs, selectors
from apps.platform.errors import JobBusy
from apps.platform.models import ProvisioningJob, Store
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning import services as provisioning
from apps.provisioning import steps as opening_steps
from apps.provisioning import tasks
from apps.tenancy.context import use_store

WANTED: dict[str, Any] = {
    "name": "Tea House",
    "slug": "tea-house",
    "owner": None,
    "currency": "INR",
    "country": "IN",
}


@pytest.fixture
def job(db: None) -> Any:
    return provisioning.open_store(**WANTED)


def patch_step(monkeypatch: pytest.MonkeyPatch, name: Any, call: Any) -> None:
    from dataclasses import replace

    steps = tuple(
        replace(step, call=call) if step.name == name else step for step in opening_steps.STEPS
    )
    monkeypatch.setattr(opening_steps, "STEPS", steps)


def test_the_job_ends_with_an_open_store(job: Any) -> None:
    seen = []
    done = provisioning.run_provisioning(
        job, lambda progress, message: seen.append((progress, message))
    )
    assert (done.status, done.progress, done.error, done.attempts) == (
        JobStatus.SUCCEEDED,
        100,
        "",
        1,
    )
    assert done.tables_created == done.total_tables > 20
    assert done.store.status == StoreStatus.ACTIVE
    assert done.store.schema_version == template.graph_version()
    assert (done.lease_holder, done.lease_until) == ("", None)
    assert [progress for progress, _ in seen] == sorted({progress for progress, _ in seen})
    assert len(seen) == len(opening_steps.STEPS)


def test_running_twice_changes_nothing(job: Any) -> None:
    provisioning.run_provisioning(job)
    before = ProvisioningJob.objects.values().get(pk=job.pk)
    provisioning.run_provisioning(job)
    assert ProvisioningJob.objects.values().get(pk=job.pk) == before


def test_a_new_store_has_its_first_data(job: Any) -> None:
    from apps.inventory.models import Warehouse

    provisioning.run_provisioning(job)
    with use_store(job.store):
        assert Warehouse.objects.exists()


@pytest.mark.parametrize("step", [step.name for step in opening_steps.STEPS])
def test_a_store_that_stopped_at_any_step_serves_no_page_and_continues(
    job: Any, client_for: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, step: Any
) -> None:
    def fail(run: Any) -> None:
        raise RuntimeError("password=hunter2 at db.internal")

    selectors.forget_addresses()
    with monkeypatch.context() as patched:
        patch_step(patched, step, fail)
        stopped = provisioning.run_provisioning(job)
    assert stopped.status == JobStatus.FAILED
    assert stopped.current_step == step
    assert stopped.error.startswith("Something went wrong while ")
    assert "hunter2" not in stopped.error
    assert "db.internal" not in stopped.error
    assert Store.objects.get(pk=job.store_id).status == StoreStatus.PROVISIONING
    answer = client_for(job.store).get("/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]

    provisioning.retry_provisioning(job)
    done = provisioning.run_provisioning(job)
    assert (done.status, done.progress, done.error, done.attempts) == (
        JobStatus.SUCCEEDED,
        100,
        "",
        1,
    )
    assert done.store.status == StoreStatus.ACTIVE


def test_somebody_elses_tables_are_never_touched(job: Any) -> None:
    store = job.store
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{store.schema_name}"')
        cursor.execute("CREATE TABLE orders_order (precious text)")
        cursor.execute("INSERT INTO orders_order VALUES ('mine')")
    stopped = provisioning.run_provisioning(job)
    assert stopped.status == JobStatus.FAILED
    assert stopped.error == "The database already has tables of these names: orders_order."
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute("SELECT precious FROM orders_order")
        assert cursor.fetchall() == [("mine",)]
    assert placement_of(store).list_tables() == {"orders_order"}


@pytest.mark.matrix
@pytest.mark.slow
def test_only_missing_tables_are_created_in_a_store_of_ours_that_is_behind(job: Any) -> None:
    """Migrated up to an older version, with a row in it: the rest is added, the row stays."""
    from django.core.management import call_command
    from django.core.management.commands.migrate import Command as Migrate

    store = job.store.active_store
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{store.schema}"')
    with use_store(store):
        call_command(
            Migrate(),
            "accounts",
            database="default",
            interactive=False,
            verbosity=0,
            skip_checks=True,
        )
        from django.contrib.auth import get_user_model

        get_user_model().objects.create_user("early@example.com", "x")
    done = provisioning.run_provisioning(job)
    assert done.status == JobStatus.SUCCEEDED
    assert done.tables_created == done.total_tables
    with use_store(store):
        assert get_user_model().objects.filter(email="early@example.com").exists()


def test_a_running_job_is_not_taken_by_a_second_worker(job: Any) -> None:
    lease = opening_steps.claim_opening(job)
    assert lease is not None
    with pytest.raises(JobBusy):
        provisioning.run_provisioning(job)
    tasks.provision_store(str(job.id))
    assert ProvisioningJob.objects.get(pk=job.pk).attempts == 1


def test_the_job_of_a_dead_worker_is_found_and_finished(
    job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []
    monkeypatch.setattr(
        "apps.platform.jobs.current_app.send_task", lambda *a, **k: sent.append(k["args"])
    )
    opening_steps.claim_opening(job)
    assert tasks.resume_provisioning() == 0
    ProvisioningJob.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))
    assert tasks.resume_provisioning() == 1
    assert sent == [[str(job.id)]]
    tasks.provision_store(str(job.id))
    done = ProvisioningJob.objects.get(pk=job.pk)
    assert (done.status, done.attempts) == (JobStatus.SUCCEEDED, 2)


def test_a_job_nobody_fetched_is_published_again(job: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []
    monkeypatch.setattr(
        "apps.platform.jobs.current_app.send_task", lambda *a, **k: sent.append(k["args"])
    )
    ProvisioningJob.objects.filter(pk=job.pk).update(updated_at=now() - timedelta(minutes=1))
    assert tasks.resume_provisioning() == 1
    assert sent == [[str(job.id)]]


def test_a_worker_that_was_overtaken_stops_without_touching_anything(
    job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stalls in a step; another one takes the expired lease and finishes; the first wakes up."""

    def stall(run: Any) -> None:
        ProvisioningJob.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))
        with monkeypatch.context() as patched:
            patched.setattr(opening_steps, "STEPS", original)
            provisioning.run_provisioning(ProvisioningJob.objects.get(pk=job.pk))

    original = opening_steps.STEPS
    monkeypatch.setattr(jobs, "SURE_SECONDS", 0.0)  # it stalled longer than that
    patch_step(monkeypatch, "list_tables", stall)
    done = provisioning.run_provisioning(job)
    assert (done.status, done.attempts) == (JobStatus.SUCCEEDED, 2)
    assert done.store.status == StoreStatus.ACTIVE


@pytest.mark.parametrize("stalls_in", ["list_tables", "activate"])
def test_a_worker_that_was_overtaken_leaves_the_job_to_the_one_that_has_it(
    job: Any, monkeypatch: pytest.MonkeyPatch, stalls_in: str
) -> None:
    """The second one is still at work when the first wakes up."""
    original = {step.name: step.call for step in opening_steps.STEPS}[stalls_in]
    second = []

    def stall(run: Any) -> None:
        ProvisioningJob.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))
        second.append(opening_steps.claim_opening(job))
        original(run)

    monkeypatch.setattr(jobs, "SURE_SECONDS", 0.0)
    patch_step(monkeypatch, stalls_in, stall)
    left = provisioning.run_provisioning(job)
    assert (left.status, left.current_step) == (JobStatus.RUNNING, stalls_in)
    assert second[0].mine().exists()
    assert left.store.status == StoreStatus.PROVISIONING


def test_a_claim_that_aged_unrenewed_is_asked_for_before_the_next_step(
    job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was stopped for a while must not go on beside the one that took its job."""
    lease = opening_steps.claim_opening(job)
    assert lease is not None
    ProvisioningJob.objects.filter(pk=job.pk).update(lease_holder="another worker")
    lease.say(
        current_step="list_tables", message="", progress=10
    )  # a moment old: cannot have been taken
    lease.renewed_at -= jobs.SURE_SECONDS
    with pytest.raises(jobs.LeaseLost):
        lease.say(current_step="create_tables", message="", progress=25)


def test_a_long_step_is_told_while_it_runs(job: Any) -> None:
    lease = opening_steps.claim_opening(job)
    assert lease is not None
    lease.say(current_step="create_tables", message="Creating the tables", progress=25)
    assert lease.notes
    assert lease.renew()
    found = ProvisioningJob.objects.get(pk=job.pk)
    assert (found.current_step, found.progress) == ("create_tables", 25)
    assert not lease.notes


def test_a_job_that_kills_its_workers_is_given_up(job: Any) -> None:
    opening_steps.claim_opening(job)
    ProvisioningJob.objects.filter(pk=job.pk).update(
        attempts=jobs.MAX_CRASHES, lease_until=now() - timedelta(seconds=1)
    )
    provisioning.run_provisioning(job)
    given_up = ProvisioningJob.objects.get(pk=job.pk)
    assert given_up.status == JobStatus.FAILED
    assert "died several times" in given_up.error
    again = provisioning.retry_provisioning(given_up)
    assert (again.status, again.attempts) == (JobStatus.QUEUED, 0)


def test_a_store_suspended_meanwhile_is_not_opened_by_its_job(job: Any) -> None:
    provisioning.run_provisioning(job)
    store = store_status.suspend_store(store=Store.objects.get(pk=job.store_id), reason="Not paid")
    provisioning.run_provisioning(job)
    store.refresh_from_db()
    assert store.status == StoreStatus.SUSPENDED


def test_progress_costs_few_statements(job: Any) -> None:
    """Everything beside the replay and the seeds is a handful of small updates."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connections["platform"]) as captured:
        provisioning.run_provisioning(job)
    assert len(captured) <= 40


def test_a_worker_of_another_version_leaves_the_job_to_the_right_one(job: Any) -> None:
    from apps.platform.models import StoreTemplate

    newer = StoreTemplate.objects.create(
        version="newer", statements=";", table_count=0, built_at=now()
    )
    given_back = provisioning.run_provisioning(job)
    assert (given_back.status, given_back.lease_holder) == (JobStatus.QUEUED, "")
    assert "newer version" in given_back.message
    newer.delete()
    assert provisioning.run_provisioning(job).status == JobStatus.SUCCEEDED


def test_a_retry_while_it_runs_changes_nothing(job: Any) -> None:
    opening_steps.claim_opening(job)
    assert provisioning.retry_provisioning(job).status == JobStatus.RUNNING
