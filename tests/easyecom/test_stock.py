"""Levels of EasyEcom, and the stock here."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from apps.common.clock import moved_to, now
from apps.common.errors import InvalidInput
from apps.easyecom import services as easyecom
from apps.easyecom.models import Location, PushedOrder, StockLevel, SyncJob, UnmatchedSku
from apps.easyecom.options import read_options
from apps.easyecom.reading import Level
from apps.easyecom.services.stocking import apply_levels
from apps.easyecom.states import Job
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.fulfilment.services import Pieces
from apps.inbox.models import InboxMessage
from apps.integrations.selectors import get_config
from apps.inventory.models import Movement, StockItem, Warehouse
from apps.inventory.selectors import check_ledger
from apps.tenancy.context import use_store
from tests.checkout.shop import Goods, stock_of
from tests.easyecom.shop import CASH, Shop, invoice_of
from tests.support.acting import STAFF
from tests.vendors.base import Fault
from tests.vendors.easyecom import EasyEcomVendor

pytestmark = pytest.mark.django_db


@pytest.fixture
def master(store: Any, make_shop: Callable[..., Shop]) -> Shop:
    """A store whose stock EasyEcom counts; its only warehouse is the location lk1."""
    shop = make_shop(store, master="easyecom")
    with shop.inside():
        easyecom.read_due(only=Job.PRODUCTS)
        easyecom.map_location(
            row=Location.objects.get(key="lk1"), warehouse=Warehouse.objects.get()
        )
    return shop


def level(goods: Goods, shop: Shop) -> StockLevel:
    with shop.inside():
        return StockLevel.objects.get(sku=goods.sku)


def settle(shop: Shop) -> None:
    """So much time has passed that EasyEcom's levels are without the orders it has."""
    with shop.inside():
        PushedOrder.objects.update(sent_at=now() - timedelta(minutes=20))


def test_a_level_becomes_stock_with_a_reason_and_sells_nothing_twice(
    master: Shop, vendor: EasyEcomVendor
) -> None:
    goods = master.goods(stock=3)
    vendor.set_stock(goods.sku, 20)
    [message] = master.hear()
    assert "1 changed the stock" in message.effect
    with master.inside():
        assert stock_of(goods) == (20, 0, 0)
        movement = Movement.objects.filter(kind="adjust").get()
        assert movement.reason == "EasyEcom: 20 at Pune"

    there = master.order(goods, quantity=5, method=CASH)
    master.push(there)
    settle(master)
    waiting = master.order(goods, quantity=2)
    assert vendor.stock["lk1", goods.sku] == 15, "without what it keeps for the order"
    vendor.set_stock(goods.sku, 15)
    master.hear()
    with master.inside():
        # 15 can be sold there; 2 of them are held here for a buyer who pays
        assert stock_of(goods) == (20, 2, 5)
        assert StockItem.objects.get().available == 13
    vendor.set_stock(goods.sku, 0)
    master.hear()
    with master.inside():
        assert StockItem.objects.get().available == 0
        assert stock_of(goods) == (7, 2, 5)
        assert check_ledger() == []
    assert level(goods, master).missing == 2, "staff see that two promised pieces are not there"
    assert master.fresh(waiting).status == "pending"


def test_a_level_that_may_not_know_an_order_yet_leaves_too_few_rather_than_too_many(
    master: Shop, vendor: EasyEcomVendor
) -> None:
    goods = master.goods(stock=20)
    vendor.stock["lk1", goods.sku] = 20
    master.push(master.order(goods, quantity=5, method=CASH))
    # a level from before the order, which comes after it
    vendor.set_stock(goods.sku, 20)
    master.hear()
    with master.inside():
        assert StockItem.objects.get().available == 15
    vendor.set_stock(goods.sku, 15)
    master.hear()
    with master.inside():
        assert StockItem.objects.get().available == 10, "for some minutes"
    settle(master)
    with master.inside():
        assert easyecom.read_due(only=Job.STOCK) == 1
        assert StockItem.objects.get().available == 15


def test_a_level_of_the_shelf_counts_the_pieces_of_open_orders(
    master: Shop, vendor: EasyEcomVendor
) -> None:
    master.set(basis="shelf")
    goods = master.goods(stock=20)
    master.push(master.order(goods, quantity=5, method=CASH))
    settle(master)
    vendor.set_stock(goods.sku, 20)
    master.hear()
    with master.inside():
        assert stock_of(goods) == (20, 0, 5)


@pytest.mark.parametrize("is_master", [True, False])
def test_goods_that_came_back_are_received_by_staff_and_counted_once(
    store: Any, make_shop: Callable[..., Shop], vendor: EasyEcomVendor, is_master: bool
) -> None:
    shop = make_shop(store, master="easyecom" if is_master else "here")
    with shop.inside():
        easyecom.read_due(only=Job.PRODUCTS)
        place = Location.objects.get(key="lk1")
        easyecom.map_location(row=place, warehouse=Warehouse.objects.get())
    goods = shop.goods(stock=20)
    order = shop.order(goods, quantity=5, method=CASH)
    vendor.stock["lk1", goods.sku] = 20
    shop.push(order)
    vendor.ship(invoice_of(vendor, order), "AWB-1")
    vendor.follow(invoice_of(vendor, order), "rto")
    vendor.follow(invoice_of(vendor, order), "back")
    shop.hear()
    with shop.inside():
        parcel = Shipment.objects.get()
        assert (parcel.state, stock_of(goods)) == ("returning", (15, 0, 0)), "staff look into it"
        StockLevel.objects.update(heard_at=now() - timedelta(minutes=20))
    vendor.set_stock(goods.sku, 20)  # its warehouse has received them
    with moved_to(now() + timedelta(minutes=20)):
        shop.hear()
        with shop.inside():
            assert stock_of(goods)[0] == (20 if is_master else 15)
            pieces = {line.order_line_id: Pieces(restock=5) for line in parcel.lines.all()}
            fulfilment.receive_return(shipment=parcel, lines=pieces, actor=STAFF)
        shop.work()
    with shop.inside():
        assert stock_of(goods) == (20, 0, 0)
        assert Movement.objects.filter(kind="return").get().on_hand_delta == 5
        assert check_ledger() == []


