"""What happens at once: real threads, real connections, real commits."""

import random
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from apps.inventory import services as inventory
from apps.inventory.errors import BundleHasNoStock, BundleRefused, OutOfStock
from apps.inventory.models import Bundle, Movement, Reservation, StockItem, Warehouse
from apps.inventory.selectors import check_ledger
from apps.inventory.states import ConsignmentKind, StockPolicy
from apps.tenancy.context import use_store
from tests.support.threads import fails, run_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("system_scope")]


def test_fifty_buyers_of_ten_pieces_get_exactly_ten(throwaway_store: Any) -> None:
    with use_store(throwaway_store):
        receive("tea", 10)
    answers = run_at_once(throwaway_store, [lambda: reserve({"tea": 1}) for _ in range(50)])
    errors = fails(answers)
    assert len(errors) == 40
    assert {type(error) for error in errors} == {OutOfStock}
    with use_store(throwaway_store):
        item = StockItem.objects.get()
        assert (item.on_hand, item.reserved) == (10, 10)
        assert Reservation.objects.count() == 10
        assert check_ledger() == []


def test_baskets_in_every_order_neither_deadlock_nor_oversell(throwaway_store: Any) -> None:
    variants = [f"v{number}" for number in range(6)]
    with use_store(throwaway_store):
        second = Warehouse.objects.create(code="SECOND", name="Second", priority=20)
        for ref in variants:
            receive(ref, 10)
            receive(ref, 5, second)

    def buy(seed: int) -> None:
        chosen = random.Random(seed).sample(variants, 4)
        reserve({ref: random.Random(seed + 1).randint(1, 3) for ref in chosen})

    answers = run_at_once(throwaway_store, [partial(buy, seed) for seed in range(24)])
    assert {type(error) for error in fails(answers)} <= {OutOfStock}
    with use_store(throwaway_store):
        assert Reservation.objects.exists()
        assert all(item.available >= 0 for item in StockItem.objects.all())
        assert check_ledger() == []


@pytest.fixture
def order(throwaway_store: Any) -> Any:
    """An order with 4 of 10 pieces of tea allocated."""
    order_ref = uuid4()
    with use_store(throwaway_store):
        receive("tea", 10)
        reserve({"tea": 4}, order_ref)
        inventory.allocate_stock(order_ref=order_ref)
    return order_ref


def test_one_shipment_booked_twelve_times_at_once_leaves_once(
    throwaway_store: Any, order: Any
) -> None:
    def ship() -> None:
        inventory.commit_stock(order_ref=order, quantities={"tea": 2}, reference="S1")

    assert fails(run_at_once(throwaway_store, [ship] * 12)) == []
    with use_store(throwaway_store):
        assert StockItem.objects.get().on_hand == 8
        assert Reservation.objects.get().committed == 2
        assert Movement.objects.filter(kind="commit").count() == 1
        assert check_ledger() == []


def test_one_order_that_is_shipped_and_cancelled_at_once_adds_up(
    throwaway_store: Any, order: Any
) -> None:
    def ship() -> None:
        inventory.commit_stock(order_ref=order, quantities={"tea": 2}, reference="S1")

    def release() -> None:
        inventory.release_stock(order_ref=order)

    run_at_once(throwaway_store, [ship, release] * 6)
    with use_store(throwaway_store):
        item = StockItem.objects.get()
        assert (item.on_hand, item.reserved, item.allocated) in ((10, 0, 0), (8, 0, 0))
        assert check_ledger() == []


def test_a_delivery_booked_ten_times_at_once_counts_once(throwaway_store: Any) -> None:
    run_at_once(throwaway_store, [lambda: receive("tea", 5, reference="DN-1") for _ in range(10)])
    with use_store(throwaway_store):
        assert StockItem.objects.get().on_hand == 5
        assert check_ledger() == []


def receive(ref: Any, quantity: Any, warehouse: Any = None, reference: Any = "") -> None:
    inventory.receive_stock(
        variant_ref=ref, sku=ref, quantity=quantity, warehouse=warehouse, reference=reference
    )


def reserve(demand: Any, order_ref: Any = None) -> None:
    inventory.reserve_stock(order_ref=order_ref or uuid4(), demand=demand)


