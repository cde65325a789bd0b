"""The guards a store's database lacks are listed in words, on both kinds of server."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from apps.placements.kinds import placement_of
from apps.placements.row_policy_check import list_missing
from apps.tenancy.context import use_store
from tests.support.mariadb import placed_on
from tests.support.mariadb_server import MariaDB

pytestmark = pytest.mark.django_db(transaction=True)

POSTGRESQL = (
    "ALTER TABLE orders_order DROP CONSTRAINT order_total_not_negative",
    "DROP INDEX unique_primary_email",
    "ALTER TABLE inventory_warehouse DROP CONSTRAINT inventory_warehouse_code_key",
    "ALTER TABLE orders_orderline DROP CONSTRAINT {foreign_key}",
    "DROP TRIGGER inventory_movement_append_only ON inventory_movement",
)
MARIADB = (
    "ALTER TABLE orders_order DROP CONSTRAINT order_total_not_negative",
    "ALTER TABLE account_emailaddress DROP INDEX unique_primary_email",
    "ALTER TABLE inventory_warehouse DROP INDEX code",
    "ALTER TABLE orders_orderline DROP FOREIGN KEY {foreign_key}",
    "DROP TRIGGER inventory_movement_append_only_update",
    "DROP TRIGGER inventory_movement_append_only_delete",
)
SENTENCES = {
    "account_emailaddress: the unique key unique_primary_email is missing.",
    "inventory_movement: history can be changed or deleted by raw SQL; the trigger that refuses it is missing.",
    "inventory_warehouse: two rows can have the same code.",
    "orders_order: the check order_total_not_negative is missing.",
    "orders_orderline: order_id can point at rows that do not exist.",
}


def break_it(store: Any, statements: tuple[str, ...]) -> None:
    with use_store(store), connections["default"].cursor() as cursor:
        found = connections["default"].introspection.get_constraints(cursor, "orders_orderline")
        (key,) = [
            name
            for name, one in found.items()
            if one["foreign_key"] and one["columns"] == ["order_id"]
        ]
        for statement in statements:
            cursor.execute(statement.format(foreign_key=key))


def test_a_store_on_postgresql_lacks_nothing_until_somebody_drops_it(throwaway_store: Any) -> None:
    assert list_missing(throwaway_store.active_store) == []
    break_it(throwaway_store, POSTGRESQL)
    assert set(list_missing(throwaway_store.active_store)) == SENTENCES
    assert set(placement_of(throwaway_store).missing_guards()) >= SENTENCES


@pytest.fixture
def placed(transactional_db: None, mariadb: MariaDB) -> Iterator[Any]:
    with placed_on(mariadb) as store:
        yield store


@pytest.mark.matrix
@pytest.mark.mariadbd
def test_a_store_on_mariadb_lacks_row_level_security_only(placed: Any) -> None:
    (sentence,) = placement_of(placed).missing_guards()
    assert "no row level security" in sentence
    break_it(placed, MARIADB)
    assert set(list_missing(placed.active_store)) == SENTENCES
