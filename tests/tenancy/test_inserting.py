"""Rows without instances are stored as the ORM stores them, and collected INSERTs keep their order and their checks."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from apps.checkout.models import CheckoutFence
from apps.inventory.models import StockItem, Warehouse
from apps.tenancy.context import NoActiveStore, outside_store, use_store
from apps.tenancy.inserting import collected_inserts, insert_values
from apps.tenancy.prepared import insert_rows

pytestmark = pytest.mark.usefixtures("in_store")


def columns_of(row: Any) -> dict[str, Any]:
    made = ("id", "created_at", "sku", "variant_ref", "key")
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name not in made}


def statements(call: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connections["default"]) as captured:
        call()
    return [
        query["sql"] for query in captured if query["sql"].startswith(("INSERT", "SELECT COUNT"))
    ]


def names() -> list[str]:
    return list(CheckoutFence.objects.order_by("request_key").values_list("request_key", flat=True))


def insert_fences(*names: str) -> None:
    for name in names:
        insert_values(CheckoutFence, [{"outcome": "placed", "request_key": name}])


class Stopped(Exception):
    pass


def insert_fences_and(*names: str, then: Callable[[], object]) -> None:
    insert_fences(*names)
    then()


def insert_and_stop(*names: str) -> None:
    insert_fences(*names)
    raise Stopped


def test_what_is_not_given_is_the_models_default() -> None:
    warehouse = Warehouse.objects.create(code="w1", name="100% \"cotton\" 'n\\' %s")
    given = {"warehouse_id": warehouse.pk, "on_hand": 3}
    StockItem.objects.create(variant_ref="a", sku="A", **given)
    insert_values(StockItem, [{"variant_ref": name, "sku": name, **given} for name in ("b", "c")])
    by_orm, *others = (columns_of(item) for item in StockItem.objects.order_by("created_at"))
    assert others == [by_orm, by_orm]
    assert len({item.pk for item in StockItem.objects.all()}) == 3


def test_rows_go_to_the_active_store(other_store: Any) -> None:
    with use_store(other_store):
        insert_values(Warehouse, [{"code": "theirs", "name": "Theirs"}])
    assert not Warehouse.objects.filter(code="theirs").exists()
    with outside_store(), pytest.raises(NoActiveStore):
        insert_values(Warehouse, [{"code": "nobody's", "name": "Nobody's"}])


@pytest.mark.parametrize(
    "rows",
    [[{"code": "a"}], [{"code": "a", "nmae": "A"}], [{"code": "a", "name": "A"}, {"code": "b"}]],
)
def test_a_missing_or_misspelt_column_is_refused(rows: list[dict[str, Any]]) -> None:
    with pytest.raises((TypeError, KeyError)):
        insert_values(Warehouse, rows)
    assert not Warehouse.objects.filter(code__in=["a", "b"]).exists()


def test_collected_rows_are_there_for_the_next_statement() -> None:
    seen: list[int] = []

    def write() -> None:
        with transaction.atomic(), collected_inserts():
            insert_fences("a", "b %s")
            seen.append(CheckoutFence.objects.count())
            insert_rows([CheckoutFence(outcome="placed", request_key="c")])
            insert_fences("d")

    sent = statements(write)
    assert seen == [2]
    assert names() == ["a", "b %s", "c", "d"]
    assert len(sent) == (2 if connection.vendor == "postgresql" else 5)


def test_an_error_of_a_collected_row_breaks_the_transaction() -> None:
    fence = CheckoutFence.objects.create(outcome="placed", request_key="a")
    insert_again = partial(insert_rows, [CheckoutFence(id=fence.pk, outcome="abandoned")])
    with pytest.raises(IntegrityError), transaction.atomic(), collected_inserts():
        insert_fences_and("b", then=insert_again)
    assert names() == ["a"]


def test_after_an_error_nothing_collected_is_sent() -> None:
    def stop() -> None:
        with pytest.raises(Stopped), collected_inserts():
            insert_and_stop("a", "b")

    with transaction.atomic():
        assert statements(stop) == []
    assert names() == []


def test_the_statement_behind_collected_rows_has_its_own_result() -> None:
    """Rows and their number, and words with a percent sign or a semicolon."""
    with transaction.atomic(), collected_inserts():
        insert_fences("a", "b;%s")
        assert CheckoutFence.objects.filter(request_key__endswith=";%s").update(outcome="x") == 1
        insert_fences("c")
        assert list(CheckoutFence.objects.iterator(chunk_size=2)) != []
        insert_fences("d")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1, '%'")
            assert cursor.fetchall() == [(1, "%")]
    assert names() == ["a", "b;%s", "c", "d"]


def test_an_error_of_the_statement_behind_collected_rows_takes_them_along() -> None:
    fail = CheckoutFence.objects.extra(where=["no_such_column = 1"]).count
    with pytest.raises(DatabaseError), transaction.atomic(), collected_inserts():
        insert_fences_and("a", then=fail)
    assert names() == []


def test_a_savepoint_takes_back_only_what_came_after_it() -> None:
    with transaction.atomic(), collected_inserts():
        insert_fences("a")
        with pytest.raises(Stopped), transaction.atomic():
            insert_and_stop("b")
        insert_fences("c")
    assert names() == ["a", "c"]


def test_what_pages_show_is_written_at_once() -> None:
    """So that `changing_nothing_shown` is about the statements inside it."""

    def write() -> None:
        with collected_inserts():
            insert_fences("a", "b")
            insert_values(Warehouse, [{"code": "w1", "name": "One"}])
            assert Warehouse.objects.filter(code="w1").count() == 1

    with transaction.atomic():
        sent = statements(write)
    assert "warehouse" in sent[0 if connection.vendor == "postgresql" else 2]


def test_collecting_needs_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)
    with pytest.raises(TransactionManagementError), collected_inserts():
        pass


def test_a_value_that_can_not_be_written_breaks_the_transaction_as_ever(store: Any) -> None:
    """The first row is lost with it, also where the caller goes on. PostgreSQL's driver refuses a NUL, MariaDB the length."""
    with transaction.atomic():
        with suppress(DatabaseError), collected_inserts():
            insert_fences("a", "b\0" + 300 * "x")
        with pytest.raises(TransactionManagementError):
            names()
        transaction.set_rollback(True)
