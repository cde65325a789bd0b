"""A process killed anywhere in provisioning: the next one finishes, and nothing is there twice."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from apps.common.clock import now
from apps.placements.kinds import placement_of
from apps.platform.models import ProvisioningJob, Store, Subscription
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning import services as provisioning
from apps.provisioning import steps as opening_steps
from apps.tenancy.connections import forget_database
from apps.tenancy.context import use_store
from tests.support.databases import close_store

pytestmark = [pytest.mark.matrix, pytest.mark.faults, pytest.mark.django_db(transaction=True)]

BOUNDARIES = [(step.name, when) for step in opening_steps.STEPS for when in ("before", "after")]
GONE = 42


@pytest.fixture(params=["shared", pytest.param("outside", marks=pytest.mark.matrix)])
def job(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[Any]:
    """A store to be opened on the shared cluster, and one on a PostgreSQL server of its own."""
    with ExitStack() as stack:
        place = {}
        if request.param == "outside":
            cluster = request.getfixturevalue("second_cluster")
            name = stack.enter_context(cluster.database())
            place = {"database_type": "postgresql", "config": cluster.config_of(name)}
        made = provisioning.open_store(
            name="Crash",
            slug=f"crash-{os.urandom(3).hex()}",
            owner=None,
            currency="INR",
            country="IN",
            start=False,
            **place,
        )
        yield made
        store = Store.objects.get(pk=made.store_id)
        if place:
            forget_database(store.active_store.alias)
        close_store(store)


def run_and_die(job: Any, step_name: Any, when: Any) -> Any:
    """Fork; the child leaves without a goodbye at the boundary of that step."""
    from dataclasses import replace

    connections.close_all()
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    try:

        def die_around(step: Any) -> Any:
            def call(run: Any) -> None:
                if when == "before":
                    os._exit(GONE)
                step.call(run)
                os._exit(GONE)

            return replace(step, call=call)

        steps = tuple(
            die_around(step) if step.name == step_name else step for step in opening_steps.STEPS
        )
        opening_steps.__dict__["STEPS"] = steps
        provisioning.run_provisioning(ProvisioningJob.objects.get(pk=job.pk))
    finally:
        os._exit(1)


def count_rows(store: Any) -> Any:
    from django.apps import apps

    from apps.tenancy.routers import Home, home_of

    with use_store(store):
        return {
            model._meta.label: model._default_manager.count()
            for model in apps.get_models()
            if home_of(model) in (Home.STORE, Home.SHARED)
        }


@pytest.mark.parametrize(("step", "when"), BOUNDARIES)
def test_killed_at_a_boundary_it_is_finished_by_the_next_worker(
    job: Any, step: Any, when: Any
) -> None:
    assert run_and_die(job, step, when) == GONE
    store = Store.objects.get(pk=job.store_id)
    killed_after_opening = (step, when) == ("activate", "after")
    if not killed_after_opening:
        assert store.status == StoreStatus.PROVISIONING
        assert ProvisioningJob.objects.get(pk=job.pk).status == JobStatus.RUNNING
        # time passes; the sweep's condition is met
        ProvisioningJob.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))
    done = provisioning.run_provisioning(ProvisioningJob.objects.get(pk=job.pk))
    assert (done.status, done.progress, done.error) == (JobStatus.SUCCEEDED, 100, "")
    assert done.store.status == StoreStatus.ACTIVE
    assert placement_of(done.store).required_schema() <= placement_of(done.store).list_tables()
    assert Subscription.objects.filter(store=done.store).count() == 1
    fresh = Store.objects.get(slug="alpha")
    assert count_rows(done.store) == count_rows(fresh), "something was seeded twice, or not at all"


def run_to_statement(job: Any, number: Any) -> Any:
    """Fork; the child is killed by the system (signal 9) before its `number`-th statement, 0 for never. How many
    statements it sent, and how it ended."""
    reading, writing = os.pipe()
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            sent = 0

            def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
                nonlocal sent
                sent += 1
                if sent == number:
                    os.kill(os.getpid(), signal.SIGKILL)
                return execute(sql, params, many, context)

            connections["platform"].execute_wrappers.append(count)
            with use_store(Store.objects.get(pk=job.store_id)):
                connections["default"].execute_wrappers.append(count)
            done = provisioning.run_provisioning(ProvisioningJob.objects.get(pk=job.pk))
            os.write(writing, str(sent).encode())
            os._exit(0 if done.status == JobStatus.SUCCEEDED else 1)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    return int(said or 0), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.matrix
def test_killed_at_any_statement_it_is_finished_by_the_next_worker(
    transactional_db: None, second_cluster: Any
) -> None:
    """A sample of statements over the whole opening, each on an empty database of another server."""
    points, number, total = 12, 0, 0
    for turn in range(points + 1):
        with second_cluster.database() as name:
            job = provisioning.open_store(
                name="Crash", slug=f"crash-{os.urandom(3).hex()}", owner=None, currency="INR", country="IN",
                database_type="postgresql", config=second_cluster.config_of(name), start=False,
            )  # fmt: skip
            sent, code = run_to_statement(job, number)
            # how many statements a run has depends on how often its lease was renewed: the last may not come
            is_last = turn == points
            assert (
                code == -signal.SIGKILL if number and not is_last else code in (0, -signal.SIGKILL)
            )
            total = total or sent
            number = 1 + round(turn * (total - 5) / (points - 1))
            ProvisioningJob.objects.filter(pk=job.pk, status=JobStatus.RUNNING).update(
                lease_until=now() - timedelta(seconds=1)
            )
            done = provisioning.run_provisioning(ProvisioningJob.objects.get(pk=job.pk))
            assert (done.status, done.error) == (JobStatus.SUCCEEDED, "")
            assert count_rows(done.store) == count_rows(Store.objects.get(slug="alpha"))
            store = Store.objects.get(pk=done.store_id)
            forget_database(store.active_store.alias)
            close_store(store)


def test_killed_in_the_middle_of_the_replay_nothing_is_left(job: Any) -> None:
    """The connection dies with the transaction open."""
    from apps.placements.release import template

    connections.close_all()
    child = os.fork()
    if not child:
        try:
            store = job.store.active_store
            with use_store(store), transaction.atomic():
                with connections["default"].cursor() as cursor:
                    cursor.execute(f'CREATE SCHEMA "{store.schema}"')
                    cursor.execute(template.get_template().statements)
                os._exit(GONE)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == GONE
    assert placement_of(job.store).list_tables() == set()
    assert provisioning.run_provisioning(job).status == JobStatus.SUCCEEDED
