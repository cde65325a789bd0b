"""Refunds: requested under the lock, sent after the commit, booked when the gateway has finished them."""

from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from apps.common.actor import Actor, ActorKind
from apps.common.clock import now
from apps.common.ids import new_id
from apps.common.money import format_money, from_minor
from apps.common.typed_text import Code, Line, Said, cleans_text
from apps.events import services as events
from apps.gateways.errors import GatewayRefused
from apps.gateways.installed import GIFT_CARD, STORE_CREDIT, get_gateway
from apps.giftcards import services as giftcards
from apps.giftcards.errors import NoStoreCredit
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.states import UNPAID_REST, OrderPaymentState
from apps.orders.worth import NOTHING, Worth
from apps.payments.charges import payment_behind, refund_request_of
from apps.payments.credits import worth_of_refund, worth_to_give
from apps.payments.destinations import require_destination
from apps.payments.errors import NotRefundable
from apps.payments.models import Payment, Refund
from apps.payments.refundable import list_refundable
from apps.payments.selectors import get_refund_sums
from apps.payments.services.ledger import move_money
from apps.payments.services.transitions import (
    lock_payment,
    move_payment,
    move_refund,
    settled_state,
)
from apps.payments.states import PaymentState, RefundState, RefundTo, TransactionKind
from apps.payments.vouchers import voucher_part
from apps.platform.auditing import facts_of, note
from apps.platform.sweeps import do_each
from apps.tenancy.context import current_store
from apps.tenancy.retrying import repeated_on_deadlock

_RANKS: Final = {STORE_CREDIT: 1, GIFT_CARD: 2}
"""Which payment is refunded first: of gateways that are not here, money."""


@cleans_text
@repeated_on_deadlock
def refund_payment(
    *,
    payment: Payment,
    reason: Annotated[str, Line(200)],
    actor: Actor,
    amount_minor: int | None = None,
    request_key: Annotated[str, Code(100)] = "",
    destination: RefundTo = RefundTo.SOURCE,
) -> Refund:
    """Request a refund: an amount, or the whole remainder. Raises `NotRefundable`.

    The same `request_key` again returns the first refund. The gateway is called after the commit, through the outbox.
    It goes where it was paid from, or to the customer's store credit or a new gift card.
    """
    with events.transaction_with_wake_up():
        order, locked = lock_payment(payment.pk)
        return request_refund(
            order=order,
            payment=locked,
            amount_minor=amount_minor,
            reason=reason,
            request_key=request_key or str(new_id()),
            actor=actor,
            destination=destination,
        )


@cleans_text
def request_refund(
    *,
    order: Order,
    payment: Payment,
    amount_minor: int | None,
    reason: Annotated[str, Line(200)],
    request_key: Annotated[str, Code(100)],
    actor: Actor,
    worth: Worth = NOTHING,
    destination: RefundTo = RefundTo.SOURCE,
    pays_order: Annotated[str, Code(16)] = "",
    is_voucher: bool = False,
) -> Refund:
    """As `refund_payment`, for callers who hold the locks of order and payment. `worth` is what it is given for.
    `is_voucher`: for gift cards that were closed. What cards in use cost is refunded in no other way.

    With `pays_order`, the number of another order, the money pays that one: no gateway is called, the caller books it.
    """
    known = Refund.objects.filter(payment=payment, request_key=request_key).first()
    if known is not None:
        return known
    wanted = _wanted(payment, amount_minor)
    require_destination(order, destination)
    voucher_minor = voucher_part(order, payment, wanted, is_voucher=is_voucher)
    given = worth_to_give(order, wanted, Worth(voucher_minor) if voucher_minor else worth)
    payment.refunded_minor += wanted
    payment.save(update_fields=["refunded_minor", "updated_at"])
    refund = Refund.objects.create(
        payment=payment,
        amount_minor=wanted,
        currency=payment.currency,
        credited_minor=given.total_minor,
        voucher_minor=voucher_minor,
        tax_minor=given.tax_minor,
        tax_components=given.parts_json(),
        destination=destination,
        reason=reason,
        pays_order=pays_order,
        request_key=request_key,
        actor_kind=str(actor.kind),
        actor_label=actor.label[:150],
    )
    asked = {name: facts_of(refund).get(name) for name in ("amount", "reason")}
    note("payment.refund_requested", payment, after={**asked, "order": order.number})
    if pays_order:
        return refund
    events.emit(topic="refund.requested", key=str(order.pk), payload={"refund_id": str(refund.pk)})
    return refund


