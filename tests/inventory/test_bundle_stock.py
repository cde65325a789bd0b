"""A bundle has no stock of its own: nothing is promised or on the way when it becomes one, and no door gives it pieces."""

from typing import Any
from uuid import uuid4

import pytest

from apps.inventory import services as inventory
from apps.inventory.errors import BundleHasNoStock, BundleRefused
from apps.inventory.models import Bundle, BundlePart, Consignment, Movement, StockItem, Warehouse
from apps.inventory.selectors import check_ledger, get_default_warehouse
from apps.inventory.states import ConsignmentKind, StockPolicy
from tests.support.acting import STAFF

pytestmark = pytest.mark.usefixtures("in_store")


@pytest.fixture
def box(in_store: Any, as_staff: None, make_stock: Any) -> StockItem:
    """A variant without pieces, and three cups."""
    make_stock("cup", 3)
    item: StockItem = make_stock("box", 0)
    return item


def bundle() -> Bundle:
    parts = [inventory.BundledPart("cup", "CUP", 2)]
    return inventory.save_bundle(variant_ref="box", sku="BOX", parts=parts)


def bundle_unasked() -> None:
    """As it was made before it was asked what is on the way."""
    made = Bundle.objects.create(variant_ref="box", sku="BOX")
    BundlePart.objects.create(bundle=made, variant_ref="cup", sku="CUP", quantity=2, position=0)


def consign(source: Warehouse | None, destination: Warehouse, **more: Any) -> Consignment:
    return inventory.save_consignment(
        key=uuid4(),
        kind=ConsignmentKind.DELIVERY if source is None else ConsignmentKind.TRANSFER,
        source=source,
        destination=destination,
        lines=[inventory.LineInput("box", "BOX", 2)],
        **more,
    )


def pieces() -> int:
    return sum(StockItem.objects.filter(variant_ref="box").values_list("on_hand", flat=True))


@pytest.mark.parametrize("counts_now", [True, False])
def test_what_is_promised_without_being_there_does_not_become_a_bundle(
    box: StockItem, counts_now: bool
) -> None:
    """Its order could never be sent."""
    inventory.set_policy(stock_item=box, policy=StockPolicy.BACKORDER)
    order = uuid4()
    inventory.reserve_stock(order_ref=order, demand={"box": 3}, counts_now=counts_now)
    with pytest.raises(BundleRefused, match="promised to orders"):
        bundle()
    inventory.release_stock(order_ref=order)
    bundle()


def test_what_is_on_the_way_does_not_become_a_bundle_and_a_bundle_is_not_sent(
    box: StockItem,
) -> None:
    home = get_default_warehouse()
    sent, drafted = consign(None, home, sends=True), consign(None, home)
    with pytest.raises(BundleRefused, match=sent.number):
        bundle()
    inventory.cancel_consignment(consignment=sent)
    bundle()
    for refused in (lambda: inventory.send_consignment(consignment=drafted), lambda: consign(None, home)):  # fmt: skip
        with pytest.raises(BundleHasNoStock, match="BOX is a bundle"):
            refused()


def test_pieces_on_the_way_do_not_arrive_in_a_bundle_and_can_be_booked_as_missing(
    box: StockItem, make_warehouse: Any
) -> None:
    home = get_default_warehouse()
    inventory.set_on_hand(stock_item=box, on_hand=2)
    for sent in (
        consign(home, make_warehouse("FAR", 50), sends=True),
        consign(None, home, sends=True),
    ):
        bundle_unasked()
        line = sent.lines.get()
        with pytest.raises(BundleHasNoStock):
            inventory.receive_consignment(consignment=sent, received={line.pk: 1})
        if sent.is_transfer:
            with pytest.raises(BundleHasNoStock):
                inventory.cancel_consignment(consignment=sent)
        inventory.receive_consignment(
            consignment=sent, received={}, missing={line.pk: 2}, reason="gone"
        )
        sent.refresh_from_db()
        assert (sent.state, pieces()) == ("received", 0)
        Bundle.objects.all().delete()
    assert check_ledger() == []


def test_a_stock_take_gives_a_bundle_no_pieces(box: StockItem, make_stock: Any) -> None:
    """Neither one that it was in, nor one that did not expect it, nor one that counted it before it was a bundle."""
    take = inventory.begin_stock_take(name="Spring", warehouse=get_default_warehouse(), actor=STAFF)

    def count(ref: str, quantity: int) -> None:
        inventory.record_count(
            take=take, variant_ref=ref, sku=ref.upper(), quantity=quantity, actor=STAFF
        )

    count("box", 5)
    bundle()
    with pytest.raises(BundleHasNoStock):
        inventory.close_stock_take(take=take, actor=STAFF)
    with pytest.raises(BundleHasNoStock):
        count("box", 4)
    count("box", 0)
    parts = [inventory.BundledPart("cup", "CUP", 1)]
    inventory.save_bundle(variant_ref="new", sku="NEW", parts=parts)
    with pytest.raises(BundleHasNoStock):
        count("new", 1)
    inventory.close_stock_take(take=take, actor=STAFF)
    assert (pieces(), StockItem.objects.filter(variant_ref="new").exists()) == (0, False)


def test_pieces_that_come_back_of_what_is_a_bundle_by_now_are_written_off(box: StockItem) -> None:
    inventory.set_on_hand(stock_item=box, on_hand=2)
    order = uuid4()
    inventory.reserve_stock(order_ref=order, demand={"box": 2}, counts_now=True)
    inventory.commit_stock(order_ref=order, quantities={"box": 2})
    bundle()
    inventory.return_stock(order_ref=order, quantities={"box": 2}, reference="R-1")
    kinds = Movement.objects.filter(reference="R-1").order_by("on_hand_delta")
    assert list(kinds.values_list("kind", "on_hand_delta")) == [("write_off", -2), ("return", 2)]
    assert (pieces(), check_ledger()) == (0, [])