def test_a_hundred_mixed_carts_over_warehouses_stay_within_stock_and_backorders(
    throwaway_store: Any,
) -> None:
    variants = [f"v{number}" for number in range(5)]
    with use_store(throwaway_store):
        far = Warehouse.objects.create(code="FAR", name="Far", priority=20, serves="IN-KA")
        third = Warehouse.objects.create(code="THIRD", name="Third", priority=30)
        for ref in variants:
            receive(ref, 12)
            receive(ref, 8, far)
            receive(ref, 5, third)
        owing = StockItem.objects.get(variant_ref="v0", warehouse=third)
        inventory.set_policy(stock_item=owing, policy=StockPolicy.BACKORDER, limit=4)

    def buy(seed: int) -> None:
        dice = random.Random(seed)
        demand = {ref: dice.randint(1, 3) for ref in dice.sample(variants, dice.randint(1, 5))}
        address = {"country": "IN", "region": dice.choice(["KA", "MH"])}
        inventory.reserve_stock(order_ref=uuid4(), demand=demand, address=address)

    answers = run_at_once(throwaway_store, [partial(buy, seed) for seed in range(100)])
    assert {type(error) for error in fails(answers)} <= {OutOfStock}
    with use_store(throwaway_store):
        items = list(StockItem.objects.all())
        assert all(item.owed <= (4 if item.pk == owing.pk else 0) for item in items)
        assert check_ledger() == []


def test_a_transfer_sent_and_received_ten_times_at_once_moves_once(throwaway_store: Any) -> None:
    with use_store(throwaway_store):
        receive("tea", 10)
        far = Warehouse.objects.create(code="FAR", name="Far", priority=20)
        row = inventory.save_consignment(
            key=uuid4(),
            kind=ConsignmentKind.TRANSFER,
            source=Warehouse.objects.get(code="MAIN"),
            destination=far,
            lines=[inventory.LineInput("tea", "tea", 6)],
        )
        line = row.lines.get()

    def send() -> None:
        inventory.send_consignment(consignment=row)

    def arrive() -> None:
        inventory.receive_consignment(consignment=row, received={line.pk: 6}, seen={line.pk: 0})

    sales = [lambda: reserve({"tea": 1})] * 4
    errors = fails(run_at_once(throwaway_store, [*[send] * 6, *sales]))
    assert {type(each) for each in errors} <= {OutOfStock}
    assert fails(run_at_once(throwaway_store, [arrive] * 6)) == []
    with use_store(throwaway_store):
        assert sum(item.on_hand for item in StockItem.objects.all()) == 10
        assert StockItem.objects.get(warehouse=far).on_hand == 6
        assert check_ledger() == []


@pytest.mark.matrix
@pytest.mark.parametrize("comes_first", ["bundle", "stock"])
def test_a_first_row_of_stock_and_a_new_bundle_wait_for_each_other(
    throwaway_store: Any, comes_first: str
) -> None:
    """The second begins while the first is not committed: it has to wait, and is refused then."""
    with use_store(throwaway_store):
        receive("cup", 4)
        far = Warehouse.objects.create(code="FAR", name="Far", priority=99)
    has_written, is_done = Event(), Event()

    def bundle() -> None:
        parts = [inventory.BundledPart("cup", "CUP", 2)]
        inventory.save_bundle(variant_ref="box", sku="BOX", parts=parts)

    def stock() -> None:
        receive("box", 5, far)

    def begin(write: Callable[[], None]) -> bool:
        with transaction.atomic():
            write()
            has_written.set()
            return is_done.wait(0.5)

    def follow(write: Callable[[], None]) -> None:
        has_written.wait(30)
        try:
            write()
        finally:
            is_done.set()

    first, second = (bundle, stock) if comes_first == "bundle" else (stock, bundle)
    answers = run_at_once(throwaway_store, [partial(begin, first), partial(follow, second)])
    assert answers[0] is False, "the second did not wait"
    assert isinstance(answers[1], BundleHasNoStock | BundleRefused)
    with use_store(throwaway_store):
        pieces = sum(StockItem.objects.filter(variant_ref="box").values_list("on_hand", flat=True))
        assert (Bundle.objects.count(), pieces) == ((1, 0) if comes_first == "bundle" else (0, 5))
        assert check_ledger() == []
