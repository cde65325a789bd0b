"""Stored value pays first: gift cards and store credit are payments of their own, received when the order is placed."""

from collections.abc import Sequence

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.ids import new_id
from apps.common.money import from_minor
from apps.gateways.values import ChargeStatus, GatewayState
from apps.giftcards import services as giftcards
from apps.giftcards.selectors import Share
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.models import Payment
from apps.payments.services.ledger import move_money
from apps.payments.services.transitions import record_attempt, tell_paid
from apps.payments.states import PaymentState, TransactionKind


def prepay(*, order: Order, shares: Sequence[Share], actor: Actor) -> list[Payment]:
    """Take what cards and credit pay of an order, in the transaction that places it: all or nothing.

    An order that is covered becomes paid. Its stock is allocated by the caller. Raises `BalanceTooLow` when a balance
    is less than it was when the shares were planned. Cards are taken in the order of their keys, so that two orders
    with the same two cards don't wait for one another.
    """
    payments = [
        _pay(order, share, actor) for share in sorted(shares, key=lambda each: each.account.pk)
    ]
    if payments and sum(each.amount_minor for each in payments) == order.total_minor:
        orders.mark_paid(order=order, payment_ref=str(payments[-1].pk), actor=actor)
        tell_paid(order, payments[-1])
    return payments


def _pay(order: Order, share: Share, actor: Actor) -> Payment:
    payment_id = new_id()
    giftcards.spend(
        share.account,
        amount_minor=share.amount_minor,
        cause=str(payment_id),
        order_number=order.number,
        actor=actor,
    )
    payment = Payment(
        id=payment_id,
        order=order,
        gateway=share.gateway_code,
        gateway_ref=str(share.account.pk),
        last_four=share.last_four,
        amount_minor=share.amount_minor,
        currency=order.currency,
        state=PaymentState.CAPTURED,
        captured_at=now(),
    )
    payment.save(force_insert=True)
    move_money(
        payment, TransactionKind.CAPTURED, share.amount_minor, gateway_ref=payment.gateway_ref
    )
    payment.save(update_fields=["captured_minor", "updated_at"])
    amount = from_minor(share.amount_minor, order.currency)
    state = GatewayState(ChargeStatus.PAID, amount, ref=payment.gateway_ref)
    record_attempt(payment, "captured", state)
    orders.note_prepaid(
        order=order,
        kind=f"order.paid_by_{share.gateway_code}",
        amount_minor=share.amount_minor,
        last_four=share.last_four,
        payment_ref=str(payment.pk),
        actor=actor,
    )
    return payment
