from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.events.errors import HistoryIsFinal
from apps.inventory import services as inventory
from apps.inventory.errors import InvalidQuantity, NoWarehouse, StockPromised
from apps.inventory.models import Movement, StockItem, Warehouse
from apps.inventory.selectors import check_ledger, list_low_stock
from apps.inventory.services.ledger import Change, StockMoved, apply_changes
from apps.inventory.states import MovementKind
from apps.tenancy.context import current_store
from tests.inventory.counters import counters

pytestmark = pytest.mark.usefixtures("in_store", "as_staff")


def test_a_new_store_has_a_warehouse_to_receive_into(make_stock: Any) -> None:
    item = make_stock("tea", 5)
    assert item.warehouse.code == "MAIN"
    assert item.available == 5


def test_a_delivery_note_is_booked_once() -> None:
    for _ in range(2):
        inventory.receive_stock(variant_ref="tea", sku="TEA", quantity=5, reference="DN-1")
    inventory.receive_stock(variant_ref="tea", sku="TEA", quantity=5, reference="DN-2")
    assert counters() == (10, 0, 0)
    assert check_ledger() == []


@pytest.mark.parametrize("quantity", [-1, 10**12])
def test_an_impossible_quantity_is_refused(quantity: Any) -> None:
    with pytest.raises(InvalidQuantity):
        inventory.receive_stock(variant_ref="tea", sku="TEA", quantity=quantity)
    assert not StockItem.objects.exists()


def test_without_an_active_warehouse_nothing_is_received() -> None:
    Warehouse.objects.update(is_active=False)
    with pytest.raises(NoWarehouse):
        inventory.receive_stock(variant_ref="tea", sku="TEA", quantity=1)


def test_a_count_is_booked_as_the_difference(make_stock: Any) -> None:
    item = make_stock("tea", 5)
    for _ in range(2):
        inventory.set_on_hand(stock_item=item, on_hand=3, reason="stock take")
    booked = item.movements.order_by("id").values_list("on_hand_delta", flat=True)
    assert list(booked) == [5, -2]
    assert check_ledger() == []


def test_a_count_below_what_is_promised_is_refused(make_stock: Any) -> None:
    from uuid import uuid4

    item = make_stock("tea", 5)
    inventory.reserve_stock(order_ref=uuid4(), demand={"tea": 4})
    with pytest.raises(StockPromised):
        inventory.set_on_hand(stock_item=item, on_hand=3)
    assert counters() == (5, 4, 0)


def test_low_stock_is_listed_from_its_threshold_on(make_stock: Any) -> None:
    tea, cup = make_stock("tea", 5), make_stock("cup", 5)
    make_stock("pot", 0)
    inventory.set_low_stock_at(stock_item=tea, low_stock_at=5)
    inventory.set_low_stock_at(stock_item=cup, low_stock_at=4)
    assert [item.sku for item in list_low_stock()] == ["TEA"]
    assert StockItem.objects.get(pk=tea.pk).is_low


def test_the_update_has_the_last_word_over_what_was_read(make_stock: Any) -> None:
    item = make_stock("tea", 5)
    with pytest.raises(StockMoved), transaction.atomic():
        apply_changes([Change(item.pk, MovementKind.RESERVE, reserved=6)])
    assert counters() == (5, 0, 0)
    assert Movement.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"reserved": 6}, {"allocated": -1}, {"on_hand": -1}])
def test_the_database_refuses_impossible_counters(make_stock: Any, wrong: dict[str, Any]) -> None:
    item = make_stock("tea", 5)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockItem.objects.filter(pk=item.pk).update(**wrong)


def test_the_ledger_shows_what_went_past_the_services(make_stock: Any) -> None:
    item = make_stock("tea", 5)
    StockItem.objects.filter(pk=item.pk).update(on_hand=7, reserved=1)
    found = {(each.counter, each.source): (each.counted, each.expected) for each in check_ledger()}
    assert found == {
        ("on_hand", "movements"): (7, 5),
        ("reserved", "movements"): (1, 0),
        ("reserved", "reservations"): (1, 0),
    }


def test_the_command_names_what_does_not_add_up_and_exits_1(make_stock: Any) -> None:
    said, slug = StringIO(), current_store().slug
    item = make_stock("tea", 5)
    call_command("check_ledger", slug, stdout=said)
    assert said.getvalue() == "All stock and money adds up, in 1 store.\n"
    StockItem.objects.filter(pk=item.pk).update(on_hand=7)
    with pytest.raises(CommandError):
        call_command("check_ledger", slug, stdout=said)
    assert f"{slug}: TEA: on_hand is 7, the movements say 5\n" in said.getvalue()


def test_a_movement_is_never_changed_or_deleted(make_stock: Any) -> None:
    make_stock("tea", 5)
    movement = Movement.objects.get()
    with pytest.raises(HistoryIsFinal):
        movement.save()
    with pytest.raises(HistoryIsFinal):
        movement.delete()
    with pytest.raises(HistoryIsFinal):
        Movement.objects.update(on_hand_delta=9)
    with pytest.raises(HistoryIsFinal):
        Movement.objects.all().delete()
    for statement in (
        "UPDATE inventory_movement SET on_hand_delta = 9",
        "DELETE FROM inventory_movement",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Movement.objects.get().on_hand_delta == 5
