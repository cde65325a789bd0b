"""Gift cards among the goods of an order: what they cost is refunded only with the card that is closed for it."""

from django.db.models import Sum
from django.utils.translation import gettext

from apps.common.money import format_money, from_minor
from apps.orders.models import Order
from apps.payments.errors import NotRefundable
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundState
from apps.tenancy.context import current_store


def vouchers_kept(order: Order) -> int:
    """What the order's gift cards cost that were not refunded, nor asked to be. One query, none without any."""
    if not order.voucher_minor:
        return 0
    rows = Refund.objects.filter(payment__order_id=order.pk).exclude(state=RefundState.FAILED)
    return order.voucher_minor - (rows.aggregate(sum=Sum("voucher_minor"))["sum"] or 0)


def voucher_part(order: Order, payment: Payment, wanted_minor: int, *, is_voucher: bool) -> int:
    """How much of a refund is for gift cards. That of a cancelled order is for its cards first: they were closed.

    Raises `NotRefundable` where the money of cards that are in use would go back.
    """
    kept = vouchers_kept(order)
    if not kept:
        return 0
    if is_voucher:
        return min(wanted_minor, kept)
    if order.is_cancelled:
        return 0 if payment.is_stored_value else min(wanted_minor, kept)
    if order.paid_at is None:
        return 0
    rows = Payment.objects.filter(order_id=order.pk)
    sums = rows.aggregate(
        captured=Sum("captured_minor"),
        refunded=Sum("refunded_minor"),
        disputed=Sum("disputed_minor"),
    )
    left = sums["captured"] - sums["refunded"] - sums["disputed"] - kept
    if wanted_minor > left:
        raise _only_by_card(order, max(left, 0))
    return 0


def _only_by_card(order: Order, left_minor: int) -> NotRefundable:
    shown = format_money(from_minor(left_minor, order.currency), current_store().language)
    return NotRefundable(
        gettext(
            "At most %(shown)s can be refunded here. What a gift card cost is refunded on the page of the card, which is closed by it."
        )
        % {"shown": shown},
        refundable_minor=left_minor,
        currency=order.currency,
    )
