"""`migrate_stores` killed anywhere, run twice at once, and run while stores are opened and used."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction

from apps.checkout.models import CheckoutFence
from apps.common.clock import now
from apps.common.ids import new_id
from apps.placements.release import template
from apps.placements.release.replaying import MigrationMethod
from apps.platform.models import ProvisioningJob, Store
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning import services as provisioning
from apps.provisioning.services import migrating
from apps.provisioning.services.migrating import migrate_stores, survey_backlog
from apps.tenancy.context import system_scope, use_store
from tests.support.databases import close_store, open_store
from tests.support.killing_statements import kill_at_statement, run_and_die
from tests.support.releases import (
    ADD_COLUMN,
    ADD_TABLE,
    CODE,
    RUN_PYTHON,
    TABLE,
    Release,
    held_by_another,
    nobody_else,
    rows_of,
)

pytestmark = [
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.faults,
    pytest.mark.soak,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def fleet(release: Release) -> Iterator[list[Store]]:
    """Three stores with a row each, and no others: the release is played for them alone."""
    with nobody_else():
        opened = [open_store() for _ in range(3)]
        for store in opened:
            with use_store(store):
                CheckoutFence.objects.create(pk=new_id(), outcome="placed", request_key="mine")
        yield opened
        for store in opened:
            close_store(store)


def list_done(store: Store) -> list[str]:
    """The release's migrations, by the store's own list; the column must be there with them."""
    with use_store(store), connections["default"].cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE name LIKE '%release' ORDER BY id")
        names = [row[0] for row in cursor.fetchall()]
        described = connections["default"].introspection.get_table_description(cursor, TABLE)
    assert ("note" in [column.name for column in described]) is bool(names), "never half"
    return names


def run(**options: Any) -> list[Any]:
    return list(migrate_stores(**options))


@pytest.mark.parametrize(
    ("with_code", "points"),
    [
        pytest.param(False, [*range(4, 40, 3)], id="replay"),
        pytest.param(True, [*range(8, 110, 9)], id="python"),
        pytest.param(False, [*range(1, 90)], id="replay-everywhere", marks=[pytest.mark.soak]),
        pytest.param(True, [*range(1, 400, 3)], id="python-everywhere", marks=[pytest.mark.soak]),
    ],
)
def test_killed_at_any_statement_it_is_run_again(
    release: Release, fleet: list[Store], with_code: bool, points: list[int]
) -> None:
    """Building the template, replay or real migrations, roles, registry: each statement is a place to die."""
    if with_code:
        name = release.add(ADD_COLUMN, RUN_PYTHON, helpers=CODE)
    else:
        name = release.add(ADD_COLUMN, ADD_TABLE)
    with release.running():
        for number in (3, 30, 90, 150):  # while the template is made
            assert kill_at_statement(run, number)
            assert not any(list_done(store) for store in fleet)
        template.build_template()
        killed = 0
        for number in points:
            killed += kill_at_statement(run, number)
            for store in fleet:
                assert list_done(store) in ([], [name])
        assert killed >= 5
        run()
        assert survey_backlog().stores == []
        for store in fleet:
            assert list_done(store) == [name]
            assert rows_of(store, "note, request_key") == [
                ("new", "filled" if with_code else "mine")
            ]


def test_two_of_them_share_the_work(release: Release, fleet: list[Store]) -> None:
    """At the same moment, in two processes: every store is done once, nothing fails."""
    name = release.add(ADD_COLUMN, RUN_PYTHON, helpers=CODE)
    with release.running():
        connections.close_all()
        children = []
        for _ in range(2):
            child = os.fork()
            if child == 0:
                run_and_die(lambda: [1 / (not each.error) for each in run()], 10**9)
            children.append(child)
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        assert codes == [0, 0]
        assert survey_backlog().stores == []
    for store in fleet:
        assert list_done(store) == [name]
        assert rows_of(store, "note, request_key") == [("new", "filled")]


def test_threads_do_each_store_once_and_leave_no_connection(
    release: Release, fleet: list[Store]
) -> None:
    release.add(ADD_COLUMN)
    with release.running():
        results = run(parallel=3)
        assert sorted(each.slug for each in results) == sorted(each.slug for each in fleet)
        assert {(each.way, each.error) for each in results} == {(MigrationMethod.REPLAYED, "")}
    assert not [each for each in threading.enumerate() if each.name.startswith("migrating")]


def test_a_store_that_another_process_holds_comes_last(
    release: Release, fleet: list[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is reported, not waited for without end."""
    monkeypatch.setattr(migrating, "BUSY_SECONDS", 0.5)
    release.add(ADD_COLUMN)
    with release.running():
        with held_by_another(fleet[0]):
            results = run()
        assert [each.slug for each in results][-1] == fleet[0].slug
        assert "right now" in results[-1].error
        assert [(each.slug, each.way) for each in run()] == [
            (fleet[0].slug, MigrationMethod.REPLAYED)
        ]


