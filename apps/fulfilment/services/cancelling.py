"""Cancels orders, or their rest: releases stock and refunds money."""

from typing import Annotated

from django.utils.translation import gettext_noop

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.fulfilment.selectors import credit_for_rest, has_parcels_on_the_way
from apps.fulfilment.services.delivering import finish_arrival, reduce_cash
from apps.fulfilment.services.parcels import tell
from apps.giftcards import services as giftcards
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.states import ARRIVED, HELD, OrderPaymentState
from apps.orders.worth import NOTHING, Worth
from apps.payments import services as payments
from apps.payments.errors import RefundNotAllowed
from apps.payments.models import Payment
from apps.payments.refundable import gives_money_back
from apps.payments.selectors import (
    get_payment_of,
    is_awaited,
    is_cash_due,
    list_expired_payments,
    list_open_payments,
)
from apps.platform.sweeps import do_each
from apps.tenancy.retrying import repeated_on_deadlock

NOT_PAID_IN_TIME = gettext_noop("Not paid in time.")
NOT_CONFIRMED_IN_TIME = gettext_noop("Not confirmed in time.")
_PORTION = 200


@cleans_text
def cancel(
    *,
    order: Order,
    reason: Annotated[str, Line(200)],
    actor: Actor,
    may_refund: bool = True,
) -> Order:
    """Cancel an order that is not shipped: release its stock and refund its money. Repeatable.

    First the gateway is asked to take no more money; money that it has taken is booked and refunded, and money that a
    bank holds is released. Gift cards in it are closed. Raises `OrderNotCancellable`, `CardInUse`, `GatewayUnavailable` when the
    gateway does not answer, and `RefundNotAllowed` for a paid order without the right to refund, also when the money comes
    meanwhile.
    """
    _require_right(order, may_refund)
    for payment in list_open_payments(order):
        payments.close_at_gateway(payment=payment)
    return _cancel_if_open(order, reason, actor, may_refund)


@cleans_text
@repeated_on_deadlock
def cancel_rest(
    *,
    order: Order,
    reason: Annotated[str, Line(200)],
    actor: Actor,
    may_refund: bool = True,
) -> Order:
    """Cancel the unsent pieces of a partly shipped order; the order continues with the sent pieces.

    The stock of the rest is free again. What it cost goes back, or is not due any more where the courier is still to
    bring the money; of a cash order that ends by it nothing more is due. The delivery stays paid, but for a cash order of
    which no parcel has arrived. Raises `NothingLeftToCancel`, also when it is called again, and `RefundNotAllowed` where
    money would go back without the right to it.
    """
    if order.payment_state == OrderPaymentState.UNDERPAID:  # what was missing is not asked for
        for payment in list_open_payments(order):
            payments.close_at_gateway(payment=payment)
    with events.transaction_with_wake_up():
        orders.lock_order(order)
        was_arrived = order.fulfilment_state in ARRIVED
        credit = credit_for_rest(order)
        orders.cancel_rest(
            order=order,
            is_on_its_way=has_parcels_on_the_way(order),
            reason=reason,
            actor=actor,
            amount_minor=credit.total_minor,
            tax_minor=credit.tax_minor,
            tax_components=credit.parts_json(),
        )
        lowered_minor = _lower(order, credit, reason, actor, may_refund)
        is_refund = not lowered_minor
        inventory.release_stock(order_ref=order.pk, reason=reason, actor=actor)
        finish_arrival(order, was_arrived=was_arrived)
        tell(
            "order.rest_cancelled",
            order,
            reason=reason,
            amount_minor=lowered_minor or credit.total_minor,
            is_refund=is_refund,
        )
    return order


def _require_right(order: Order, may_refund: bool) -> None:
    if not (may_refund or order.is_cancelled) and gives_money_back(order):
        raise RefundNotAllowed


def _lower(order: Order, credit: Worth, reason: str, actor: Actor, may_refund: bool) -> int:
    """By how much less is to be paid: of cash, of what a bank holds, of what never came. The rest is refunded: all of it
    where nothing is due any more, and what a gift card has paid of the pieces."""
    lowered = NOTHING
    if is_cash_due(order, get_payment_of(order)):
        less_minor = credit.total_minor
        lowered = reduce_cash(
            order, less_minor=less_minor, worth=credit, reason=reason, actor=actor
        )
    elif order.payment_state in HELD:
        lowered = payments.give_up_rest(order=order, worth=credit, reason=reason, actor=actor)
    elif order.payment_state == OrderPaymentState.UNDERPAID:
        lowered = payments.waive_missing(order=order, worth=credit, reason=reason, actor=actor)
    back = credit - lowered
    if back.total_minor > 0:
        if not may_refund:
            raise RefundNotAllowed
        payments.refund_part(
            order=order,
            amount_minor=back.total_minor,
            worth=back,
            reason=reason,
            request_key="rest-cancelled",
            actor=actor,
        )
    return lowered.total_minor


def expire_unpaid_order(*, payment: Payment) -> bool:
    """Cancel the order of an open payment whose time is over. Repeatable.

    The order stays when its money came after all, when the bank is confirming by now, or when the buyer pays again.
    """
    payment = payments.settle_from_gateway(payment=payment)
    if is_awaited(payment.order_id):
        return False
    payments.close_at_gateway(payment=payment)
    return _cancel_if_unpaid(payment)


def expire_unpaid_orders() -> int:
    """Cancel every order that was not paid in time. Returns how many; a silent gateway's are left for later."""
    return do_each(list_expired_payments(), lambda payment: expire_unpaid_order(payment=payment))


def expire_unconfirmed_orders() -> int:
    """Cancel every order that was not confirmed in time. Returns how many."""
    overdue = Order.objects.filter(confirm_by__lt=now(), cancelled_at__isnull=True)
    return do_each(list(overdue.order_by("confirm_by")[:_PORTION]), _cancel_if_unconfirmed)


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _cancel_if_unconfirmed(order: Order) -> bool:
    orders.lock_order(order)
    if not order.awaits_confirmation or order.confirm_by is None or order.confirm_by > now():
        return False
    _cancel(order, NOT_CONFIRMED_IN_TIME, Actor.system("checkout"))
    return True


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _cancel_if_open(order: Order, reason: str, actor: Actor, may_refund: bool) -> Order:
    orders.lock_order(order)
    _require_right(order, may_refund)
    if not order.is_cancelled:
        _cancel(order, reason, actor)
    return order


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _cancel_if_unpaid(payment: Payment) -> bool:
    order = orders.lock_order(Order.objects.get(pk=payment.order_id))
    is_covered = order.paid_at is not None or order.payment_state in HELD
    if is_covered or order.is_cancelled or is_awaited(order.pk):
        return False
    _cancel(order, NOT_PAID_IN_TIME, Actor.system("checkout"))
    return True


def _cancel(order: Order, reason: str, actor: Actor) -> None:
    """Order, payment, stock: in the order of the locks. Raises `CardInUse` when a gift card of it was spent from."""
    if order.voucher_minor:
        giftcards.close_all_sold(order=order, reason=reason, actor=actor)
    orders.cancel_order(order=order, reason=reason, actor=actor)
    payments.undo_payments(order=order, reason=reason, actor=actor)
    inventory.release_stock(order_ref=order.pk, reason=reason, actor=actor)
    tell("order.cancelled", order, reason=reason)
