"""Moves between PostgreSQL and MariaDB, and the fence on MariaDB with writers at work."""

import threading
from collections.abc import Iterator
from typing import Any

import pymysql
import pytest
from django.db import connections

from apps import archive
from apps.accounts.models import User
from apps.operations import moving
from apps.operations.moving.endpoints import source_of
from apps.orders.models import Order
from apps.platform.models import Store
from apps.tenancy.context import use_store
from apps.tenancy.errors import StorePaused
from apps.tenancy.write_pause import is_paused, pause_writes, resume_writes
from apps.tenancy.write_pause.mysql import ERRNO
from tests.checkout.shop import make_goods, stock_of
from tests.operations.moves import Buyers, move_to
from tests.support.acting import seeing_all
from tests.support.mariadb import placed_on
from tests.support.mariadb_server import MariaDB
from tests.support.waiting import wait_until

pytestmark = [
    pytest.mark.usefixtures("system_scope"),
    pytest.mark.soak,
    pytest.mark.mariadbd,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def placed(mariadb: MariaDB, transactional_db: None) -> Iterator[Any]:
    with placed_on(mariadb) as store:
        yield store


def driver_connection(mariadb: MariaDB, store: Any) -> Any:
    """A program that knows nothing of Polystore."""
    with use_store(store):
        settings = connections["default"].settings_dict
        return pymysql.connect(
            host=settings["HOST"],
            port=int(settings["PORT"]),
            user=settings["USER"],
            password=settings["PASSWORD"],
            database=settings["NAME"],
            autocommit=True,
        )


def nobody_writes_behind_the_fence(mariadb: MariaDB, placed: Any) -> None:
    with use_store(placed):
        User.objects.create_user("before@example.com")
    pause_writes(placed.active_store)
    pause_writes(placed.active_store)
    assert is_paused(placed.active_store)
    with driver_connection(mariadb, placed) as other, other.cursor() as cursor:
        for attempt in (
            "UPDATE accounts_user SET first_name = 'x'",
            "DELETE FROM accounts_user",
            "INSERT IGNORE INTO accounts_user SELECT * FROM accounts_user",
            "REPLACE INTO accounts_user SELECT * FROM accounts_user",
            "UPDATE IGNORE accounts_user SET first_name = 'x'",
        ):
            with pytest.raises(pymysql.Error) as refusal:
                cursor.execute(attempt)
            assert refusal.value.args[0] == ERRNO, attempt
    with use_store(placed):
        with pytest.raises(StorePaused):
            User.objects.create_user("orm@example.com")
        with pytest.raises(StorePaused):
            User.objects.bulk_create([User(email="bulk@example.com")], ignore_conflicts=True)
        assert [user.first_name for user in User.objects.all()] == [""]
    resume_writes(placed.active_store)
    assert not is_paused(placed.active_store)
    with use_store(placed):
        User.objects.create_user("after@example.com")


def a_running_transaction_is_waited_for(mariadb: MariaDB, placed: Any) -> None:
    with use_store(placed):
        User.objects.all().delete()
        User.objects.create_user("asha@example.com")
    done: list[str] = []

    def fence() -> None:
        try:
            pause_writes(placed.active_store)
            done.append("paused")
        finally:
            connections.close_all()

    with driver_connection(mariadb, placed) as writer, writer.cursor() as cursor:
        writer.begin()
        cursor.execute("UPDATE accounts_user SET first_name = 'Asha'")
        thread = threading.Thread(target=fence)
        thread.start()
        wait_until_fenced_twice(mariadb)
        assert done == [], "it waits for the open transaction"
        writer.commit()
        thread.join(60)
    assert done == ["paused"]
    with use_store(placed):
        assert User.objects.get().first_name == "Asha"
    resume_writes(placed.active_store)


def wait_until_fenced_twice(mariadb: MariaDB) -> None:
    """Until two attempts to make a trigger were seen waiting: the first has stepped back, the next has come."""
    attempts: set[Any] = set()

    def are_two() -> bool:
        attempts.update(
            mariadb.run(
                "SELECT query_id FROM information_schema.processlist "
                "WHERE info LIKE 'CREATE TRIGGER%' AND state LIKE 'Waiting for table metadata%'"
            )
        )
        return len(attempts) >= 2

    wait_until(are_two, "the fence does not come again")


def sellers_meet_the_fence_or_are_before_it(placed: Any) -> None:
    with use_store(placed):
        goods = make_goods(stock=500)
    with Buyers(placed, goods) as buyers:
        pause_writes(placed.active_store)
        with seeing_all(placed):
            frozen = set(Order.objects.values_list("pk", flat=True)), stock_of(goods)
        buyers.wait_for_refusals(4)
    assert buyers.errors == []
    assert buyers.paused
    with seeing_all(placed):
        assert (set(Order.objects.values_list("pk", flat=True)), stock_of(goods)) == frozen
        assert set(buyers.placed) <= frozen[0]


def test_the_fence(mariadb: MariaDB, placed: Any) -> None:
    """One store for all three: opening one there takes some ten seconds."""
    nobody_writes_behind_the_fence(mariadb, placed)
    a_running_transaction_is_waited_for(mariadb, placed)
    sellers_meet_the_fence_or_are_before_it(placed)


def test_moved_to_mariadb_and_back_while_people_buy(mariadb: MariaDB, throwaway_store: Any) -> None:
    store = throwaway_store
    with use_store(store):
        goods = make_goods(stock=5_000)
        User.objects.create_user("asha@example.com", "sesame-4711")
    config = mariadb.make_database()
    with Buyers(store, goods, count=2) as buyers:
        there = move_to(store, "mysql", config)
        buyers.wait_for(3)
        moving.drop_source(there)
        back = move_to(store, "shared")
        buyers.wait_for(3)
    assert buyers.errors == []
    with seeing_all(Store.objects.get(pk=store.pk)):
        numbers = dict(Order.objects.values_list("pk", "number"))
        assert set(buyers.placed) <= set(numbers)
        assert stock_of(goods) == (5_000, len(numbers), 0)
        assert len(set(numbers.values())) == len(numbers)
    before = archive.fingerprint_store(source_of(back).active_store, parts=[archive.SQL])
    assert before["sql:orders_order"][0] >= 6
    moving.drop_source(back)
    mariadb.drop_database(config["database"])
