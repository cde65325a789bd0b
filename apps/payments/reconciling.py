"""Our payments compared with what their gateways say: what differs, in a sentence each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from apps.common.clock import now
from apps.common.errors import DomainError
from apps.common.money import Money, format_money, from_minor, to_minor
from apps.gateways.exchange import ReturnedGoods
from apps.gateways.installed import STORED_VALUE, booked_by_staff, get_gateway
from apps.gateways.values import ChargeStatus, GatewayState, KnownRefund, RefundStatus
from apps.payments import services
from apps.payments.charges import charge_of
from apps.payments.models import Dispute, Payment, Refund
from apps.payments.refundable import refunds_at_gateway
from apps.payments.services.ledger import news_of_costs
from apps.payments.states import (
    MONEY_RECEIVED_STATES,
    OPEN_STATES,
    PaymentState,
    RefundState,
)
from apps.tenancy.context import current_store

_NO_MONEY = (
    ChargeStatus.UNKNOWN,
    ChargeStatus.OPEN,
    ChargeStatus.APPROVED,
    ChargeStatus.DECLINED,
    ChargeStatus.CANCELLED,
)
# An approval that could not be taken leaves a payment that failed: there the buyer acts, no person here.
_UNHEARD = (PaymentState.CREATED, PaymentState.PENDING, PaymentState.CONFIRMING)


@dataclass(frozen=True)
class PaymentDifference:
    """What a gateway says otherwise of a payment. `is_fixed`: it was booked here meanwhile."""

    order: str
    sentence: str
    is_fixed: bool = False


def reconcile_payments(*, days: int, fix: bool) -> Iterator[PaymentDifference]:
    """Compare the payments of the last days, and all open ones, of gateways outside the store. One call to the gateway
    for each, two more where something is fixed.

    To fix is to book what the gateway says, by the services that book an event; nothing is changed at the gateway, except
    that what a buyer approved is taken.
    What can't be booked is for a person. A sandbox has copies of payments and asks no gateway about them.
    """
    if current_store().is_sandbox:
        return
    payments = _payments_to_compare(days)
    for key in list(payments.values_list("pk", flat=True)):
        yield from _reconcile(payments.get(pk=key), fix=fix)


def _payments_to_compare(days: int) -> QuerySet[Payment]:
    # `check_ledger` compares stored value
    silent = [*booked_by_staff(), *STORED_VALUE, ReturnedGoods.code]
    asked = Payment.objects.exclude(gateway__in=silent).filter(pays_on_delivery=False)
    payments = asked.select_related("order")
    recent = payments.filter(updated_at__gte=now() - timedelta(days=days))
    return (recent | payments.filter(state__in=OPEN_STATES)).order_by("created_at", "pk")


def _reconcile(payment: Payment, *, fix: bool) -> Iterator[PaymentDifference]:
    number = payment.order.number
    try:
        state = get_gateway(payment.gateway).fetch(charge_of(payment))
        found = list(differences_of(payment, state))
        if not (fix and found):
            yield from (PaymentDifference(number, each) for each in found)
            return
        services.settle_from_gateway(payment=payment)
        payment.refresh_from_db()
        state = get_gateway(payment.gateway).fetch(charge_of(payment))
        left = list(differences_of(payment, state))
    except DomainError as error:
        yield PaymentDifference(number, f"{payment.gateway} was not asked ({error})")
        return
    yield from (PaymentDifference(number, each, is_fixed=each not in left) for each in found)
    yield from (PaymentDifference(number, each) for each in left if each not in found)


def differences_of(payment: Payment, state: GatewayState) -> Iterator[str]:
    """Sentences that stay the same as long as the difference does. At most three queries."""
    yield from _status_differs(payment, state)
    if payment.state in MONEY_RECEIVED_STATES:
        if state.captured is not None and to_minor(state.captured) != payment.captured_minor:
            ours = from_minor(payment.captured_minor, payment.currency)
            yield f"{_shown(ours)} received here, {_shown(state.captured)} at {payment.gateway}"
        yield from _refunds_differ(payment, state)
        for movement in news_of_costs(payment, state):
            amount = _shown(from_minor(movement.amount_minor, movement.currency))
            yield f"{movement.kind.value} {amount} is not booked"
    yield from _disputes_differ(payment, state)


def _status_differs(payment: Payment, state: GatewayState) -> Iterator[str]:
    is_received = payment.state in MONEY_RECEIVED_STATES
    if state.status is ChargeStatus.PAID and not is_received:
        yield f"paid at {payment.gateway}, {payment.state} here"
    elif state.status is ChargeStatus.AUTHORIZED and payment.state in OPEN_STATES:
        yield f"held at {payment.gateway}, {payment.state} here"
    elif state.status is ChargeStatus.APPROVED and payment.state in _UNHEARD:
        yield f"approved at {payment.gateway} and not taken, {payment.state} here"
    elif payment.state == PaymentState.AUTHORIZED and state.status in _NO_MONEY:
        yield f"held here, {state.status.value} at {payment.gateway}"
    elif is_received and state.status in _NO_MONEY:
        yield f"received here, {state.status.value} at {payment.gateway}"
    elif state.status is ChargeStatus.CONFIRMING and payment.state in (
        PaymentState.CREATED,
        PaymentState.PENDING,
        PaymentState.FAILED,
    ):
        yield f"being confirmed at {payment.gateway}, {payment.state} here"
    elif payment.state == PaymentState.CONFIRMING and state.status in _NO_MONEY:
        yield f"being confirmed here, {state.status.value} at {payment.gateway}"


def _refunds_differ(payment: Payment, state: GatewayState) -> Iterator[str]:
    ours = list(refunds_at_gateway(payment))
    if state.refunds is None:
        done = sum(each.amount_minor for each in ours if each.state == RefundState.SUCCEEDED)
        if state.refunded is not None and to_minor(state.refunded) != done:
            here = _shown(from_minor(done, payment.currency))
            yield f"{here} refunded here, {_shown(state.refunded)} at {payment.gateway}"
        return
    for said in state.refunds:
        yield from _refund_differs(payment, _find(ours, said), said)
    known = {each.id for each in state.refunds} | {each.ref for each in state.refunds}
    for refund in ours:
        is_known = str(refund.pk) in known or refund.gateway_ref in known
        if refund.state == RefundState.SUCCEEDED and not is_known:
            amount = _shown(from_minor(refund.amount_minor, refund.currency))
            yield f"refund of {amount} is unknown at {payment.gateway}"


def _refund_differs(payment: Payment, ours: Refund | None, said: KnownRefund) -> Iterator[str]:
    what = f"refund of {_shown(said.amount)} ({said.ref})"
    if ours is None:
        if said.status is not RefundStatus.FAILED:
            yield f"{what} was made at {payment.gateway} and is not here"
    elif said.status is RefundStatus.FAILED:
        is_noted = ours.state == RefundState.FAILED or ours.failure_message
        if not is_noted:
            yield f"{what} failed at {payment.gateway}, {ours.state} here"
    elif said.status is RefundStatus.DONE and ours.state != RefundState.SUCCEEDED:
        yield f"{what} is done at {payment.gateway}, {ours.state} here"


def _disputes_differ(payment: Payment, state: GatewayState) -> Iterator[str]:
    if not state.disputes:
        return
    known = dict(Dispute.objects.filter(payment_id=payment.pk).values_list("gateway_ref", "state"))
    for said in state.disputes:
        if known.get(said.ref) != said.status.value:
            yield f"dispute {said.ref} is {said.status.value} at {payment.gateway}, {known.get(said.ref, 'unknown')} here"


def _find(ours: Iterable[Refund], said: KnownRefund) -> Refund | None:
    return next(
        (each for each in ours if str(each.pk) == said.id or each.gateway_ref == said.ref), None
    )


def _shown(amount: Money) -> str:
    return format_money(amount, "en")
