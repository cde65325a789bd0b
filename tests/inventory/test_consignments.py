"""Transfers and incoming deliveries: pieces are in one place or on the way, never in two, and are booked once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from apps.common.clock import today
from apps.inventory import services as inventory
from apps.inventory.errors import (
    ConsignmentClosed,
    ConsignmentOvertaken,
    InvalidConsignment,
    InvalidQuantity,
    OutOfStock,
    StockPromised,
)
from apps.inventory.models import Consignment, ConsignmentLine, Movement, StockItem, Warehouse
from apps.inventory.queue import get_waiting
from apps.inventory.selectors import check_ledger, get_availability, get_supply
from apps.inventory.states import ConsignmentKind, ConsignmentState, StockPolicy

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture
def far(make_warehouse: Any, make_stock: Any, system_scope: None) -> Warehouse:
    """The main warehouse has 10 of tea, this one nothing."""
    make_stock("tea", 10)
    warehouse: Warehouse = make_warehouse("FAR", 50)
    return warehouse


def draft(far: Warehouse, quantity: int = 6, **values: Any) -> Consignment:
    main = Warehouse.objects.get(code="MAIN")
    return inventory.save_consignment(
        **{
            "key": uuid4(),
            "kind": ConsignmentKind.TRANSFER,
            "source": main,
            "destination": far,
            "lines": [inventory.LineInput("tea", "TEA", quantity)],
            **values,
        }
    )


def order_from(supplier: str, quantity: int, days: int | None) -> Consignment:
    delivery = draft(
        Warehouse.objects.get(code="MAIN"),
        quantity,
        kind=ConsignmentKind.DELIVERY,
        source=None,
        supplier=supplier,
        expected_on=None if days is None else today() + timedelta(days=days),
    )
    return inventory.send_consignment(consignment=delivery)


def on_hand() -> dict[str, int]:
    return {item.warehouse.code: item.on_hand for item in StockItem.objects.all()}


def test_pieces_on_the_way_are_sold_nowhere_and_arrive_once(far: Warehouse) -> None:
    row = draft(far)
    for _press in range(2):
        inventory.send_consignment(consignment=row)
    assert get_availability(["tea"]) == {"tea": 4}
    with pytest.raises(OutOfStock):
        inventory.reserve_stock(order_ref=uuid4(), demand={"tea": 5})
    line = row.lines.get()
    for _press in range(2):
        inventory.receive_consignment(consignment=row, received={line.pk: 4}, seen={line.pk: 0})
    assert on_hand() == {"MAIN": 4, "FAR": 4}
    with pytest.raises(ConsignmentOvertaken):
        inventory.receive_consignment(consignment=row, received={line.pk: 2}, seen={line.pk: 0})
    with pytest.raises(InvalidQuantity):
        inventory.receive_consignment(consignment=row, received={line.pk: 7})
    with pytest.raises(ConsignmentClosed):
        inventory.cancel_consignment(consignment=row)
    with pytest.raises(InvalidConsignment):
        inventory.receive_consignment(consignment=row, received={}, missing={line.pk: 2})
    for _press in range(2):
        inventory.receive_consignment(
            consignment=row, received={line.pk: 4}, missing={line.pk: 2}, reason="broken"
        )
    row.refresh_from_db()
    assert (row.state, on_hand()) == (ConsignmentState.RECEIVED, {"MAIN": 4, "FAR": 4})
    assert Movement.objects.get(kind="write_off").reason == "broken"
    assert check_ledger() == []
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsignmentLine.objects.update(received=5)


def test_what_orders_were_promised_is_not_sent_elsewhere(far: Warehouse) -> None:
    inventory.set_policy(stock_item=StockItem.objects.get(), policy=StockPolicy.BACKORDER)
    inventory.reserve_stock(order_ref=uuid4(), demand={"tea": 5})
    with pytest.raises(StockPromised):
        inventory.send_consignment(consignment=draft(far, 6))
    assert on_hand() == {"MAIN": 10}


def test_a_cancelled_transfer_is_back_where_it_was(far: Warehouse) -> None:
    row = inventory.send_consignment(consignment=draft(far))
    for _press in range(2):
        inventory.cancel_consignment(consignment=row)
    assert on_hand() == {"MAIN": 10, "FAR": 0}
    with pytest.raises(ConsignmentClosed):
        inventory.send_consignment(consignment=row)
    assert check_ledger() == []


def test_a_counter_that_no_movement_explains_is_found(far: Warehouse) -> None:
    row = inventory.send_consignment(consignment=draft(far))
    row.lines.update(missing=1)
    found = check_ledger()
    assert [(each.sku, each.counted, each.expected) for each in found] == [
        (f"{row.number} TEA", 1, 0)
    ]


def test_the_day_of_a_delivery_is_promised_to_as_many_buyers_as_it_brings_pieces(
    far: Warehouse,
) -> None:
    item = StockItem.objects.get()
    inventory.set_policy(stock_item=item, policy=StockPolicy.BACKORDER)
    first, second = order_from("Assam", 2, 5), order_from("Nilgiri", 4, 9)
    assert get_supply(["tea"])["tea"].expected_on == first.expected_on
    early, late = uuid4(), uuid4()
    reserved = inventory.reserve_stock(order_ref=early, demand={"tea": 12}).awaited
    assert (reserved["tea"].quantity, reserved["tea"].expected_on) == (2, first.expected_on)
    assert get_supply(["tea"])["tea"].expected_on == second.expected_on
    reserved = inventory.reserve_stock(order_ref=late, demand={"tea": 1}).awaited
    assert reserved["tea"].expected_on == second.expected_on
    inventory.reschedule_consignment(consignment=second, expected_on=today() + timedelta(days=20))
    assert get_waiting(late)["tea"].expected_on == today() + timedelta(days=20)
    line = first.lines.get()
    inventory.receive_consignment(consignment=first, received={line.pk: 2})
    assert get_waiting(early) == {}
    assert check_ledger() == []


def test_a_day_that_has_passed_is_no_promise_and_the_delivery_is_late(
    far: Warehouse,
) -> None:
    delivery = order_from("Assam", 2, -1)
    assert delivery.is_late
    inventory.set_policy(stock_item=StockItem.objects.get(), policy=StockPolicy.BACKORDER)
    reserved = inventory.reserve_stock(order_ref=uuid4(), demand={"tea": 12}).awaited
    assert reserved["tea"].expected_on is None
    assert get_supply(["tea"])["tea"].expected_on is None