def _wanted(payment: Payment, amount_minor: int | None) -> int:
    """The amount, or the whole remainder. Raises `NotRefundable`."""
    if amount_minor is not None and amount_minor <= 0:
        left = payment.refundable_minor
        raise NotRefundable(gettext("The amount must be more than 0."), refundable_minor=left)
    wanted = payment.refundable_minor if amount_minor is None else amount_minor
    if not 0 < wanted <= payment.refundable_minor:
        raise _not_refundable(payment)
    return wanted


@cleans_text
def refund_part(
    *,
    order: Order,
    amount_minor: int,
    reason: Annotated[str, Line(200)],
    request_key: Annotated[str, Code(100)],
    actor: Actor,
    worth: Worth = NOTHING,
    destination: RefundTo = RefundTo.SOURCE,
    is_voucher: bool = False,
) -> list[Refund]:
    """Request refunds of an amount of the order, for a caller who holds the order's lock. Raises `NotRefundable`.

    Money goes back before store credit, store credit before gift cards; of several payments of a kind one that has
    enough, and else the oldest first. `worth` is what it is given for: the refunds' tax is the tax in that. The same
    `request_key` again returns the first refunds.
    """
    known = Refund.objects.filter(payment__order_id=order.pk, request_key=request_key)
    if rows := list(known.select_related("payment").order_by("pk")):
        return rows
    payments = list_refundable(order)
    refunds = []
    for payment, part in _split(payments, amount_minor):
        refund = request_refund(
            order=order,
            payment=payment,
            amount_minor=part,
            reason=reason,
            request_key=request_key,
            actor=actor,
            worth=worth,
            destination=destination,
            is_voucher=is_voucher,
        )
        worth -= worth_of_refund(refund)
        refunds.append(refund)
    return refunds


def _split(payments: list[Payment], amount_minor: int) -> list[tuple[Payment, int]]:
    """What is refunded of which payment, in the documented order."""
    if not payments:
        raise NotRefundable(gettext("Nothing is left to refund."), refundable_minor=0)
    most = sum(payment.refundable_minor for payment in payments)
    if amount_minor > most:
        raise _not_refundable(payments[0], most)
    ranked = sorted(
        payments,
        key=lambda each: (
            _RANKS.get(each.gateway, 0),
            each.refundable_minor < amount_minor,
            each.pk,
        ),
    )
    parts, left = [], amount_minor
    for payment in ranked:
        part = min(payment.refundable_minor, left)
        if part > 0:
            parts.append((payment, part))
            left -= part
    return parts or [(ranked[0], amount_minor)]


def send_refund(*, refund_id: UUID) -> Refund:
    """Tell the gateway and book its answer. Repeatable: the refund's id is the gateway's idempotency key.

    Raises `GatewayUnavailable`, after which the sweeper tries again.
    """
    refund = Refund.objects.select_related("payment__order").get(pk=refund_id)
    if refund.state != RefundState.REQUESTED:
        return refund
    if refund.destination != RefundTo.SOURCE:
        return _keep_in_store(refund)
    behind = payment_behind(refund.payment)
    try:
        receipt = get_gateway(behind.gateway).refund(refund_request_of(refund, behind))
    except GatewayRefused as refusal:
        return book_refusal(refund, message=str(refusal))
    if not receipt.is_final:
        return _note_pending(refund, receipt.ref)
    return book_success(refund, receipt.ref, attention=receipt.attention)


def _keep_in_store(refund: Refund) -> Refund:
    """The refund becomes store credit or a new gift card, once for its id: no gateway is asked."""
    order, cause = refund.payment.order, f"refund-{refund.pk}"
    actor = Actor(ActorKind(refund.actor_kind), None, refund.actor_label)
    if refund.destination == RefundTo.GIFT_CARD:
        giftcards.refund_to_new_card(
            amount_minor=refund.amount_minor,
            cause=cause,
            order_number=order.number,
            email=order.email,
            language=order.language,
            reason=refund.reason,
            actor=actor,
        )
    elif order.customer_id is None:
        return book_refusal(refund, message=str(NoStoreCredit.title))
    else:
        giftcards.refund_to_credit(
            customer_id=order.customer_id,
            amount_minor=refund.amount_minor,
            cause=cause,
            order_number=order.number,
            reason=refund.reason,
            actor=actor,
        )
    return book_success(refund, cause)


