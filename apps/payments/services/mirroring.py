"""What a gateway reports beside the payment itself: refunds that were made there or decided later, and disputes."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.moments import format_moment
from apps.common.money import format_money, from_minor, to_minor
from apps.common.places import locale_of
from apps.events import services as events
from apps.gateways import values
from apps.gateways.values import GatewayState, KnownRefund, RefundStatus
from apps.orders.models import Order
from apps.payments.errors import NotRefundable
from apps.payments.models import Dispute, Payment, Refund
from apps.payments.refundable import refunds_at_gateway
from apps.payments.services.refunding import book_refusal, book_success, request_refund
from apps.payments.services.transitions import lock_payment
from apps.payments.states import DisputeState, RefundState
from apps.tenancy.context import current_store
from apps.tenancy.retrying import repeated_on_deadlock


def mirror_refunds(*, payment: Payment, state: GatewayState) -> None:
    """Settle the refunds that were asked for here, and add those made at the gateway itself. Repeatable; one query
    when nothing is new."""
    if not state.refunds:
        return
    ours = list(refunds_at_gateway(payment))
    for said in state.refunds:
        refund = next((each for each in ours if _is_same(each, said)), None)
        if refund is None:
            if said.status is not RefundStatus.FAILED:
                _adopt(payment, said)
        elif refund.state == RefundState.REQUESTED:
            _settle(refund, said)
        elif refund.state == RefundState.SUCCEEDED and said.status is RefundStatus.FAILED:
            _note_return(refund, said)


def mirror_disputes(*, payment: Payment, state: GatewayState) -> None:
    """Keep each dispute as the gateway says it is; staff are asked to look at one that is opened or lost. Repeatable;
    one query when nothing is new."""
    if not state.disputes:
        return
    known = {each.gateway_ref: each for each in Dispute.objects.filter(payment_id=payment.pk)}
    for said in state.disputes:
        row = known.get(said.ref)
        if row is None or (row.state, row.respond_by) != (said.status.value, said.respond_by):
            _note_dispute(payment, said)


def _is_same(refund: Refund, said: KnownRefund) -> bool:
    return str(refund.pk) == said.id or (bool(said.ref) and refund.gateway_ref == said.ref)


def _settle(refund: Refund, said: KnownRefund) -> None:
    """A refund that has gone in part only is not done: what is missing is sent again."""
    is_whole = to_minor(said.amount) == refund.amount_minor
    if said.status is RefundStatus.DONE and is_whole:
        book_success(refund, said.ref)
    elif said.status is RefundStatus.FAILED:
        book_refusal(
            refund, message=said.message or gettext("The bank could not send the money back.")
        )


def _adopt(payment: Payment, said: KnownRefund) -> None:
    """A refund that was made at the gateway itself counts as one that was requested here."""
    refund = _request(payment, said)
    if refund is not None:
        _settle(refund, said)


@repeated_on_deadlock
@events.transaction_with_wake_up()
def _request(payment: Payment, said: KnownRefund) -> Refund | None:
    """None where more goes back than is left here: a person has to look at it."""
    order, locked = lock_payment(payment.pk)
    refund = _request_as(order, locked, said, is_voucher=False)
    if refund is None and order.voucher_minor:
        refund = _request_as(order, locked, said, is_voucher=True)
        if refund is not None:
            locked.needs_attention = gettext(
                "Gift cards of this order were refunded at the payment provider: switch them off."
            )
            locked.save(update_fields=["needs_attention", "updated_at"])
    if refund is None:
        locked.needs_attention = gettext(
            "A refund of %(amount)s was made at the payment provider, and less is left here."
        ) % {"amount": format_money(said.amount, current_store().language)}
        locked.save(update_fields=["needs_attention", "updated_at"])
        return None
    if refund.gateway_ref != said.ref:
        refund.gateway_ref = said.ref
        refund.save(update_fields=["gateway_ref"])
    return refund


def _request_as(
    order: Order, payment: Payment, said: KnownRefund, *, is_voucher: bool
) -> Refund | None:
    """None where so much of it can't be refunded here."""
    try:
        with transaction.atomic():
            return request_refund(
                order=order,
                payment=payment,
                amount_minor=to_minor(said.amount),
                reason=gettext("Refunded at the payment provider"),
                request_key=f"gateway.{said.ref}",
                actor=Actor.system("payments"),
                is_voucher=is_voucher,
            )
    except NotRefundable:
        return None


@repeated_on_deadlock
@transaction.atomic
def _note_return(refund: Refund, said: KnownRefund) -> None:
    """A refund that was done came back to the store's account. The order stays refunded: staff pay in another way."""
    _, payment = lock_payment(refund.payment_id)
    refund = Refund.objects.select_for_update().get(pk=refund.pk)
    if refund.failure_message:
        return
    refund.failure_message = (said.message or gettext("The money came back."))[:255]
    refund.save(update_fields=["failure_message"])
    payment.needs_attention = gettext(
        "A refund of %(amount)s came back from the buyer's bank: give the money to the buyer in another way."
    ) % {"amount": _shown(refund.amount_minor, refund.currency)}
    payment.save(update_fields=["needs_attention", "updated_at"])


@repeated_on_deadlock
@transaction.atomic
def _note_dispute(payment: Payment, said: values.Dispute) -> None:
    _, locked = lock_payment(payment.pk)
    row, _ = Dispute.objects.update_or_create(
        payment=locked,
        gateway_ref=said.ref,
        defaults={
            "amount_minor": to_minor(said.amount),
            "currency": said.amount.currency.code,
            "state": said.status.value,
            "reason": said.reason[:120],
            "respond_by": said.respond_by,
        },
    )
    sentence = _sentence_of(row)
    if sentence:
        locked.needs_attention = sentence[:255]
        locked.save(update_fields=["needs_attention", "updated_at"])


def _sentence_of(dispute: Dispute) -> str:
    """What staff have to do; "" where nothing is to be done."""
    amount = _shown(dispute.amount_minor, dispute.currency)
    if dispute.state == DisputeState.LOST:
        return gettext("The dispute about %(amount)s is lost.") % {"amount": amount}
    if dispute.state != DisputeState.OPEN:
        return ""
    if dispute.respond_by is None:
        return gettext("The buyer's bank disputes %(amount)s. Answer at the payment provider.") % {
            "amount": amount
        }
    until = format_moment(
        timezone.localtime(dispute.respond_by), locale_of(current_store().language)
    )
    return gettext(
        "The buyer's bank disputes %(amount)s. Answer at the payment provider until %(until)s."
    ) % {"amount": amount, "until": until}


def _shown(minor: int, currency: str) -> str:
    return format_money(from_minor(minor, currency), current_store().language)
