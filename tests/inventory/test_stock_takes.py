"""A count goes on while the shop sells: no sale is undone, and no difference is booked twice."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from apps.inventory import services as inventory
from apps.inventory.errors import (
    InvalidQuantity,
    InvalidStockTake,
    NotInStockTake,
    StockPromised,
    StockTakeNotOpen,
    StockTakeOvertaken,
    WarehouseBeingCounted,
)
from apps.inventory.models import Movement, StockItem, StockTake
from apps.inventory.selectors import check_ledger, get_default_warehouse
from tests.support.acting import STAFF

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture
def begin(as_staff: None) -> Callable[..., StockTake]:
    def make(skus: str = "") -> StockTake:
        take = inventory.plan_stock_take(
            name="Spring", warehouse=get_default_warehouse(), skus=skus, actor=STAFF
        )
        return inventory.open_stock_take(take=take, actor=STAFF)

    return make


def count(take: StockTake, ref: str, quantity: int, **more: Any) -> Any:
    return inventory.record_count(
        take=take, variant_ref=ref, sku=ref.upper(), quantity=quantity, actor=STAFF, **more
    )


def close(take: StockTake) -> StockTake:
    return inventory.close_stock_take(take=take, reason="spring", actor=STAFF)


def on_hand(ref: str) -> int:
    return StockItem.objects.get(variant_ref=ref).on_hand


def send(ref: str, pieces: int) -> None:
    order = uuid4()
    inventory.reserve_stock(order_ref=order, demand={ref: pieces}, counts_now=True)
    inventory.commit_stock(order_ref=order, quantities={ref: pieces})


def test_what_is_sold_before_and_after_the_count_is_not_undone(make_stock: Any, begin: Any) -> None:
    make_stock("tea", 10)
    make_stock("cup", 4)
    take = begin()
    send("tea", 3)
    line = count(take, "tea", 6)
    assert (line.expected, line.at_count, line.difference) == (10, 7, -1)
    send("tea", 2)
    close(take)
    close(take)
    assert (on_hand("tea"), on_hand("cup")) == (4, 4)
    booked = Movement.objects.filter(reference=str(take.pk))
    assert list(booked.values_list("on_hand_delta", "reason")) == [(-1, "Spring: spring")]
    assert check_ledger() == []


def test_each_scan_is_one_more_and_a_number_replaces_them(make_stock: Any, begin: Any) -> None:
    make_stock("tea", 5)
    take = begin()
    for _ in range(2):
        line = count(take, "tea", 1, adds=True)
    assert (line.counted, line.has_moved) == (2, False)
    send("tea", 1)
    assert count(take, "tea", 1, adds=True).has_moved
    line = count(take, "tea", 4)
    assert (line.counted, line.has_moved, line.difference) == (4, False, 0)
    with pytest.raises(InvalidQuantity):
        count(take, "tea", -1)
    close(take)
    assert not Movement.objects.filter(reference=str(take.pk)).exists()


def test_less_than_is_promised_is_refused_and_books_nothing(make_stock: Any, begin: Any) -> None:
    make_stock("tea", 5)
    make_stock("cup", 5)
    inventory.reserve_stock(order_ref=uuid4(), demand={"tea": 4})
    take = begin()
    count(take, "cup", 1)
    count(take, "tea", 3)
    with pytest.raises(StockPromised, match="4 of TEA are promised"):
        close(take)
    take.refresh_from_db()
    assert (take.state, on_hand("cup")) == ("open", 5)


def test_one_difference_is_not_booked_twice(make_stock: Any, begin: Any) -> None:
    """By two counts of a warehouse, or by a correction in the list of stock."""
    item = make_stock("tea", 5)
    take = begin()
    with pytest.raises(WarehouseBeingCounted):
        begin()
    count(take, "tea", 4)
    inventory.set_on_hand(stock_item=item, on_hand=4)
    with pytest.raises(StockTakeOvertaken, match="TEA"):
        close(take)
    count(take, "tea", 4)
    close(take)
    assert on_hand("tea") == 4
    with pytest.raises(StockTakeNotOpen):
        count(take, "tea", 9)
    begin()


def test_a_count_of_chosen_skus_has_only_these(make_stock: Any, begin: Any) -> None:
    make_stock("tea", 5)
    make_stock("cup", 5)
    with pytest.raises(InvalidStockTake, match="GONE"):
        begin("tea\ngone".upper())
    take = begin("tea")
    assert list(take.lines.values_list("sku", flat=True)) == ["TEA"]
    with pytest.raises(NotInStockTake):
        count(take, "cup", 5)
    inventory.cancel_stock_take(take=take, actor=STAFF)
    everything = begin()
    line = count(everything, "pot", 2)
    assert (line.expected, line.difference) == (0, 2)
    close(everything)
    assert on_hand("pot") == 2