def send_waiting_refunds(*, older_than: timedelta, limit: int = 200) -> int:
    """Send refunds that a crash or a silent gateway left. Returns the number of settled ones."""
    waiting = Refund.objects.filter(
        state=RefundState.REQUESTED, created_at__lt=now() - older_than
    ).order_by("created_at")
    return do_each(list(waiting.values_list("pk", flat=True)[:limit]), _is_settled)


def _is_settled(refund_id: UUID) -> bool:
    return send_refund(refund_id=refund_id).state != RefundState.REQUESTED


def _note_pending(refund: Refund, gateway_ref: str) -> Refund:
    """The gateway has it and the bank decides later: its event, or the next sweep, brings the news."""
    refund.gateway_ref = gateway_ref
    Refund.objects.filter(pk=refund.pk).update(gateway_ref=gateway_ref)
    return refund


@cleans_text
@repeated_on_deadlock
@events.transaction_with_wake_up()
def book_success(
    refund: Refund, gateway_ref: str, *, attention: Annotated[str, Said(255)] = ""
) -> Refund:
    """The money has left for the buyer. Calling it again changes nothing. `attention`: what staff have to look at."""
    order, payment, refund = _lock_refund(refund)
    if refund.state != RefundState.REQUESTED:
        return refund
    move_refund(refund, RefundState.SUCCEEDED)
    refund.gateway_ref, refund.settled_at = gateway_ref, now()
    refund.save(update_fields=["state", "gateway_ref", "settled_at"])
    move_money(
        payment,
        TransactionKind.REFUNDED,
        refund.amount_minor,
        gateway_ref=gateway_ref or str(refund.pk),
    )
    if refund.voucher_minor:
        order.voucher_refunded_minor += refund.voucher_minor
        order.save(update_fields=["voucher_refunded_minor"])
    _settle(payment, attention)
    mark = orders.mark_refunded
    if order.paid_at is None and order.payment_state in (
        *UNPAID_REST,
        OrderPaymentState.AUTHORIZED,
    ):
        mark = orders.note_given_back
    mark(
        order=order,
        refunded_minor=get_refund_sums(order).done_minor,
        payment_ref=str(payment.pk),
        reason=refund.reason,
        actor=Actor(ActorKind(refund.actor_kind), None, refund.actor_label),
    )
    events.emit(
        topic="order.refunded",
        key=str(order.pk),
        payload={
            "order_id": str(order.pk),
            "number": order.number,
            "refund_id": str(refund.pk),
            "amount_minor": refund.amount_minor,
            "currency": refund.currency,
        },
    )
    return refund


def _settle(payment: Payment, attention: str) -> None:
    target = settled_state(payment)
    if payment.state not in (target, PaymentState.PARTIALLY_CAPTURED):
        move_payment(payment, target)
    payment.needs_attention = attention[:255] or payment.needs_attention
    payment.save(update_fields=["state", "needs_attention", "updated_at"])


@cleans_text
@repeated_on_deadlock
@transaction.atomic
def book_refusal(refund: Refund, *, message: Annotated[str, Said(200)]) -> Refund:
    """The gateway does not send it: the amount can be refunded again. Calling it again changes nothing."""
    _, payment, refund = _lock_refund(refund)
    if refund.state != RefundState.REQUESTED:
        return refund
    move_refund(refund, RefundState.FAILED)
    refund.failure_message = message[:255]
    refund.save(update_fields=["state", "failure_message"])
    payment.refunded_minor -= refund.amount_minor
    sentence = gettext("A refund was refused by the gateway: %(message)s") % {"message": message}
    payment.needs_attention = sentence[:255]
    payment.save(update_fields=["refunded_minor", "needs_attention", "updated_at"])
    return refund


def _lock_refund(refund: Refund) -> tuple[Order, Payment, Refund]:
    order, payment = lock_payment(refund.payment_id)
    return order, payment, Refund.objects.select_for_update().get(pk=refund.pk)


def _not_refundable(payment: Payment, most: int | None = None) -> NotRefundable:
    left = payment.refundable_minor if most is None else most
    shown = format_money(from_minor(left, payment.currency), current_store().language)
    sentence = (
        gettext("At most %(shown)s can be refunded.") % {"shown": shown}
        if left
        else gettext("Nothing is left to refund.")
    )
    return NotRefundable(sentence, refundable_minor=left, currency=payment.currency)
