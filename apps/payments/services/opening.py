"""From an order to a payment the gateway knows of."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.common.clock import now
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.errors import PaymentNotOpen
from apps.payments.gateways import ChargeStatus, NothingToDo, Opened, get_gateway
from apps.payments.models import Payment
from apps.payments.selectors import can_pay_now
from apps.payments.services.moving import lock_payment, move_payment
from apps.payments.services.settling import settle_from_gateway
from apps.payments.states import PaymentState
from apps.platform.sweeps import do_each
from apps.platform.tenancy.repeating import repeated_on_deadlock


def create_payment(*, order: Order, gateway_code: str, expires_at: datetime | None) -> Payment:
    """The payment of a new order: one INSERT, inside the order's transaction. Nobody outside is asked yet.

    Raises `PaymentNotOpen` for an order that costs nothing: gateways refuse zero, `settle_free_order` is for those.
    """
    if order.total_minor <= 0:
        raise PaymentNotOpen("There is nothing to pay.")
    gateway = get_gateway(gateway_code)
    on_delivery = gateway.pays_on_delivery
    return Payment.objects.create(
        order=order,
        gateway=gateway.code,
        pays_on_delivery=on_delivery,
        amount_minor=order.total_minor,
        currency=order.currency,
        state=PaymentState.PENDING if on_delivery else PaymentState.CREATED,
        expires_at=None if on_delivery else expires_at,
    )


def open_at_gateway(*, payment: Payment) -> Opened:
    """Make the payment known to its gateway and say where the buyer pays. Repeatable, outside any transaction.

    Raises `GatewayUnavailable`; the order stands, and the sweeper tries again.
    """
    return get_gateway(payment.gateway).open(payment)


def pay_again(*, payment: Payment) -> Opened:
    """Where the buyer can (still) pay, also after a refused attempt. Raises `PaymentNotOpen`."""
    opened = open_at_gateway(payment=_reopen(payment))
    if isinstance(opened, NothingToDo):
        raise PaymentNotOpen()
    return opened


@repeated_on_deadlock
@transaction.atomic
def _reopen(payment: Payment) -> Payment:
    """The payment, locked for a moment; after a refused attempt it waits for money again."""
    order, locked = lock_payment(payment.pk)
    if not can_pay_now(order, locked):
        raise PaymentNotOpen()
    if locked.state == PaymentState.FAILED:
        move_payment(locked, PaymentState.PENDING)
        locked.save(update_fields=["state", "updated_at"])
        orders.mark_payment_pending(order=order, payment_ref=str(locked.pk))
    return locked


def reconcile_new_payments(*, older_than: timedelta, limit: int = 200) -> int:
    """Look after payments nobody has heard of since they were created: open what a crash kept from the gateway,
    book what a lost webhook told. Returns how many are known now."""
    silent = Payment.objects.filter(
        state=PaymentState.CREATED, created_at__lt=now() - older_than
    ).select_related("order")
    return do_each(silent.order_by("created_at")[:limit], _reconcile)


def _reconcile(payment: Payment) -> bool:
    gateway = get_gateway(payment.gateway)
    if gateway.fetch(payment).status is ChargeStatus.UNKNOWN:
        gateway.open(payment)
    else:
        settle_from_gateway(payment=payment)
    # Conditional, not locked: whoever was faster knows better.
    Payment.objects.filter(pk=payment.pk, state=PaymentState.CREATED).update(
        state=PaymentState.PENDING, updated_at=now()
    )
    return True
