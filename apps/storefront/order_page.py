"""An order as its buyer sees it: four steps, the next thing that will happen, parcels to follow."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.common.money import format_money
from apps.fulfilment.selectors import list_shipments_of
from apps.orders.models import Order
from apps.orders.selectors import timeline
from apps.orders.states import FulfilmentState, PaymentState
from apps.payments.selectors import can_pay_now, get_payment_of
from apps.storefront.languages import current_locale

DONE, NOW, LATER, FAILED = "done", "now", "later", "failed"
_PAID = (PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED)
# What only staff should read.
_INTERNAL = frozenset({"order.note_added"})


@dataclass(frozen=True)
class Step:
    title: str
    state: str
    at: datetime | None = None
    detail: str = ""


def order_context(order: Order) -> dict[str, Any]:
    """Everything the order page shows: lines, timeline, payment and parcels, five to seven queries."""
    payment = get_payment_of(order)
    return {
        "order": order,
        "lines": list(order.lines.all()),
        "steps": steps_of(order),
        "headline": headline_of(order),
        "next_thing": next_thing_for(order),
        "can_pay": can_pay_now(order, payment),
        "shipments": list_shipments_of(order),
        "history": [entry for entry in timeline(order) if entry.kind not in _INTERNAL],
    }


def steps_of(order: Order) -> list[Step]:
    placed = Step("Order placed", DONE, order.placed_at)
    if order.is_cancelled:
        return [placed, Step("Cancelled", FAILED, order.cancelled_at)]
    if order.payment_state == PaymentState.CASH_DUE:
        return [placed, _shipping_step(order), _delivery_step(order), _payment_step(order)]
    return [placed, _payment_step(order), _shipping_step(order), _delivery_step(order)]


def _payment_step(order: Order) -> Step:
    amount = format_money(order.total, str(current_locale()))
    if order.payment_state in _PAID:
        return Step("Paid", DONE, order.paid_at, amount)
    if order.payment_state == PaymentState.CASH_DUE:
        return Step("Pay on delivery", LATER, None, amount)
    if order.payment_state == PaymentState.FAILED:
        return Step("Payment failed", FAILED, None, amount)
    return Step("Waiting for payment", NOW, None, amount)


def _shipping_step(order: Order) -> Step:
    if order.fulfilment_state == FulfilmentState.PARTIAL:
        return Step("Partly shipped", NOW, order.shipped_at, "The rest is being packed.")
    if order.fulfilment_state != FulfilmentState.UNFULFILLED:
        return Step("Shipped", DONE, order.shipped_at)
    ready = order.payment_state in (*_PAID, PaymentState.CASH_DUE)
    return Step("Being packed", NOW) if ready else Step("Shipped", LATER)


def _delivery_step(order: Order) -> Step:
    if order.fulfilment_state == FulfilmentState.RETURNED:
        return Step("Returned", DONE, order.delivered_at)
    if order.fulfilment_state == FulfilmentState.DELIVERED:
        return Step("Delivered", DONE, order.delivered_at)
    if order.fulfilment_state == FulfilmentState.SHIPPED:
        return Step("On its way to you", NOW)
    return Step("Delivered", LATER)


def headline_of(order: Order) -> str:
    """What is the case, in a few words."""
    if order.is_cancelled:
        return "This order was cancelled"
    headlines = {
        FulfilmentState.SHIPPED: "Your order is on its way",
        FulfilmentState.DELIVERED: "Your order has arrived",
        FulfilmentState.RETURNED: "This order was returned",
        FulfilmentState.PARTIAL: "Part of your order is on its way",
    }
    if order.fulfilment_state in headlines:
        return headlines[FulfilmentState(order.fulfilment_state)]
    if order.payment_state in (*_PAID, PaymentState.CASH_DUE):
        return "Thank you, your order is confirmed"
    if order.payment_state == PaymentState.FAILED:
        return "The payment did not go through"
    return "Your order is waiting for its payment"


def next_thing_for(order: Order) -> str:
    """The next thing that will happen, in one sentence."""
    if order.is_cancelled:
        paid_back = "What you paid is on its way back to you." if order.paid_at else ""
        return paid_back or "Nothing was charged. You are welcome to order again."
    if order.fulfilment_state == FulfilmentState.DELIVERED:
        return "We hope you like it."
    if order.fulfilment_state in (FulfilmentState.SHIPPED, FulfilmentState.PARTIAL):
        due = order.payment_state == PaymentState.CASH_DUE
        return (
            "Please have the amount ready when the parcel comes."
            if due
            else ("The carrier brings it to the address below.")
        )
    if order.payment_state in (*_PAID, PaymentState.CASH_DUE):
        return "We are packing it now. This page shows when it leaves."
    if order.payment_state == PaymentState.FAILED:
        return "Nothing was charged and your items are still held for you. You can try again."
    return "Your items are held for you while the payment is open."
