"""The steps of an order, from placed to delivered, or wherever else it ended."""

from dataclasses import dataclass
from datetime import datetime

from apps.common.money import format_money, from_minor
from apps.orders.models import Order
from apps.orders.states import FulfilmentState, OrderPaymentState
from apps.payments.selectors import RefundSums
from apps.storefront.languages import current_locale

DONE, NOW, LATER, FAILED = "done", "now", "later", "failed"
_PAID = (OrderPaymentState.PAID, OrderPaymentState.PARTIALLY_REFUNDED, OrderPaymentState.REFUNDED)
_AT_THE_DOOR = (OrderPaymentState.CASH_DUE, OrderPaymentState.VOID)


@dataclass(frozen=True)
class OrderStep:
    title: str
    state: str
    at: datetime | None = None
    detail: str = ""


def steps_of(order: Order, situation: str, refunds: RefundSums) -> list[OrderStep]:
    """At most one step is `now`; none is where nothing more happens."""
    placed = OrderStep("Order placed", DONE, order.placed_at)
    if order.is_cancelled:
        ways = [_payment_step(order)] if order.paid_at else []
        steps = [placed, *ways, OrderStep("Cancelled", FAILED, order.cancelled_at)]
    elif not order.needs_shipping:
        steps = [placed, _payment_step(order), *_arrival_steps(order, situation)]
    elif order.payment_state in _AT_THE_DOOR:
        goods = [_shipping_step(order), *_arrival_steps(order, situation)]
        steps = [placed, *goods, _payment_step(order)]
    else:
        goods = [_shipping_step(order), *_arrival_steps(order, situation)]
        steps = [placed, _payment_step(order), *goods]
    return [*steps, *_refund_steps(order, refunds)]


def _payment_step(order: Order) -> OrderStep:
    amount = _amount(order, order.payable_minor)
    if order.payment_state in _PAID:
        if not order.total_minor:
            return OrderStep("Nothing to pay", DONE, order.paid_at)
        return OrderStep("Paid", DONE, order.paid_at, amount)
    return {
        OrderPaymentState.CASH_DUE: OrderStep("Pay on delivery", LATER, None, amount),
        OrderPaymentState.VOID: OrderStep("Nothing to pay", DONE),
        OrderPaymentState.FAILED: OrderStep("Payment failed", FAILED, None, amount),
        OrderPaymentState.CONFIRMING: OrderStep(
            "The bank is confirming the payment", NOW, None, amount
        ),
    }.get(
        OrderPaymentState(order.payment_state), OrderStep("Waiting for payment", NOW, None, amount)
    )


def _shipping_step(order: Order) -> OrderStep:
    if order.fulfilment_state == FulfilmentState.PARTIAL:
        return OrderStep("Partly shipped", NOW, None, "The rest follows.")
    if order.fulfilment_state != FulfilmentState.UNFULFILLED:
        return OrderStep("Shipped", DONE, order.shipped_at)
    if order.payment_state == OrderPaymentState.REFUNDED:
        return OrderStep("Not shipped", FAILED)
    ready = order.payment_state in (*_PAID, OrderPaymentState.CASH_DUE)
    return OrderStep("In preparation", NOW) if ready else OrderStep("Shipped", LATER)


def _arrival_steps(order: Order, situation: str) -> list[OrderStep]:
    """Delivered, and the returns after it; a refused parcel was never delivered."""
    arrived = OrderStep("Delivered", DONE, order.delivered_at)
    if order.fulfilment_state == FulfilmentState.DELIVERED:
        return [arrived]
    if order.fulfilment_state == FulfilmentState.PARTIALLY_RETURNED:
        return [arrived, OrderStep("Partly returned", DONE)]
    if order.fulfilment_state == FulfilmentState.RETURNED:
        return [*([arrived] if order.delivered_at else []), OrderStep("Returned", DONE)]
    if situation == "coming_back":
        return [OrderStep("On its way back to us", NOW)]
    if order.fulfilment_state == FulfilmentState.SHIPPED:
        return [OrderStep("On its way to you", NOW)]
    if order.payment_state == OrderPaymentState.REFUNDED:
        return []
    return [OrderStep("Delivered", LATER)]


def _refund_steps(order: Order, refunds: RefundSums) -> list[OrderStep]:
    if refunds.waiting_minor:
        return [OrderStep("Refund on its way", NOW, None, _amount(order, refunds.waiting_minor))]
    if refunds.done_minor:
        return [OrderStep("Refunded", DONE, None, _amount(order, refunds.done_minor))]
    return []


def _amount(order: Order, minor: int) -> str:
    return format_money(from_minor(minor, order.currency), str(current_locale()))
