"""A release comes to stores on four placements at once: main, a second cluster, an own PostgreSQL and MariaDB."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.backends.utils import CursorWrapper

from apps.checkout.models import CheckoutFence
from apps.common.ids import new_id
from apps.placements.kinds import placement_of
from apps.placements.release import template
from apps.placements.release.mysql_journal import TABLE as JOURNAL
from apps.placements.release.mysql_migrating import list_tables
from apps.placements.release.replaying import MigrationMethod
from apps.platform import seeding
from apps.platform.errors import StoreMigrating
from apps.platform.models import Store
from apps.provisioning.services import migrating
from apps.provisioning.services.migrating import migrate_stores, survey_backlog
from apps.tenancy.connections import (
    StoreUnreachable,
    forget_database,
)
from apps.tenancy.context import use_store
from tests.support.databases import close_store, open_store
from tests.support.doors import put_behind_a_door, put_cluster_behind_a_door
from tests.support.killing_statements import die, kill_at_statement
from tests.support.mariadb import placed_on
from tests.support.mariadb_server import MariaDB
from tests.support.own_databases import own_database
from tests.support.proxy import Proxy
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
from tests.support.servers import Cluster
from tests.support.waiting import wait_until

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]
Stores = dict[str, Store]
SQL_ON_ROWS = (
    f"""migrations.RunSQL("UPDATE {TABLE} SET note = 'by sql' WHERE request_key = 'mine'")"""
)


@pytest.fixture
def alone(release: Release) -> Iterator[None]:
    with nobody_else():
        yield


@pytest.fixture
def fleet(alone: None, far: str, mariadb: MariaDB) -> Iterator[Stores]:
    """A store with a row of its own on every placement, and two on each cluster."""
    with ExitStack() as places:
        config = places.enter_context(own_database())
        stores = {
            "main": open_store(),
            "main too": open_store(),
            "far": open_store(region="far"),
            "far too": open_store(region="far"),
            "own": open_store(database_type="postgresql", config=config),
            "mariadb": places.enter_context(placed_on(mariadb)),
        }
        for store in stores.values():
            add_row(store)
        yield stores
        forget_database(Store.objects.get(pk=stores["own"].pk).active_store.alias)
        for name in stores.keys() - {"mariadb"}:
            close_store(stores[name])


def add_row(store: Store) -> None:
    with use_store(store):
        CheckoutFence.objects.create(pk=new_id(), outcome="placed", request_key="mine")


def run(**options: Any) -> dict[str, Any]:
    return {done.slug: done for done in migrate_stores(**options)}


def call(*args: str) -> tuple[dict[str, Any], str]:
    """The command's report, and what it fails with ("" with exit code 0)."""
    shown, failure = StringIO(), ""
    try:
        call_command("migrate_stores", "--json", *args, stdout=shown, stderr=StringIO())
    except CommandError as error:
        failure = str(error)
    return json.loads(shown.getvalue()), failure


def ways_of(report: dict[str, Any], stores: Stores) -> dict[str, str]:
    """By the names of the fixture; the error where there is one."""
    ways = {row["store"]: row["error"] or row["way"] for row in report["stores"]}
    names = {store.slug: name for name, store in stores.items()}
    return {names[slug]: way for slug, way in ways.items()}


@pytest.mark.mariadbd
def test_a_release_of_sql_and_one_with_code_reach_every_placement(
    release: Release, fleet: Stores
) -> None:
    release.add(ADD_COLUMN, ADD_TABLE, SQL_ON_ROWS)
    with release.running():
        report, failure = call()
        replayed = dict.fromkeys(fleet, MigrationMethod.REPLAYED)
        assert (ways_of(report, fleet), failure) == (
            {**replayed, "mariadb": MigrationMethod.MIGRATED},
            "",
        )
        assert (report["visited"], report["failed"], report["halted"]) == (6, 0, "")
        for name, store in fleet.items():
            assert rows_of(store, "note, request_key") == [("by sql", "mine")], name
            assert "checkout_gift" in placement_of(store).list_tables(), name
            assert may_add_gifts(store), name
        assert call()[0]["visited"] == 0
    release.add(RUN_PYTHON, helpers=CODE)
    with release.running():
        report, failure = call("--parallel", "3")
        assert (ways_of(report, fleet), failure) == (
            dict.fromkeys(fleet, MigrationMethod.MIGRATED),
            "",
        )
        for name, store in fleet.items():
            assert rows_of(store, "note, request_key") == [("by sql", "filled")], name
        assert survey_backlog().stores == []
    add_rows_of_the_old_code(fleet)


