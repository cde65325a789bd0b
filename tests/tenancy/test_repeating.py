"""A transaction that the database ended by a deadlock is run again, as a whole, and only where that is right."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, transaction

from apps.inventory.models import Warehouse
from apps.tenancy.context import use_store
from apps.tenancy.retrying import note_outside_effect, repeated_on_deadlock
from tests.support.mariadb import placed_on
from tests.support.mariadb_server import MariaDB
from tests.support.threads import fails, run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def on_mariadb(django_db_setup: None, django_db_blocker: Any, mariadb: MariaDB) -> Iterator[Any]:
    with django_db_blocker.unblock(), placed_on(mariadb) as store:
        yield store


@pytest.fixture(
    params=["throwaway_store", pytest.param("on_mariadb", marks=[pytest.mark.matrix, pytest.mark.mariadbd])]
)  # fmt: skip
def shop(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A store with two warehouses, on both kinds of server."""
    store = request.getfixturevalue(request.param)
    with use_store(store):
        Warehouse.objects.filter(code__in="ab").delete()
        Warehouse.objects.bulk_create(Warehouse(code=code, name=code, priority=0) for code in "ab")
    return store


class Crossing:
    """Two transactions that lock `a` and `b` in opposite orders; both hold their first lock before they go on."""

    def __init__(self, decorate: Callable[[Any], Any]) -> None:
        self.met = threading.Barrier(2)
        self.runs: list[str] = []
        self.call = decorate(self._call)
        self.effects: Callable[[], None] = lambda: None

    def _call(self, first: str, second: str) -> None:
        is_first_run = first not in self.runs
        self.runs.append(first)
        with transaction.atomic():
            self._count(first)
            if is_first_run:
                self.met.wait(20)
            self.effects()
            with transaction.atomic():  # a savepoint is gone with the rest
                self._count(second)

    @staticmethod
    def _count(code: str) -> None:
        row = Warehouse.objects.select_for_update().get(code=code)
        row.priority += 1
        row.save(update_fields=["priority"])

    def run(self, store: Any) -> list[Any]:
        return run_at_once(store, [lambda: self.call("a", "b"), lambda: self.call("b", "a")])


def priorities(store: Any) -> list[int]:
    with use_store(store):
        rows = Warehouse.objects.filter(code__in="ab").order_by("code")
        return list(rows.values_list("priority", flat=True))


def named(function: Any) -> Any:
    def call(first: str, second: str) -> None:
        function(first, second)

    return repeated_on_deadlock(call)


def test_both_sides_of_a_deadlock_finish_once(shop: Any) -> None:
    crossing = Crossing(named)
    assert fails(crossing.run(shop)) == []
    assert len(crossing.runs) == 3
    assert priorities(shop) == [2, 2]


def test_without_it_one_of_them_is_lost(shop: Any) -> None:
    crossing = Crossing(lambda function: function)
    (lost,) = fails(crossing.run(shop))
    assert isinstance(lost, OperationalError)
    assert priorities(shop) == [1, 1]


def test_what_went_out_to_other_systems_is_not_sent_again(shop: Any) -> None:
    crossing = Crossing(named)
    crossing.effects = note_outside_effect
    (lost,) = fails(crossing.run(shop))
    assert isinstance(lost, OperationalError)
    assert len(crossing.runs) == 2


def test_an_inner_transaction_is_not_repeated_by_itself(shop: Any) -> None:
    def inside(function: Any) -> Any:
        repeated = named(function)

        def call(first: str, second: str) -> None:
            with transaction.atomic():
                repeated(first, second)

        return call

    (lost,) = fails(Crossing(inside).run(shop))
    assert isinstance(lost, OperationalError)
    assert priorities(shop) == [1, 1]


def test_other_errors_are_not_repeated(shop: Any) -> None:
    runs = []

    @repeated_on_deadlock
    def fail() -> None:
        runs.append(1)
        raise OperationalError(1317, "interrupted")

    with use_store(shop), pytest.raises(OperationalError):
        fail()
    assert runs == [1]
