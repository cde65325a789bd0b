"""The steps of an order, from placed to delivered, or wherever else it ended."""

from dataclasses import dataclass
from datetime import datetime

from apps.common.money import format_money, from_minor
from apps.orders.models import Order
from apps.orders.states import FulfilmentState, PaymentState
from apps.payments.selectors import RefundSums
from apps.storefront.languages import current_locale

DONE, NOW, LATER, FAILED = "done", "now", "later", "failed"
_PAID = (PaymentState.PAID, PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED)
_AT_THE_DOOR = (PaymentState.CASH_DUE, PaymentState.VOID)


@dataclass(frozen=True)
class Step:
    title: str
    state: str
    at: datetime | None = None
    detail: str = ""


def steps_of(order: Order, situation: str, refunds: RefundSums) -> list[Step]:
    """At most one step is `now`; none is where nothing more happens."""
    placed = Step("Order placed", DONE, order.placed_at)
    if order.is_cancelled:
        ways = [_payment_step(order)] if order.paid_at else []
        steps = [placed, *ways, Step("Cancelled", FAILED, order.cancelled_at)]
    elif not order.needs_shipping:
        steps = [placed, _payment_step(order), *_arrival_steps(order, situation)]
    elif order.payment_state in _AT_THE_DOOR:
        goods = [_shipping_step(order), *_arrival_steps(order, situation)]
        steps = [placed, *goods, _payment_step(order)]
    else:
        goods = [_shipping_step(order), *_arrival_steps(order, situation)]
        steps = [placed, _payment_step(order), *goods]
    return [*steps, *_refund_steps(order, refunds)]


def _payment_step(order: Order) -> Step:
    amount = _amount(order, order.payable_minor)
    if order.payment_state in _PAID:
        if not order.total_minor:
            return Step("Nothing to pay", DONE, order.paid_at)
        return Step("Paid", DONE, order.paid_at, amount)
    return {
        PaymentState.CASH_DUE: Step("Pay on delivery", LATER, None, amount),
        PaymentState.VOID: Step("Nothing to pay", DONE),
        PaymentState.FAILED: Step("Payment failed", FAILED, None, amount),
        PaymentState.CONFIRMING: Step("The bank is confirming the payment", NOW, None, amount),
    }.get(PaymentState(order.payment_state), Step("Waiting for payment", NOW, None, amount))


def _shipping_step(order: Order) -> Step:
    if order.fulfilment_state == FulfilmentState.PARTIAL:
        return Step("Partly shipped", NOW, None, "The rest follows.")
    if order.fulfilment_state != FulfilmentState.UNFULFILLED:
        return Step("Shipped", DONE, order.shipped_at)
    if order.payment_state == PaymentState.REFUNDED:
        return Step("Not shipped", FAILED)
    ready = order.payment_state in (*_PAID, PaymentState.CASH_DUE)
    return Step("In preparation", NOW) if ready else Step("Shipped", LATER)


def _arrival_steps(order: Order, situation: str) -> list[Step]:
    """Delivered, and the returns after it; a refused parcel was never delivered."""
    arrived = Step("Delivered", DONE, order.delivered_at)
    if order.fulfilment_state == FulfilmentState.DELIVERED:
        return [arrived]
    if order.fulfilment_state == FulfilmentState.PARTIALLY_RETURNED:
        return [arrived, Step("Partly returned", DONE)]
    if order.fulfilment_state == FulfilmentState.RETURNED:
        return [*([arrived] if order.delivered_at else []), Step("Returned", DONE)]
    if situation == "coming_back":
        return [Step("On its way back to us", NOW)]
    if order.fulfilment_state == FulfilmentState.SHIPPED:
        return [Step("On its way to you", NOW)]
    if order.payment_state == PaymentState.REFUNDED:
        return []
    return [Step("Delivered", LATER)]


def _refund_steps(order: Order, refunds: RefundSums) -> list[Step]:
    if refunds.waiting_minor:
        return [Step("Refund on its way", NOW, None, _amount(order, refunds.waiting_minor))]
    if refunds.done_minor:
        return [Step("Refunded", DONE, None, _amount(order, refunds.done_minor))]
    return []


def _amount(order: Order, minor: int) -> str:
    return format_money(from_minor(minor, order.currency), str(current_locale()))
