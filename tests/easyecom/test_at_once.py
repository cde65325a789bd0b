"""Several workers, and workers that die: EasyEcom has each order once."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from apps.common.clock import now
from apps.easyecom import services as easyecom
from apps.easyecom.client import Client
from apps.easyecom.models import PushedOrder, SyncJob
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.integrations.services import remember
from apps.orders.models import Order
from apps.tenancy.context import use_actor
from tests.easyecom.shop import CASH, Shop, invoice_of
from tests.support.acting import STAFF, SYSTEM
from tests.support.killing import deaths_of, kill_at
from tests.support.threads import fails, run_at_once
from tests.vendors.easyecom import EasyEcomVendor

pytestmark = pytest.mark.django_db(transaction=True)
WATCHED = (str(Path(settings.BASE_DIR) / "apps" / "easyecom") + "/",)


@pytest.fixture
def shop(throwaway_store: Any, make_shop: Callable[..., Shop]) -> Shop:
    return make_shop(throwaway_store)


def work() -> int:
    """What a worker does, also in a child process."""
    with use_actor(SYSTEM):
        return easyecom.push_due()


def test_workers_share_the_orders_and_one_login(shop: Shop, vendor: EasyEcomVendor) -> None:
    vendor.delay = 0.02
    goods = shop.goods(stock=50)
    orders = [shop.order(goods, method=CASH) for _ in range(8)]
    with shop.inside():
        for order in orders:
            easyecom.note_order(order)
    answers = run_at_once(shop.store, [easyecom.push_due] * 4)
    assert fails(answers) == []
    assert sorted(vendor.created) == sorted(order.number for order in orders)
    assert vendor.logins == 1

    vendor.end_token()
    answers = run_at_once(shop.store, [lambda: Client().list_locations()] * 4)
    assert fails(answers) == []
    assert vendor.logins == 2
    with shop.inside():
        soon = (now() + timedelta(days=1)).isoformat()
        remember(kind="easyecom", values={"token_ends_at": soon})
    answers = run_at_once(shop.store, [lambda: Client().list_locations()] * 4)
    assert fails(answers) == []
    assert vendor.logins == 3


def test_messages_of_one_invoice_at_once_make_one_parcel(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    order = shop.order(shop.goods(), quantity=2, method=CASH)
    shop.push(order)
    invoice = invoice_of(vendor, order)
    vendor.ship(invoice, "AWB-1")
    vendor.follow(invoice, "out")
    vendor.follow(invoice, "delivered")
    with shop.inside():
        for notice in vendor.waiting:
            inbox.receive(source="easyecom", topic="orders", body=json.dumps(notice.body).encode())
    run_at_once(shop.store, [inbox.handle_due] * 4)
    with shop.inside():
        InboxMessage.objects.filter(state="waiting").update(due_at=now())
        inbox.handle_due()
        assert Shipment.objects.get().state == "delivered"
        assert set(InboxMessage.objects.values_list("state", flat=True)) == {"done"}
        assert Order.objects.get().payment_state == "paid"


@pytest.mark.matrix
@pytest.mark.timeout(900)
def test_a_worker_that_dies_anywhere_leaves_no_second_order(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    goods = shop.goods(stock=500)

    def noted() -> Order:
        order = shop.order(goods, method=CASH)
        with shop.inside():
            easyecom.note_order(order)
        return order

    noted()
    deaths = deaths_of(shop.store, work, 24, watched=WATCHED)
    died = 0
    for death in deaths:
        order = noted()
        died += kill_at(shop.store, work, death, watched=WATCHED)
        with shop.inside():
            SyncJob.objects.update(lease_until=None)
        assert shop.later(order).state == "sent", death
        assert vendor.created.count(order.number) == 1, death
    assert died >= 16, "nearly every line is passed again"


@pytest.mark.matrix
@pytest.mark.timeout(900)
def test_a_worker_that_dies_while_it_cancels_leaves_nothing_to_be_sent(
    shop: Shop, vendor: EasyEcomVendor
) -> None:
    goods = shop.goods(stock=500)

    def cancelled() -> Order:
        order = shop.order(goods, method=CASH)
        shop.push(order)
        with shop.inside():
            fulfilment.cancel(order=order, reason="", actor=STAFF)
            easyecom.note_cancelled_here(order.pk)
        return order

    cancelled()
    for death in deaths_of(shop.store, work, 12, watched=WATCHED):
        order = cancelled()
        kill_at(shop.store, work, death, watched=WATCHED)
        assert shop.later(order).state == "cancelled", death
        assert invoice_of(vendor, order)["order_status"] == "Cancelled"
    with shop.inside():
        assert not PushedOrder.objects.exclude(state="cancelled").exists()