def test_a_late_level_does_not_replace_a_newer_one(master: Shop, vendor: EasyEcomVendor) -> None:
    goods = master.goods(stock=3)
    vendor.set_stock(goods.sku, 9)
    master.hear()
    with master.inside():
        options = read_options(get_config("easyecom"))
        old = [Level(goods.sku, "lk1", "501", 4)]
        outcome = apply_levels(old, options=options, heard_at=now() - timedelta(minutes=1))
        assert (outcome.late, outcome.changed) == (1, 0)
        assert stock_of(goods) == (9, 0, 0)
    vendor.set_stock(goods.sku, 4)
    vendor.set_stock(goods.sku, 9)
    master.hear(times=2)
    with master.inside():
        assert stock_of(goods) == (9, 0, 0)
        assert InboxMessage.objects.filter(topic="inventory").count() == 5, "equal levels are two"


def test_where_this_store_counts_levels_are_only_compared(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    goods = shop.goods(stock=8)
    with shop.inside():
        easyecom.read_due(only=Job.PRODUCTS)
        easyecom.map_location(
            row=Location.objects.get(key="lk1"), warehouse=Warehouse.objects.get()
        )
    vendor.set_stock(goods.sku, 5)
    shop.hear()
    with shop.inside():
        assert stock_of(goods) == (8, 0, 0)
    assert (level(goods, shop).difference, level(goods, shop).ours) == (-3, 8)


def test_what_is_unknown_or_not_mapped_is_listed_and_counted(
    shop: Shop, vendor: EasyEcomVendor, other_store: Any
) -> None:
    goods = shop.goods("KS-A")
    vendor.products["ELSE"] = "Something else"
    for _ in range(2):
        vendor.set_stock("ELSE", 4)
        vendor.set_stock(goods.sku, 4, key="lk9")
    shop.hear()
    with shop.inside():
        row = UnmatchedSku.objects.get()
        assert (row.sku, row.side, row.times_seen) == ("ELSE", "there", 2)
        place = Location.objects.get(key="lk9")
        assert (place.times_skipped, place.warehouse) == (2, None)
        assert stock_of(goods) == (10, 0, 0)
        vendor.products.pop("KS-A")
        vendor.page = 1
        assert easyecom.read_due(only=Job.PRODUCTS) == 1
        assert sorted(UnmatchedSku.objects.values_list("side", "sku")) == [
            ("here", "KS-A"), ("there", "ELSE"),
        ]  # fmt: skip
        vendor.products = {"KS-A": "A"}
        easyecom.read_due(only=Job.PRODUCTS)
        assert not UnmatchedSku.objects.exists()
        here = Warehouse.objects.get()
        easyecom.map_location(row=place, warehouse=here)
        with pytest.raises(InvalidInput):
            easyecom.map_location(row=Location.objects.get(key="lk1"), warehouse=here)
    with use_store(other_store):
        assert not Location.objects.exists()


def test_a_snapshot_is_read_page_by_page_again_from_its_beginning_after_a_failure(
    master: Shop, vendor: EasyEcomVendor
) -> None:
    goods = [master.goods(f"KS-{number}", stock=1) for number in range(5)]
    for each in goods:
        vendor.stock["lk1", each.sku] = 7
    vendor.page = 2
    vendor.faults.append(Fault("status", "getInventoryDetailsV3", times=1))
    with master.inside():
        assert easyecom.read_due(only=Job.STOCK) == 0
    out = StringIO()
    call_command("sync_easyecom", store=str(master.store.pk), job=["stock"], stdout=out)
    assert "stock: 5 read" in out.getvalue()
    with master.inside():
        assert set(StockItem.objects.values_list("on_hand", flat=True)) == {7}


@pytest.mark.parametrize(
    ("sku", "name", "count"), [("A" * 70, "Other", 3), ("A-1", "x" * 300, 3), ("A-1", "Other", 2.5)]
)
def test_what_other_channels_have_keeps_no_level_from_being_read(
    master: Shop, vendor: EasyEcomVendor, sku: str, name: str, count: Any
) -> None:
    goods = master.goods("KS-Z", stock=1)
    vendor.products[sku] = name
    vendor.stock |= {("lk1", sku): count, ("lk1", goods.sku): 7}
    with master.inside():
        for job in (Job.STOCK, Job.PRODUCTS):
            assert easyecom.read_due(only=job) > 0
        assert not SyncJob.objects.exclude(last_error="").exists()
        assert StockItem.objects.get(sku=goods.sku).on_hand == 7
    vendor.stock["lk1", goods.sku] = 5
    rows = [vendor._level("lk1", each) for each in (sku, goods.sku)]
    vendor.notify("inventory", {"inventoryData": rows})
    [message] = master.hear()
    assert message.state == ("done" if len(name) > 250 else "dead")
    with master.inside():
        assert StockItem.objects.get(sku=goods.sku).on_hand == 5