def test_a_buyer_s_open_transaction_delays_a_store_and_loses_nothing(
    release: Release, fleet: list[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code of before writes all the while, before, during and after; its rows come through."""
    from apps.placements.release import replaying

    monkeypatch.setattr(replaying, "LOCK_TIMEOUT", "200ms")
    release.add(ADD_COLUMN)
    writing, finish = threading.Event(), threading.Event()

    def buy() -> None:
        with system_scope("test"), use_store(fleet[0]), transaction.atomic():
            CheckoutFence.objects.create(pk=new_id(), outcome="placed", request_key="slow")
            writing.set()
            finish.wait(1.0)
        connections.close_all()

    buyer = threading.Thread(target=buy)
    buyer.start()
    assert writing.wait(10)
    with release.running():
        results = run()
    finish.set()
    buyer.join()
    assert {each.error for each in results} == {""}
    with use_store(fleet[0]):  # the old model, the new table
        CheckoutFence.objects.create(pk=new_id(), outcome="placed", request_key="old code")
    assert sorted(rows_of(fleet[0], "note, request_key")) == [
        ("new", "mine"),
        ("new", "old code"),
        ("new", "slow"),
    ]


def test_an_opening_by_the_old_code_is_waited_for_and_brought_up(
    release: Release, fleet: list[Store]
) -> None:
    """Its worker made the tables before the template was new; it finishes, and the store is migrated after all."""
    job = provisioning.open_store(
        name="Late",
        slug=f"late-{os.urandom(3).hex()}",
        owner=None,
        currency="INR",
        country="IN",
        start=False,
    )
    provisioning.run_provisioning(job)
    store = job.store
    Store.objects.filter(pk=store.pk).update(status=StoreStatus.PROVISIONING)
    ProvisioningJob.objects.filter(pk=job.pk).update(
        status=JobStatus.RUNNING, lease_until=now() + timedelta(seconds=30), started_at=now()
    )
    name = release.add(ADD_COLUMN)

    def finish_later() -> None:
        Store.objects.filter(pk=store.pk).update(status=StoreStatus.ACTIVE)
        ProvisioningJob.objects.filter(pk=job.pk).update(status=JobStatus.SUCCEEDED)
        connections.close_all()

    timer = threading.Timer(3.0, finish_later)
    try:
        with release.running():
            template.build_template()
            timer.start()
            results = run()
        assert results[-1].slug == store.slug
        assert list_done(store) == [name]
    finally:
        timer.join()
        close_store(store)


def test_stores_are_opened_while_others_are_migrated(release: Release, fleet: list[Store]) -> None:
    release.add(ADD_COLUMN)
    opened: list[Store] = []

    def open_some() -> None:
        with system_scope("test"):
            opened.extend(open_store() for _ in range(2))
        connections.close_all()

    with release.running():
        template.build_template()
        thread = threading.Thread(target=open_some)
        thread.start()
        results = run()
        thread.join()
        try:
            assert {each.error for each in results} == {""}
            assert [list_done(each) for each in (*fleet, *opened)] == [[release.last]] * 5
            assert survey_backlog().stores == []
        finally:
            for store in opened:
                close_store(store)
