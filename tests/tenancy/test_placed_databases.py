"""Databases of stores are known to a process while they are used: bounded, closed, forgotten, replaced."""

import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from psycopg import sql

from apps.accounts.models import User
from apps.platform.errors import PlacementOccupied, PlacementUnreachable
from apps.platform.models import Store
from apps.platform.selectors import get_database_config
from apps.provisioning import services as provisioning
from apps.tenancy.connections import PoolFull, forget_database, known_databases, register_database
from apps.tenancy.context import system_scope, use_store
from tests.support.databases import ENVIRONMENT
from tests.support.dropping import drop_database
from tests.support.own_databases import on_server
from tests.support.placed_stores import run_sql
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.matrix]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def budget(settings: Any) -> Callable[..., None]:
    def set_budget(**values: Any) -> None:
        settings.PLACED_DATABASES = {**settings.PLACED_DATABASES, **values}

    return set_budget


@pytest.fixture
def register() -> Iterator[Callable[[int], str]]:
    """`register(3)` makes a third alias for the suite's own database known; they connect like placed ones."""
    made: list[str] = []

    def make(number: int) -> str:
        alias = f"store_{number:032x}_v1"
        described = {**connections["platform"].settings_dict, "OPTIONS": {}}
        made.append(alias)
        register_database(alias, described)
        return alias

    yield make
    for alias in made:
        forget_database(alias)


def ask(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")


def known() -> set[str]:
    return {placed.alias for placed in known_databases.list_known()}


def test_the_longest_unused_database_goes_and_one_in_use_stays(
    budget: Callable[..., None], register: Callable[[int], str]
) -> None:
    budget(databases=2)
    first = register(1)
    with transaction.atomic(using=first):
        ask(first)
        second = register(2)
        ask(second)
        connections[second].close()
        third = register(3)
        assert known() & {first, second, third} == {first, third}
        ask(third)
        with pytest.raises(PoolFull):
            register(4)
        ask(first)
    connections[first].close()


def test_one_in_a_transaction_of_another_thread_stays_too(
    budget: Callable[..., None], register: Callable[[int], str]
) -> None:
    budget(databases=1)
    first = register(1)
    inside, leave = threading.Event(), threading.Event()

    def work() -> None:
        try:
            with transaction.atomic(using=first):
                ask(first)
                inside.set()
                leave.wait(10)
                ask(first)
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    assert inside.wait(10)
    try:
        with pytest.raises(PoolFull):
            register(2)
    finally:
        leave.set()
        worker.join()
    assert register(2) in known()
    assert first not in known()


def test_what_rests_is_closed_and_forgotten_by_itself(
    budget: Callable[..., None], register: Callable[[int], str]
) -> None:
    budget(idle_seconds=0.3)
    alias = register(1)
    ask(alias)
    backend = connections[alias].connection.info.backend_pid
    connections[alias].close()
    wait_until(lambda: alias not in known() and not _is_there(backend), "it stays open", seconds=5)
    with pytest.raises(Exception, match="no database"):
        ask(alias)


def _is_there(pid: int) -> bool:
    with connections["platform"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [pid])
        return bool(cursor.fetchone()[0])


def test_a_lent_connection_carries_nothing_to_the_next_borrower(
    budget: Callable[..., None], register: Callable[[int], str]
) -> None:
    budget(pool_size=1)
    alias = register(1)
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
        cursor.execute("SET search_path = pg_catalog")
        cursor.execute("SELECT set_config('polystore.sees_all', 'on', false)")
    connections[alias].close()
    connections[alias].ensure_connection()
    bare = connections[alias].connection
    assert bare.info.backend_pid == pid
    assert "no_active_store" in bare.execute("SHOW search_path").fetchone()[0]
    assert bare.execute("SELECT current_setting('polystore.sees_all')").fetchone()[0] != "on"
    connections[alias].close()


WATCHER = """
import sys, uuid, django
django.setup()
from django.db import connections, OperationalError
from apps.accounts.models import User
from apps.platform.selectors import get_active_store
from apps.tenancy.connections import known_databases
from apps.tenancy.context import use_store, system_scope
for _ in sys.stdin:
    store = get_active_store(store_id=uuid.UUID(sys.argv[1]))
    try:
        with use_store(store), system_scope():
            User.objects.count()
            state = "ok"
    except OperationalError:
        state = "down"
    connections.close_all()
    print(store.alias, state, len(known_databases.list_known()), flush=True)
"""


@pytest.fixture
def watcher(owned_store: Store) -> Iterator[Callable[[], tuple[str, str, int]]]:
    """Another process that asks the store when told to; what it says: alias, state, databases known."""
    database = connections["platform"].settings_dict
    login = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    environment = {
        **ENVIRONMENT,
        "DATABASE_URL": f"postgresql://{login}/{database['NAME']}",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    environment.pop("POLYSTORE_EMBEDDED", None)
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHER, str(owned_store.id)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask_there() -> tuple[str, str, int]:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.flush()
        alias, state, count = process.stdout.readline().split()
        return alias, state, int(count)

    yield ask_there
    process.kill()
    process.wait()


def test_a_changed_password_counts_in_every_process_within_seconds(
    owned_store: Store, role: str, watcher: Callable[[], tuple[str, str, int]]
) -> None:
    old = owned_store.active_store
    assert watcher()[:2] == (old.alias, "ok")
    seen = _ask_in_thread(old)
    config = {**get_database_config(owned_store), "password": "second"}
    with pytest.raises(PlacementUnreachable):
        provisioning.change_database_credentials(store=owned_store, config=config)
    assert Store.objects.get(pk=owned_store.pk).active_store == old  # nothing has moved
    on_server(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal("second"))
    )
    new = provisioning.change_database_credentials(store=owned_store, config=config).active_store
    wait_until(lambda: watcher() == (new.alias, "ok", 1), "the old one is still known", seconds=8)
    assert _ask_in_thread(new) == seen
    connections.close_all()
    known_databases.close_idle()
    assert old.alias not in known()


def _ask_in_thread(store: Any) -> int:
    found: list[int] = []

    def ask_store() -> None:
        try:
            with use_store(store), system_scope():
                found.append(User.objects.count())
        finally:
            connections.close_all()

    thread = threading.Thread(target=ask_store)
    thread.start()
    thread.join()
    return found[0]


def test_credentials_of_an_empty_database_are_refused(owned_store: Store, role: str) -> None:
    name = f"test_empty_{secrets.token_hex(4)}"
    run_sql("CREATE DATABASE {} OWNER {}", name, role)
    try:
        with pytest.raises(PlacementOccupied, match="not in it"):
            provisioning.change_database_credentials(
                store=owned_store, config={**get_database_config(owned_store), "database": name}
            )
    finally:
        drop_database(name, on_server)
