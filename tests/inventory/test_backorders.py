"""Orders of more pieces than there are: never beyond the limit, sent when the pieces have come, the oldest order first."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from apps.common.clock import today
from apps.inventory import services as inventory
from apps.inventory.errors import NoReleaseDate, NotArrived, OutOfStock, StockPromised
from apps.inventory.models import StockItem
from apps.inventory.queue import get_waiting
from apps.inventory.selectors import check_ledger, get_availability, get_supply
from apps.inventory.states import StockPolicy

pytestmark = pytest.mark.usefixtures("in_store")
SOON = timedelta(days=9)


@pytest.fixture
def tea(make_stock: Any, system_scope: None) -> StockItem:
    """2 on hand, at most 3 backordered."""
    item: StockItem = make_stock("tea", 2)
    return inventory.set_policy(stock_item=item, policy=StockPolicy.BACKORDER, limit=3)


def order(quantity: int, *, counts_now: bool = True) -> UUID:
    order_ref = uuid4()
    inventory.reserve_stock(order_ref=order_ref, demand={"tea": quantity}, counts_now=counts_now)
    return order_ref


def ship(order_ref: UUID, quantity: int) -> None:
    inventory.commit_stock(order_ref=order_ref, quantities={"tea": quantity})


def test_backorders_end_at_the_limit(tea: StockItem) -> None:
    order(4)
    assert get_availability(["tea"]) == {"tea": 1}
    with pytest.raises(OutOfStock) as caught:
        order(2)
    assert caught.value.short == {"tea": 1}
    order(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockItem.objects.filter(pk=tea.pk).update(reserved=1)
    assert check_ledger() == []


def test_awaited_pieces_are_not_sent_and_arriving_ones_serve_the_oldest_order(
    tea: StockItem,
) -> None:
    first, second, third = order(3), order(1), order(1)
    with pytest.raises(NotArrived):
        ship(first, 3)
    ship(first, 2)
    with pytest.raises(NotArrived):
        ship(third, 1)
    inventory.receive_stock(variant_ref="tea", sku="TEA", quantity=2)
    with pytest.raises(NotArrived):
        ship(third, 1)
    ship(second, 1)
    ship(first, 1)
    assert [sum(w.quantity for w in get_waiting(each).values()) for each in (first, third)] == [
        0,
        1,
    ]
    inventory.receive_stock(variant_ref="tea", sku="TEA", quantity=1)
    ship(third, 1)
    assert check_ledger() == []


def test_what_a_cancelled_order_leaves_serves_the_next(tea: StockItem) -> None:
    first, second = order(2), order(2)
    assert get_waiting(first) == {}
    assert get_waiting(second)["tea"].quantity == 2
    inventory.release_stock(order_ref=first)
    ship(second, 2)
    assert check_ledger() == []


def test_denying_backorders_keeps_the_promised_ones_and_sells_no_new_ones(tea: StockItem) -> None:
    order(5)
    with pytest.raises(StockPromised):
        inventory.set_policy(stock_item=tea, policy=StockPolicy.BACKORDER, limit=2)
    inventory.set_policy(stock_item=tea, policy=StockPolicy.DENY)
    inventory.receive_stock(variant_ref="tea", sku="TEA", quantity=2)
    assert get_availability(["tea"]) == {"tea": 0}
    tea.refresh_from_db()
    assert (tea.owed, tea.backorder_limit) == (1, 1)
    inventory.receive_stock(variant_ref="tea", sku="TEA", quantity=2)
    assert get_availability(["tea"]) == {"tea": 1}
    tea.refresh_from_db()
    assert (tea.owed, tea.backorder_limit) == (0, 0)


def test_a_preorder_is_not_sent_before_its_release_even_from_the_shelf(tea: StockItem) -> None:
    with pytest.raises(NoReleaseDate):
        inventory.set_policy(stock_item=tea, policy=StockPolicy.PREORDER, release_on=today())
    release = today() + SOON
    inventory.set_policy(stock_item=tea, policy=StockPolicy.PREORDER, limit=0, release_on=release)
    supply = get_supply(["tea"])["tea"]
    assert (supply.available, supply.later, supply.expected_on) == (0, 2, release)
    bought = order(1)
    assert get_waiting(bought)["tea"].is_preorder
    with pytest.raises(NotArrived):
        ship(bought, 1)
    StockItem.objects.update(release_on=today())
    assert inventory.end_preorders() == 1
    ship(bought, 1)
    assert get_availability(["tea"]) == {"tea": 1}


def test_pieces_that_are_there_go_before_a_backorder_elsewhere(
    tea: StockItem, make_warehouse: Any, make_stock: Any
) -> None:
    far = make_warehouse("FAR", 50)
    make_stock("tea", 1, far)
    bought = order(5)
    assert get_waiting(bought)["tea"].quantity == 2
    counts = {item.warehouse.code: item.allocated for item in StockItem.objects.all()}
    assert counts == {"MAIN": 4, "FAR": 1}
