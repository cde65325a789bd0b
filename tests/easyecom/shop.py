"""A store that is connected to the stand-in of EasyEcom, and the steps between the two, one at a time."""

import random
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from django.core.cache import caches
from django.test import Client

from apps.common.clock import now
from apps.easyecom import services as easyecom
from apps.easyecom.models import PushedOrder
from apps.events.services import relay_outbox
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.integrations import services as integrations
from apps.integrations.selectors import find_integration
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.platform.dead_ends import Kind as DeadEndKind
from apps.platform.dead_ends import dead_end
from apps.platform.selectors import forget_addresses
from apps.tenancy.context import ActiveStore, use_store
from tests.checkout.shop import Goods, make_cart, make_goods, place
from tests.integrations.bodies import EASYECOM, post
from tests.payments import bank
from tests.support.acting import SYSTEM, seeing_all
from tests.vendors.easyecom import ACCOUNT, EasyEcomVendor

CASH = "cash_on_delivery"


class Shop:
    """`secret` is that of its webhooks."""

    def __init__(self, store: Any, vendor: EasyEcomVendor, **values: str) -> None:
        self.store, self.vendor = store, vendor
        with seeing_all(store):
            integration = integrations.add_integration(kind="easyecom")
            integrations.save_config(
                integration=integration, values={**ACCOUNT, "tier": "diamond", **values}
            )
            self.secret = integrations.make_secret(integration=integration)
        store.refresh_from_db()
        forget_addresses()

    def inside(self) -> AbstractContextManager[ActiveStore]:
        return use_store(self.store, actor=SYSTEM)

    def set(self, **values: str) -> None:
        with seeing_all(self.store):
            row = find_integration("easyecom")
            assert row is not None
            integrations.save_config(integration=row, values=values)

    def goods(self, sku: str = "", **values: Any) -> Goods:
        """Something to sell that EasyEcom knows."""
        with self.inside():
            goods = make_goods(sku=sku, **values)
        self.vendor.products[goods.sku] = f"Chai {goods.sku}"
        return goods

    def order(
        self, *goods: Goods, quantity: int = 1, method: str = "test", **details: Any
    ) -> Order:
        """Placed, and with cash on delivery to be sent."""
        with self.inside():
            cart = make_cart(*goods, quantity=quantity)
            placed = place(cart, payment_method=method, **details)
            return Order.objects.get(pk=placed.order.pk)

    def work(self) -> None:
        """What the workers do: the outbox, then EasyEcom."""
        with self.inside():
            relay_outbox()
            easyecom.push_due()

    def push(self, order: Order) -> PushedOrder:
        self.work()
        return self.pushed(order)

    def pushed(self, order: Order) -> PushedOrder:
        with self.inside():
            return PushedOrder.objects.get(order=order)

    def hear(self, *, times: int = 1, seed: int | None = None) -> list[InboxMessage]:
        """What EasyEcom has to say comes by its webhooks and is handled; the messages that were handled or given up."""
        client = Client(headers={"host": f"{self.store.slug}.localhost"})

        def send(topic: str, body: Any) -> int:
            status: int = post(client, f"{EASYECOM}{topic}", body, self.secret).status_code
            return status

        shuffled = random.Random(seed) if seed is not None else None
        statuses = self.vendor.deliver(send, times=times, shuffled=shuffled)
        assert set(statuses) <= {200}, statuses
        with self.inside():
            inbox.handle_due()
            return list(InboxMessage.objects.order_by("received_at", "id"))

    def later(self, order: Order, by: timedelta = timedelta(hours=2)) -> PushedOrder:
        """The row as if so much time had passed, and the workers at it."""
        caches["limits"].clear()
        with self.inside():
            row = PushedOrder.objects.get(order=order)
            PushedOrder.objects.filter(pk=row.pk).update(
                due_at=now() - timedelta(seconds=1),
                tried_at=row.tried_at and row.tried_at - by,
                sent_at=row.sent_at and row.sent_at - by,
            )
        return self.push(order)

    def fresh(self, order: Order) -> Order:
        with self.inside():
            return Order.objects.get(pk=order.pk)


def pay(shop: Shop, order: Order) -> None:
    """The buyer pays at the bank, and the shop hears of it."""
    with shop.inside():
        payment = Payment.objects.get(order=order)
        bank.pay(payment)
        payments.settle_from_gateway(payment=payment)


def kind_of_dead_end(code: str) -> DeadEndKind:
    return dead_end.items()[code]


def invoice_of(vendor: EasyEcomVendor, order: Order) -> dict[str, Any]:
    [found] = vendor.orders_of(order.number)
    return found


def dead(messages: list[InboxMessage]) -> Mapping[str, str]:
    """Subject and error of what was given up."""
    return {each.subject: each.last_error for each in messages if each.state == "dead"}
