"""Whatever happens in whatever order: the counters stay possible and the ledger adds up."""

from contextlib import suppress
from dataclasses import replace
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.common.errors import DomainError
from apps.inventory import services as inventory
from apps.inventory.models import StockItem, Warehouse
from apps.inventory.selectors import check_ledger, get_availability
from apps.inventory.services.allocation import Shelf, allot

pytestmark = pytest.mark.usefixtures("system_scope")

VARIANTS = ("tea", "cup")
ORDERS = tuple(UUID(int=number) for number in range(1, 4))

variants = st.sampled_from(VARIANTS)
orders = st.sampled_from(ORDERS)
pieces = st.dictionaries(variants, st.integers(1, 4), min_size=1)
steps = st.one_of(
    st.tuples(st.just("receive"), variants, st.integers(0, 5), st.booleans()),
    st.tuples(st.just("count"), variants, st.integers(0, 8)),
    st.tuples(st.just("reserve"), orders, pieces),
    st.tuples(st.just("allocate"), orders),
    st.tuples(st.just("release"), orders),
    st.tuples(st.just("commit"), orders, pieces),
    st.tuples(st.just("return"), orders, pieces, pieces | st.just({})),
)


def take_step(step: Any, second_warehouse: Any) -> None:
    match step:
        case ("receive", ref, quantity, far):
            warehouse = second_warehouse if far else None
            inventory.receive_stock(
                variant_ref=ref, sku=ref, quantity=quantity, warehouse=warehouse
            )
        case ("count", ref, on_hand):
            item = StockItem.objects.filter(variant_ref=ref).first()
            if item is not None:
                inventory.set_on_hand(stock_item=item, on_hand=on_hand)
        case ("reserve", order, demand):
            inventory.reserve_stock(order_ref=order, demand=demand)
        case ("allocate", order):
            inventory.allocate_stock(order_ref=order)
        case ("release", order):
            inventory.release_stock(order_ref=order)
        case ("commit", order, quantities):
            inventory.commit_stock(order_ref=order, quantities=quantities)
        case ("return", order, quantities, broken):
            inventory.return_stock(order_ref=order, quantities=quantities, written_off=broken)


@pytest.mark.usefixtures("in_store")
@settings(max_examples=30)
@given(st.lists(steps, min_size=1, max_size=14))
def test_any_walk_keeps_the_ledger(walk: Any) -> None:
    with transaction.atomic():
        far, _ = Warehouse.objects.get_or_create(code="FAR", name="Far", priority=50)
        for step in walk:
            with suppress(DomainError), transaction.atomic():  # a refused step moves nothing
                take_step(step, far)
            assert check_ledger() == []
        assert all(value >= 0 for value in get_availability(VARIANTS).values())
        transaction.set_rollback(True)


shelves = st.builds(
    Shelf,
    stock_item_id=st.uuids(),
    variant_ref=variants,
    sku=st.just("SKU"),
    available=st.integers(0, 9),
    room=st.sampled_from([0, 0, 2, 20]),
    priority=st.integers(0, 3),
    warehouse=st.integers(1, 12).map(lambda number: UUID(int=number)),
)


@given(
    st.lists(shelves, max_size=20, unique_by=lambda shelf: (shelf.variant_ref, shelf.warehouse)),
    pieces,
)
def test_an_allotment_serves_exactly_or_says_what_is_short(found: Any, demand: Any) -> None:
    allocation = allot(found, demand)
    by_id = {shelf.stock_item_id: shelf for shelf in found}
    had = {
        ref: sum(shelf.available + shelf.room for shelf in found if shelf.variant_ref == ref)
        for ref in demand
    }
    assert allocation.short == {ref: had[ref] for ref in demand if had[ref] < demand[ref]}
    for item, quantity in allocation.takes.items():
        late = allocation.late.get(item, 0)
        assert 0 <= late <= by_id[item].room
        assert 0 < quantity <= by_id[item].available + late
    for ref, wanted in demand.items():
        items = [shelf for shelf in found if shelf.variant_ref == ref]
        there = sum(shelf.available for shelf in items)
        taken = sum(allocation.takes.get(shelf.stock_item_id, 0) for shelf in items)
        late = sum(allocation.late.get(shelf.stock_item_id, 0) for shelf in items)
        assert taken == (0 if allocation.short else wanted)
        assert allocation.short or late == max(wanted - there, 0)


@given(
    st.lists(
        st.builds(
            replace,
            shelves,
            room=st.just(0),
            warehouse=st.integers(1, 6).map(lambda n: UUID(int=n)),
        ),
        max_size=12,
        unique_by=lambda shelf: (shelf.variant_ref, shelf.warehouse),
    ),
    pieces,
)
def test_no_other_choice_of_warehouses_sends_fewer_parcels(found: Any, demand: Any) -> None:
    allocation = allot(found, demand)
    if allocation.short:
        return
    by_id = {shelf.stock_item_id: shelf for shelf in found}
    used = {by_id[item].warehouse for item in allocation.takes}
    places = {shelf.warehouse for shelf in found}
    for size in range(len(used)):
        for chosen in combinations(sorted(places), size):
            assert not all(
                sum(s.available for s in found if s.variant_ref == ref and s.warehouse in chosen)
                >= wanted
                for ref, wanted in demand.items()
            )
