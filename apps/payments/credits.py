"""Refunds, reductions and remainder of an order, each with its tax.

Every refund and every reduction keeps its tax as it was counted when it was made: `Credits.left.take` counts it. So the
tax of what was given and of what remains is that of the order, to the smallest unit, in every named part.
"""

from dataclasses import dataclass
from typing import Final

from django.db.models import Sum

from apps.orders.models import Order
from apps.orders.states import UNPAID_REST, OrderPaymentState
from apps.orders.worth import NOTHING, Worth, read_worth, worth_of_order
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundState

REDUCED: Final = (
    "order.due_reduced",
    "order.cash_void",
    "order.rest_waived",
    "order.hold_void",
    "order.changed",
    "order.lines_cancelled",
    "order.pieces_moved",
)
_PARTLY_PAID: Final = (
    OrderPaymentState.PARTIALLY_PAID,
    OrderPaymentState.PARTIALLY_CAPTURED,
    OrderPaymentState.UNDERPAID,
)


@dataclass(frozen=True)
class Credits:
    """`reduced` is not due any more, `done` went back, `waiting` was asked to go back."""

    whole: Worth
    reduced: Worth = NOTHING
    done: Worth = NOTHING
    waiting: Worth = NOTHING

    @property
    def left(self) -> Worth:
        """The final amount that the buyer has paid or has to pay."""
        return self.whole - self.reduced - self.done - self.waiting

    @property
    def is_any(self) -> bool:
        return bool(self.whole.total_minor - self.left.total_minor)


def credits_of(order: Order) -> Credits:
    """At most two queries, none for an order of which nothing was reduced or can be given back."""
    reduced = done = waiting = NOTHING
    if order.reduced_minor:
        for data in order.events.filter(kind__in=REDUCED).values_list("data", flat=True):
            reduced += read_worth(data["amount_minor"], data["tax_minor"], data["tax_components"])
    is_any = order.paid_at is not None or order.payment_state in _PARTLY_PAID
    if is_any or order.refunded_minor:
        for refund in _refunds_of(order):
            given = worth_of_refund(refund)
            if refund.state == RefundState.SUCCEEDED:
                done += given
            else:
                waiting += given
    return Credits(worth_of_order(order), reduced, done, waiting)


def worth_of_refund(refund: Refund) -> Worth:
    """What the refund gives back of its order."""
    return read_worth(refund.credited_minor, refund.tax_minor, refund.tax_components)


def worth_to_give(order: Order, amount_minor: int, wanted: Worth) -> Worth:
    """What a new refund of that amount gives back of the order, of what is wanted first.

    Money that came beyond what was to be paid, for the order was paid twice, goes back first and has no tax. What a gift
    card paid of an order that never counted was no sale: nothing of the order is given back with it. Up to four queries.
    """
    is_sale = order.paid_at is not None or order.payment_state == OrderPaymentState.CASH_DUE
    if not is_sale and order.payment_state in UNPAID_REST:
        return NOTHING
    return _worth_of(order, amount_minor, wanted)


def credit_early_refunds(order: Order) -> None:
    """The rest of an order comes of which a gift card's part was given back before: that was given back of the order.

    For a caller who holds the locks of the order and its payments. Repeatable: such a refund is credited once.
    """
    early = [each for each in _refunds_of(order) if not each.credited_minor]
    for refund in early:
        given = _worth_of(order, refund.amount_minor, NOTHING, without=refund)
        refund.credited_minor, refund.tax_minor = given.total_minor, given.tax_minor
        refund.tax_components = given.parts_json()
        refund.save(update_fields=["credited_minor", "tax_minor", "tax_components"])


def _worth_of(
    order: Order, amount_minor: int, wanted: Worth, *, without: Refund | None = None
) -> Worth:
    """What came beyond what was to be paid goes back first."""
    captured = Payment.objects.filter(order_id=order.pk).aggregate(sum=Sum("captured_minor"))
    beyond = max((captured["sum"] or 0) - order.payable_minor, 0)
    if beyond:
        beyond -= sum(
            refund.amount_minor - worth_of_refund(refund).total_minor
            for refund in _refunds_of(order)
            if refund != without
        )
    credited = amount_minor - min(amount_minor, max(beyond, 0))
    if not credited:
        return NOTHING
    left = credits_of(order).left
    if order.voucher_minor and wanted == NOTHING:
        wanted = left - Worth(_vouchers_left(order))  # no tax is in a gift card
    return left.take(wanted, credited)


def _vouchers_left(order: Order) -> int:
    return order.voucher_minor - sum(refund.voucher_minor for refund in _refunds_of(order))


def _refunds_of(order: Order) -> list[Refund]:
    rows = Refund.objects.filter(payment__order_id=order.pk).exclude(state=RefundState.FAILED)
    return list(rows.order_by("created_at", "id"))
