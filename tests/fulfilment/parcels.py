"""Orders on their way, for the tests of what happens to them there."""

from typing import Any

from apps.events.services import relay_outbox
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.services import Credit, Pieces
from apps.inventory.models import Movement
from apps.inventory.selectors import check_ledger
from apps.orders.models import Order
from apps.payments.models import Payment, Transaction
from apps.pricing.models import ShippingMethod, TaxSettings
from apps.shipping.models import PickupPlace
from apps.tenancy.context import use_actor
from tests.checkout.shop import Goods, assert_adds_up, make_cart, make_goods, place
from tests.payments.bank import pay_and_tell
from tests.support.acting import STAFF, SYSTEM

CASH = "cash_on_delivery"
WHO = {
    "name": "Asha Rao",
    "country": "IN",
    "line1": "half an addr",
    "postal_code": "999",
}  # collects it


@use_actor(SYSTEM)
def buy(*goods: Goods, quantity: int = 2, payment_method: str = "test") -> Order:
    """Placed, and paid unless the courier is to bring the money."""
    placed = place(make_cart(*goods, quantity=quantity), payment_method=payment_method)
    if payment_method != CASH:
        pay_and_tell(placed.payment)
    placed.order.refresh_from_db()
    return placed.order


@use_actor(STAFF)
def ship(order: Order, pieces: int | None = None, **more: Any) -> Shipment:
    """So many pieces of the only line, or all that is left."""
    lines = None if pieces is None else {order.lines.get().pk: pieces}
    return fulfilment.ship_order(order=order, lines=lines, actor=STAFF, **more)


@use_actor(STAFF)
def deliver(shipment: Shipment) -> Shipment:
    return fulfilment.mark_delivered(shipment=shipment, actor=STAFF)


@use_actor(STAFF)
def take_back(
    shipment: Shipment,
    restock: int = 0,
    write_off: int = 0,
    credit: Credit | None = None,
    **more: Any,
) -> ParcelReturn:
    """Pieces of the order's only line."""
    line = shipment.order.lines.get()
    return fulfilment.receive_return(
        shipment=shipment,
        lines={line.pk: Pieces(restock, write_off)},
        credit=credit,
        actor=STAFF,
        **more,
    )


@use_actor(SYSTEM)
def settle(order: Order) -> Order:
    """Refunds go out and mails are written; everything must add up."""
    relay_outbox()
    order.refresh_from_db()
    assert_adds_up(order)
    assert check_ledger() == []
    return order


def states_of(order: Order) -> tuple[str, str, str]:
    return order.status, order.payment_state, order.fulfilment_state


@use_actor(SYSTEM)
def payment_of(order: Order) -> Payment:
    return Payment.objects.get(order=order)


@use_actor(SYSTEM)
def moved(kind: str) -> list[int]:
    """What movements of that kind did to the pieces on hand, oldest first."""
    rows = Movement.objects.filter(kind=kind).order_by("id")
    return list(rows.values_list("on_hand_delta", flat=True))


def pay_twice(order: Order) -> Payment:
    """A second payment of the same order, captured as the first was."""
    first = payment_of(order)
    second = Payment.objects.create(
        order=order,
        gateway=first.gateway,
        amount_minor=first.amount_minor,
        captured_minor=first.amount_minor,
        currency=first.currency,
        state="captured",
    )
    Transaction.objects.create(
        payment=second,
        kind="captured",
        amount_minor=second.amount_minor,
        currency=second.currency,
        gateway_ref="second",
    )
    return second


def sell_with_gst() -> Goods:
    """18 % GST in the prices, as CGST and SGST: pieces of 590.00 with 90.00 of tax, a delivery of 49.00 with 7.48."""
    TaxSettings.objects.update_or_create(
        key="store", defaults={"prices_include_tax": True, "origin_region": "Karnataka"}
    )
    ShippingMethod.objects.update(amount_minor=4_900, free_above_minor=None)
    return make_goods(price_minor=59_000)


def pickup(**values: Any) -> None:
    """A shop in Chennai where orders are collected."""
    ShippingMethod.objects.create(
        code="collect", name="Pickup", kind="pickup", currency="INR", amount_minor=0
    )
    there = {
        "line1": "5 MG Road",
        "city": "Chennai",
        "region": "TN",
        "postal_code": "600001",
        "country": "IN",
    }
    PickupPlace.objects.create(
        code="chennai", name="Chennai shop", hours="10 to 7", **{**there, **values}
    )
