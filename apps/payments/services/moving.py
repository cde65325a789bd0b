"""The value of returned goods pays another order: the money stays where it is, both ledgers say so."""

from datetime import datetime
from typing import Annotated

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.money import from_minor
from apps.common.typed_text import Code, Line, cleans_text
from apps.gateways.exchange import ReturnedGoods
from apps.gateways.values import ChargeStatus, GatewayState
from apps.orders.models import Order
from apps.orders.worth import Worth
from apps.payments.charges import payment_behind
from apps.payments.errors import NotRefundable
from apps.payments.models import Payment
from apps.payments.refundable import list_refundable
from apps.payments.services.covering import settle_order
from apps.payments.services.creating import create_payment
from apps.payments.services.refunding import book_success, request_refund
from apps.payments.services.transitions import capture, tell


@cleans_text
def pay_with_goods(
    *,
    source: Order,
    target: Order,
    amount_minor: int,
    worth: Worth,
    reason: Annotated[str, Line(200)],
    request_key: Annotated[str, Code(100)],
    actor: Actor,
    gateway_code: str = "",
    rest_expires_at: datetime | None = None,
) -> None:
    """Book an amount of `source` as refunded and as received for `target`; what `target` lacks then is asked for.

    `worth` is what it is given for. The rest is a payment through `gateway_code` until `rest_expires_at`: an order that is
    not paid by then is cancelled as every other, and the amount goes back to the buyer by the payment it came by. For a
    caller who holds the locks of both orders. Raises `NotRefundable`.
    """
    moved: list[Payment] = []
    left, still = amount_minor, worth
    for payment in list_refundable(source):
        part = min(left, payment.refundable_minor)
        if not part:
            break
        refund = request_refund(
            order=source,
            payment=payment,
            amount_minor=part,
            reason=reason,
            request_key=request_key,
            actor=actor,
            worth=still,
            pays_order=target.number,
        )
        book_success(refund, f"order-{target.number}")
        moved.append(_take(target, payment_behind(payment), part))
        left -= part
        still = still - still.share(min(part, still.total_minor))
    if left:
        raise NotRefundable(refundable_minor=amount_minor - left)
    rest = target.payable_minor - amount_minor
    if rest > 0:
        asked = create_payment(
            order=target, gateway_code=gateway_code, expires_at=rest_expires_at, amount_minor=rest
        )
        tell("payment.requested", target, asked)
    for payment in moved:
        _settle(target, payment)


def _take(order: Order, behind: Payment, amount_minor: int) -> Payment:
    return Payment.objects.create(
        order=order,
        gateway=ReturnedGoods.code,
        amount_minor=amount_minor,
        currency=order.currency,
        gateway_ref=str(behind.pk),
        created_at=now(),
    )


def _settle(order: Order, payment: Payment) -> None:
    amount = from_minor(payment.amount_minor, payment.currency)
    capture(payment, GatewayState(ChargeStatus.PAID, amount, ref=payment.gateway_ref))
    settle_order(order, payment, came_minor=payment.amount_minor)
