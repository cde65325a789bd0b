"""Creates payments of orders and opens them at the gateway."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.ids import new_id
from apps.gateways.installed import get_gateway
from apps.gateways.values import ChargeStatus, GatewayState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.charges import charge_of, charge_request_of
from apps.payments.errors import PaymentNotOpen
from apps.payments.models import Payment
from apps.payments.selectors import can_pay_now
from apps.payments.services.settling import ask_gateway, book_state, settle_from_gateway
from apps.payments.services.transitions import lock_payment, move_payment
from apps.payments.states import PaymentState
from apps.platform.sweeps import do_each
from apps.tenancy.prepared import insert_rows
from apps.tenancy.retrying import repeated_on_deadlock

_ASK_AGAIN = timedelta(minutes=5)


def create_payment(
    *,
    order: Order,
    gateway_code: str,
    expires_at: datetime | None,
    is_captured_later: bool = False,
    amount_minor: int | None = None,
    payment_id: UUID | None = None,
) -> Payment:
    """A payment of an order, of its total or an amount: one INSERT, inside the caller's transaction. The gateway is not
    called yet. Without a `payment_id` it gets a new one.

    Raises `PaymentNotOpen` where there is nothing to pay: gateways refuse zero, `settle_free_order` is for such orders.
    """
    amount = order.total_minor if amount_minor is None else amount_minor
    if amount <= 0:
        raise PaymentNotOpen(gettext("There is nothing to pay."))
    gateway = get_gateway(gateway_code)
    on_delivery = gateway.pays_on_delivery
    payment = Payment(
        id=payment_id or new_id(),
        order=order,
        gateway=gateway.code,
        pays_on_delivery=on_delivery,
        amount_minor=amount,
        currency=order.currency,
        state=PaymentState.PENDING if on_delivery else PaymentState.CREATED,
        expires_at=None if on_delivery else expires_at,
        is_captured_later=is_captured_later and gateway.can_authorize,
    )
    insert_rows([payment])
    return payment


def open_at_gateway(*, payment: Payment) -> GatewayState:
    """Make the payment known to its gateway and say where the buyer pays (`next_url`). Repeatable, outside any transaction.

    The gateway's reference is kept: events and later calls name it. Raises `GatewayUnavailable`; the order stands, and
    the sweeper tries again. Raises `GatewayRefused` for a payment that the gateway does not take.
    """
    opened = get_gateway(payment.gateway).open(charge_request_of(payment))
    if opened.ref and opened.ref != payment.gateway_ref:
        payment.gateway_ref = opened.ref
        Payment.objects.filter(pk=payment.pk).update(gateway_ref=opened.ref)
    return opened


def pay_again(*, payment: Payment) -> GatewayState:
    """Where the buyer can (still) pay, also after an attempt that was refused, or is over at the gateway.

    The gateway is asked first, and what it says now is booked where it decides: what was paid or approved meanwhile is
    not asked for twice, and what the bank does not confirm any more can be paid. Raises `PaymentNotOpen`, or
    `GatewayUnavailable` when the gateway does not answer.
    """
    state = ask_gateway(payment=payment)
    is_done = state.status in (
        ChargeStatus.PAID,
        ChargeStatus.AUTHORIZED,
        ChargeStatus.CONFIRMING,
    )
    if is_done or payment.state == PaymentState.CONFIRMING:
        book_state(payment=payment, state=state)
    is_over = state.status is ChargeStatus.CANCELLED
    opened = open_at_gateway(payment=_reopen(payment, is_over=is_over))
    if not opened.next_url:
        raise PaymentNotOpen()
    return opened


@repeated_on_deadlock
@transaction.atomic
def _reopen(payment: Payment, *, is_over: bool) -> Payment:
    """The order's latest payment, waiting for money again and for long enough; a new one where this one is over."""
    order, _ = lock_payment(payment.pk)
    latest = (
        Payment.objects.select_for_update()
        .filter(order_id=order.pk)
        .order_by("-created_at", "-id")
        .first()
    )
    if latest is None or not can_pay_now(order, latest):
        raise PaymentNotOpen()
    if is_over and latest.pk == payment.pk:
        latest = _follow(order, latest)
    elif latest.state == PaymentState.FAILED:
        move_payment(latest, PaymentState.PENDING)
    if latest.expires_at is not None:  # what staff ask for has no end
        retry = now() + timedelta(minutes=settings.CHECKOUT_RETRY_MINUTES)
        latest.expires_at = max(latest.expires_at, retry)
    latest.save(update_fields=["state", "expires_at", "updated_at"])
    orders.mark_payment_pending(order=order, payment_ref=str(latest.pk))
    return latest


def _follow(order: Order, payment: Payment) -> Payment:
    """A new payment through the same gateway, in place of a closed one."""
    move_payment(payment, PaymentState.CANCELLED)
    payment.save(update_fields=["state", "updated_at"])
    return create_payment(
        order=order,
        gateway_code=payment.gateway,
        expires_at=payment.expires_at,
        is_captured_later=payment.is_captured_later,
        amount_minor=payment.amount_minor,
    )


def reconcile_new_payments(*, older_than: timedelta, limit: int = 200) -> int:
    """Reconcile payments without news since they were created: open those that a crash kept from the gateway, and
    book those whose webhook was lost. Payments in confirmation are polled every few minutes. Returns how many have a
    known state now."""
    silent = Q(state=PaymentState.CREATED, created_at__lt=now() - older_than)
    confirming = Q(
        state=PaymentState.CONFIRMING, updated_at__lt=now() - max(_ASK_AGAIN, older_than)
    )
    found = Payment.objects.filter(silent | confirming).select_related("order")
    return do_each(
        found.order_by("created_at")[:limit],
        lambda payment: reconcile_payment(payment=payment),
    )


def reconcile_payment(*, payment: Payment) -> bool:
    """Open it where its gateway does not know it, or book what the gateway says. Repeatable. Raises
    `GatewayUnavailable`."""
    if get_gateway(payment.gateway).fetch(charge_of(payment)).status is ChargeStatus.UNKNOWN:
        open_at_gateway(payment=payment)
    else:
        settle_from_gateway(payment=payment)
    # Conditional, not locked: a concurrent update has newer information.
    same = Payment.objects.filter(pk=payment.pk, state=payment.state)
    if payment.state == PaymentState.CREATED:
        same.update(state=PaymentState.PENDING, updated_at=now())
    else:
        same.update(updated_at=now())
    return True