def add_rows_of_the_old_code(stores: Stores) -> None:
    """Expand, then contract: a worker that is not restarted yet goes on selling."""
    for name, store in stores.items():
        add_row(store)
        assert len(rows_of(store, "note")) == 2, name


def may_add_gifts(store: Store) -> bool:
    with use_store(store):
        owner = Group.objects.get(name="owner")
        return owner.permissions.filter(codename="add_gift").count() == 1


@pytest.mark.mariadbd
def test_a_mariadb_store_that_another_process_holds_comes_last_and_is_reported(
    release: Release, alone: None, mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "BUSY_SECONDS", 0.5)
    release.add(ADD_COLUMN)
    with placed_on(mariadb) as store:
        other = open_store()
        with release.running():
            with held_by_another(store):
                first, last = migrate_stores()
            assert (first.slug, first.way, first.error) == (
                other.slug,
                MigrationMethod.REPLAYED,
                "",
            )
            assert (last.slug, last.error) == (store.slug, StoreMigrating.title)
            assert [(each.slug, each.way) for each in migrate_stores()] == [
                (store.slug, MigrationMethod.MIGRATED)
            ]
        close_store(other)


def test_stores_that_are_current_are_found_by_one_statement_a_cluster(
    alone: None, far: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = [open_store(region=region) for region in ("main", "far") for _ in range(5)]
    asked: list[str] = []
    send = CursorWrapper._execute  # type: ignore[attr-defined]

    def note(self: Any, statement: Any, *args: Any) -> Any:
        if "set_config('search_path'" not in str(statement):  # once a connection, no question
            asked.append(self.db.alias)
        return send(self, statement, *args)

    with own_database() as config:
        stores.append(open_store(database_type="postgresql", config=config))
        monkeypatch.setattr(CursorWrapper, "_execute", note)
        assert run() == {}
        monkeypatch.undo()
        counts = Counter(asked)
        of_the_master = counts.pop("platform")
        assert counts == {"default": 1, "cluster_far": 1}, "and nothing of a store's own database"
        forget_database(stores[-1].active_store.alias)
        close_store(stores.pop())
    for store in stores:
        close_store(store)
    assert of_the_master < len(stores)


@pytest.fixture
def doors(settings: Any) -> Iterator[list[Proxy]]:
    settings.PLACED_DATABASES = {**settings.PLACED_DATABASES, "retry_seconds": 0.5}
    opened: list[Proxy] = []
    yield opened
    for door in opened:
        door.become("shut")


@pytest.mark.mariadbd
def test_placements_that_do_not_answer_stop_nobody_and_come_next_time(
    release: Release, fleet: Stores, doors: list[Proxy], second_cluster: Cluster
) -> None:
    """A black hole, a server that is down, and a whole cluster that is down."""
    silent = {
        "own": put_behind_a_door(fleet["own"], doors),
        "mariadb": put_behind_a_door(fleet["mariadb"], doors),
        "far": put_cluster_behind_a_door(second_cluster, doors),
    }
    silent["far too"] = silent["far"]
    release.add(ADD_COLUMN, RUN_PYTHON, helpers=CODE)
    for name, door in silent.items():
        door.become("silent" if name == "own" else "shut")
    with release.running():
        report, failure = call("--parallel", "2")
        ways = ways_of(report, fleet)
        assert ways["main"] == ways["main too"] == MigrationMethod.MIGRATED
        for name in silent:
            assert "does not answer. The next run goes on with this store." in ways[name], name
        assert (report["visited"], report["failed"]) == (6, 4)
        assert failure.startswith("4 stores could not be migrated: ")
        assert all(fleet[name].slug in failure for name in silent)
        shown = StringIO()
        call_command("migrate_stores", "--dry-run", stdout=shown)
        assert f"no answer {fleet['far'].slug}" in shown.getvalue()
        assert f"behind {fleet['own'].slug}" in shown.getvalue()
        for door in doors:
            door.become("open")
        for name in silent:
            wait_until(partial(answers, fleet[name]), f"{name} is not back", seconds=10)
        report, failure = call()
        assert (ways_of(report, fleet), failure) == (
            dict.fromkeys(silent, MigrationMethod.MIGRATED),
            "",
        )
        for name, store in fleet.items():
            assert rows_of(store, "note, request_key") == [("new", "filled")], name
        assert survey_backlog().stores == []


def answers(store: Store) -> bool:
    try:
        return bool(placement_of(store).list_tables())
    except StoreUnreachable:
        return False


CUT = """
def cut(apps, schema_editor):
    if apps.get_model("checkout", "CheckoutFence").objects.exists():
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
"""


@pytest.mark.parametrize("atomic", [True, False])
def test_a_connection_that_breaks_in_one_store_is_not_the_next_one_s(
    release: Release, alone: None, far: str, atomic: bool
) -> None:
    stores = [open_store(region=region) for region in ("main", "main", "far", "far")]
    add_row(stores[0])
    add_row(stores[2])
    release.add(ADD_COLUMN, "migrations.RunPython(cut)", helpers=CUT, atomic=atomic)
    with release.running():
        done = run()
    assert [bool(done[store.slug].error) for store in stores] == [True, False, True, False]
    for store in stores:
        close_store(store)


def test_a_cluster_that_was_taken_out_of_the_settings_stops_nobody(
    release: Release, alone: None
) -> None:
    store, lost = open_store(), open_store()
    Store.objects.filter(pk=lost.pk).update(region="gone")
    release.add(ADD_COLUMN)
    with release.running():
        done = run()
    assert (done[store.slug].way, done[store.slug].error) == (MigrationMethod.REPLAYED, "")
    assert done[lost.slug].error == "There is no database 'cluster_gone'."
    for one in (store, lost):
        close_store(one)


@pytest.mark.faults
@pytest.mark.mariadbd
def test_killed_among_definitions_that_do_not_roll_back_it_is_run_again(
    release: Release, alone: None, mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed, and killed again where it went on: every run finds what the one before it has left."""
    with placed_on(mariadb) as store:
        add_row(store)
        name = release.add(ADD_COLUMN, ADD_TABLE, SQL_ON_ROWS)
        release.add(RUN_PYTHON, helpers=CODE)
        with release.running():
            template.build_template()  # what is killed is the store's own migration
            halves = 0
            for number in (*range(12, 30, 2), *range(36, 100, 12)):
                assert kill_at_statement(run, number)
                halves += is_half_done(store)
            assert halves >= 2, "the others died before or after the definitions"
            kill_before_the_roles_know(monkeypatch)
            assert not may_add_gifts(store)
            report, failure = call()
            assert (report["visited"], report["failed"], failure) == (1, 0, "")
            assert survey_backlog().stores == []
        assert rows_of(store, "note, request_key") == [("by sql", "filled")]
        assert may_add_gifts(store)
        with use_store(store), connections["default"].cursor() as cursor:
            assert JOURNAL not in list_tables()
            cursor.execute("SELECT name FROM django_migrations WHERE name LIKE '%release'")
            assert [row[0] for row in cursor.fetchall()] == [name, release.last]


def is_half_done(store: Store) -> bool:
    with use_store(store), connections["default"].cursor() as cursor:
        if JOURNAL not in list_tables():
            return False
        cursor.execute(f"SELECT count(*) FROM {JOURNAL}")
        return bool(cursor.fetchone()[0])


def kill_before_the_roles_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """All migrations are there, and nobody may use what they brought."""
    with monkeypatch.context() as patch:
        patch.setattr(seeding, "refresh_store", lambda store: die())
        assert kill_at_statement(run, 10**9)


@pytest.mark.faults
def test_killed_after_real_migrations_the_roles_are_refreshed_by_the_next_run(
    release: Release, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    release.add(ADD_TABLE, RUN_PYTHON, helpers=CODE)
    with release.running():
        kill_before_the_roles_know(monkeypatch)
        assert not may_add_gifts(store)
        assert run()[store.slug].way == MigrationMethod.CURRENT
        assert may_add_gifts(store)
    close_store(store)
