"""No thread, no asyncio task and no library call ever reads or writes another store's rows."""

import asyncio
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError

from apps.accounts.models import User
from apps.inventory.models import Warehouse
from apps.platform.models import Store
from apps.tenancy.connections import forget_database
from apps.tenancy.context import (
    NoActiveStore,
    WrongStore,
    current_store_or_none,
    outside_store,
    use_store,
)
from tests.support.databases import close_store, open_store
from tests.support.own_databases import own_database

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "owner-of-{}@example.com"


@pytest.fixture(scope="module")
def stores(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Any]]:
    """Two stores on two schemas of the shared cluster, one in a database of its own. Opened once: no test leaves a row."""
    with django_db_blocker.unblock(), own_database() as config:
        found = [open_store(), open_store(), open_store(database_type="postgresql", config=config)]
        for store in found:
            with use_store(store):
                User.objects.create_user(EMAIL.format(store.slug), "a-long-password")
        yield found
        forget_database(found[2].active_store.alias)
        for store in found:
            close_store(store)


def emails() -> list[str]:
    return [user.email for user in User.objects.all()]


def test_each_store_sees_its_own_people_only(stores: list[Any]) -> None:
    for store in stores:
        with use_store(store):
            assert emails() == [EMAIL.format(store.slug)]
    assert not set(emails()) & {EMAIL.format(store.slug) for store in stores}


def test_threads_mixing_reads_and_rolled_back_writes_see_no_foreign_row(stores: list[Any]) -> None:
    def visit(seed: int) -> list[str]:
        chance, foreign = random.Random(seed), []
        try:
            for _ in range(60):
                store = chance.choice(stores)
                with use_store(store):
                    foreign += [e for e in emails() if e != EMAIL.format(store.slug)]
                    with transaction.atomic():
                        User.objects.create_user(f"{seed}@{store.slug}.example.com")
                        transaction.set_rollback(True)
                    foreign += [e for e in emails() if e != EMAIL.format(store.slug)]
        finally:
            connections.close_all()
        return foreign

    with ThreadPoolExecutor(6) as pool:
        assert [leak for leaks in pool.map(visit, range(6)) for leak in leaks] == []


def test_asyncio_tasks_see_no_foreign_row(stores: list[Any]) -> None:
    async def visit(store: Any) -> list[str]:
        with use_store(store):
            await asyncio.sleep(random.random() / 100)
            found = [user.email async for user in User.objects.all()]
            await asyncio.sleep(0)
            count = await User.objects.acount()
            name = await sync_to_async(lambda: current_store_or_none())()
            assert count == 1
            assert name is not None
            assert name.id == store.id
            return [email for email in found if email != EMAIL.format(store.slug)]

    async def all_at_once() -> list[list[str]]:
        return await asyncio.gather(*(visit(random.choice(stores)) for _ in range(150)))

    try:
        assert [leak for leaks in asyncio.run(all_at_once()) for leak in leaks] == []
    finally:
        connections.close_all()


def write_and_fail(told: list[str]) -> None:
    with transaction.atomic():
        Warehouse.objects.create(code="gone", name="Gone")
        transaction.on_commit(lambda: told.append("never"))
        raise ZeroDivisionError


def write(told: list[str]) -> None:
    with transaction.atomic():
        Warehouse.objects.create(code="kept", name="Kept")
        transaction.on_commit(lambda: told.append("kept"))
        assert told == []


def test_plain_atomic_and_on_commit_belong_to_the_active_store(stores: list[Any]) -> None:
    for store in stores:
        told: list[str] = []
        with use_store(store):
            with pytest.raises(ZeroDivisionError):
                write_and_fail(told)
            assert not Warehouse.objects.filter(code="gone").exists()
            write(told)
            assert told == ["kept"]
            Warehouse.objects.filter(code="kept").delete()


def test_no_active_store_means_no_rows(stores: list[Any]) -> None:
    with pytest.raises(NoActiveStore):
        Warehouse.objects.count()
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM inventory_warehouse")


def test_a_schema_that_does_not_exist_raises_instead_of_falling_back(stores: list[Any]) -> None:
    from dataclasses import replace

    ghost = replace(stores[0].active_store, schema="s_ghost")
    with use_store(ghost), pytest.raises(ProgrammingError):
        User.objects.count()


def test_another_store_inside_an_open_transaction_is_refused(stores: list[Any]) -> None:
    one, other, placed = stores
    with use_store(one), transaction.atomic():
        Warehouse.objects.count()
        with pytest.raises(WrongStore), use_store(other):
            pass
        with pytest.raises(WrongStore), use_store(placed):  # on a connection of its own, too
            pass
        with outside_store():
            assert Store.objects.count() >= 3
        assert Warehouse.objects.count() == 1


def test_another_store_inside_a_transaction_of_a_placed_one_is_refused(stores: list[Any]) -> None:
    one, _other, placed = stores
    with use_store(placed), transaction.atomic():
        with pytest.raises(WrongStore), use_store(one):
            pass
        with use_store(placed):
            assert Warehouse.objects.count() == 1


def test_stepping_out_and_into_another_store_inside_a_transaction_is_refused(
    stores: list[Any],
) -> None:
    one, other, _placed = stores
    with use_store(one), transaction.atomic():
        Warehouse.objects.count()
        with outside_store(), pytest.raises(WrongStore), use_store(other):
            Warehouse.objects.count()


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (2, 1)])
def test_a_row_of_one_store_cannot_be_saved_in_another(
    stores: list[Any], pair: tuple[int, int]
) -> None:
    one, other = stores[pair[0]], stores[pair[1]]
    with use_store(one):
        person, warehouse = User.objects.get(), Warehouse.objects.first()
    with use_store(other):
        for row in (person, warehouse):
            with pytest.raises(WrongStore):
                row.save()
            with pytest.raises(WrongStore):
                row.delete()
        assert emails() == [EMAIL.format(other.slug)]


def test_a_platform_row_cannot_be_saved_in_a_store(stores: list[Any]) -> None:
    staff = User.objects.create_user("operator@example.com")
    try:
        with use_store(stores[0]), pytest.raises(WrongStore):
            staff.save()
    finally:
        User.objects.filter(pk=staff.pk)._raw_delete("platform")


def test_content_types_have_the_same_ids_in_every_store_of_the_cluster(stores: list[Any]) -> None:
    """Django caches them by id for the whole process."""
    found = []
    for store in stores:
        with use_store(store):
            found.append(sorted(ContentType.objects.values_list("id", "app_label", "model")))
    assert found[0] == found[1] == found[2] != []


def test_raw_use_of_a_closed_connection_finds_no_store(stores: list[Any]) -> None:
    with use_store(stores[0]):
        User.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone()[0] == '"no_active_store", extensions'
