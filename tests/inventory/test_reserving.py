from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from apps.inventory import services as inventory
from apps.inventory.errors import InvalidQuantity, OutOfStock
from apps.inventory.models import Movement, Reservation, StockItem
from apps.inventory.selectors import check_ledger, get_availability
from apps.inventory.states import ReservationState

pytestmark = pytest.mark.usefixtures("in_store", "system_scope")


def test_reserving_takes_from_what_can_be_sold(make_stock: Any) -> None:
    make_stock("tea", 10)
    inventory.reserve_stock(order_ref=uuid4(), demand={"tea": 4})
    item = StockItem.objects.get(variant_ref="tea")
    assert (item.on_hand, item.reserved, item.allocated) == (10, 4, 0)
    assert get_availability(["tea", "unknown"]) == {"tea": 6, "unknown": 0}
    assert check_ledger() == []


def test_reserving_twice_for_one_order_changes_nothing(make_stock: Any) -> None:
    make_stock("tea", 10)
    order = uuid4()
    for _ in range(2):
        inventory.reserve_stock(order_ref=order, demand={"tea": 4})
    assert StockItem.objects.get(variant_ref="tea").reserved == 4
    assert Reservation.objects.count() == 1


def test_an_order_that_counts_at_once_is_allocated_at_once(make_stock: Any) -> None:
    make_stock("tea", 10)
    order = uuid4()
    for _ in range(2):
        inventory.reserve_stock(order_ref=order, demand={"tea": 4}, counts_now=True)
    inventory.allocate_stock(order_ref=order)
    item = StockItem.objects.get(variant_ref="tea")
    assert (item.reserved, item.allocated) == (0, 4)
    assert not Reservation.objects.filter(state=ReservationState.HELD).exists()
    assert check_ledger() == []


def test_too_few_pieces_take_nothing_and_leave_the_transaction_usable(make_stock: Any) -> None:
    make_stock("tea", 10)
    make_stock("cup", 2)
    with transaction.atomic():
        with pytest.raises(OutOfStock) as caught:
            inventory.reserve_stock(order_ref=uuid4(), demand={"tea": 1, "cup": 3, "pot": 1})
        assert StockItem.objects.filter(reserved__gt=0).count() == 0
    assert caught.value.skus == ["CUP"]
    assert str(caught.value) == "Only 2 CUP are left. Some of the products are sold out."
    assert caught.value.details["variant_ids"] == ["cup", "pot"]
    named = caught.value.called(skus={"cup": "C1", "pot": "P1"}, names={"cup": "Cup", "pot": "Pot"})
    assert str(named) == "Only 2 Cup are left. Pot is sold out."
    assert named.details["available"] == {"C1": 2, "P1": 0}
    assert not Reservation.objects.exists()
    assert not Movement.objects.filter(kind="reserve").exists()


def test_a_negative_quantity_is_refused(make_stock: Any) -> None:
    make_stock("tea", 10)
    with pytest.raises(InvalidQuantity):
        inventory.reserve_stock(order_ref=uuid4(), demand={"tea": -1})
    assert check_ledger() == []


def test_a_cart_that_one_warehouse_has_is_not_sent_in_two_parcels(
    make_warehouse: Any, make_stock: Any
) -> None:
    near, far = make_warehouse("NEAR", 1), make_warehouse("FAR", 2)
    make_stock("tea", 3, near)
    make_stock("tea", 8, far)
    make_stock("cup", 9, near)
    make_stock("cup", 9, far)
    inventory.reserve_stock(order_ref=uuid4(), demand={"tea": 5, "cup": 5})
    taken = {
        (item.variant_ref, item.warehouse.code): item.reserved
        for item in StockItem.objects.filter(reserved__gt=0)
    }
    assert taken == {("tea", "FAR"): 5, ("cup", "FAR"): 5}


def test_several_warehouses_share_what_none_has_alone(make_warehouse: Any, make_stock: Any) -> None:
    near, far = make_warehouse("NEAR", 1), make_warehouse("FAR", 2)
    make_stock("tea", 3, near)
    make_stock("tea", 4, far)
    order = uuid4()
    inventory.reserve_stock(order_ref=order, demand={"tea": 6})
    taken = {item.warehouse.code: item.reserved for item in StockItem.objects.all()}
    assert taken == {"NEAR": 3, "FAR": 3}
    inventory.allocate_stock(order_ref=order)
    inventory.commit_stock(order_ref=order, quantities={"tea": 5})
    inventory.commit_stock(order_ref=order, quantities={"tea": 1})
    assert sum(item.on_hand for item in StockItem.objects.all()) == 1
    assert check_ledger() == []


def test_an_inactive_warehouse_sells_nothing(make_warehouse: Any, make_stock: Any) -> None:
    closed = make_warehouse("CLOSED", 1, is_active=False)
    make_stock("tea", 5, closed)
    assert get_availability(["tea"]) == {"tea": 0}
    with pytest.raises(OutOfStock):
        inventory.reserve_stock(order_ref=uuid4(), demand={"tea": 1})


@pytest.mark.parametrize("lines", [1, 40])
def test_reserving_costs_four_statements_whatever_the_lines(
    make_stock: Any, lines: int, django_assert_num_queries: Any
) -> None:
    demand = {f"variant{number}": 1 for number in range(lines)}
    for ref in demand:
        make_stock(ref, 5)
    with transaction.atomic(), django_assert_num_queries(4):
        inventory.reserve_stock(order_ref=uuid4(), demand=demand)
    assert Reservation.objects.count() == lines
    assert check_ledger() == []


def test_a_release_leaves_other_orders_holds_alone(make_stock: Any) -> None:
    make_stock("tea", 10)
    early, late = uuid4(), uuid4()
    inventory.reserve_stock(order_ref=early, demand={"tea": 1})
    inventory.reserve_stock(order_ref=late, demand={"tea": 1})
    inventory.release_stock(order_ref=early)
    held = Reservation.objects.get(state=ReservationState.HELD)
    assert held.order_ref == late
