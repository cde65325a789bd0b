"""What is given back for a returned parcel: less cash is due, or money goes back."""

from dataclasses import dataclass

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.money import format_money, from_minor
from apps.fulfilment.errors import InvalidReturn
from apps.fulfilment.models import ParcelReturn
from apps.fulfilment.selectors import (
    back_to_stored,
    is_never_delivered,
    is_never_paid_at_door,
    shipping_left_to_credit,
)
from apps.fulfilment.services.delivering import reduce_cash
from apps.fulfilment.states import ReturnKind
from apps.orders.models import Order
from apps.orders.states import FulfilmentState
from apps.orders.worth import NOTHING, Worth, worth_of_fee
from apps.payments import services as payments
from apps.payments.credits import credits_of, worth_of_refund
from apps.payments.selectors import get_payment_of, get_refundable_minor, is_cash_due
from apps.payments.states import RefundTo
from apps.tenancy.context import current_store


@dataclass(frozen=True)
class Credit:
    """The credit for a return: an amount or the price of the pieces, with or without the delivery, and where it goes."""

    amount_minor: int | None = None
    with_shipping: bool = False
    destination: RefundTo = RefundTo.SOURCE


def give_credit(
    order: Order, row: ParcelReturn, goods: Worth, credit: Credit | None, actor: Actor
) -> None:
    """Due cash is reduced, received money is refunded; the row stores the amount and its tax.

    Pieces of a parcel whose cash is booked are refunded, also while other parcels are to be paid. What ends a cash
    order credits all that is still due: no courier comes any more. What a gift card has paid of pieces whose cash is not
    enough goes back to it, and with the last of an order that was never delivered the fee.
    """
    payment = get_payment_of(order)
    collected_minor = payment.captured_minor if payment is not None else 0
    is_refused = row.kind == ReturnKind.UNDELIVERED
    is_due = (is_refused or not collected_minor) and is_cash_due(order, payment)
    is_refused = is_refused and (is_due or is_never_paid_at_door(payment))
    is_end = (is_due or is_refused) and order.fulfilment_state == FulfilmentState.RETURNED
    if credit is None and (is_refused or is_end):
        credit = Credit()
    if credit is None:
        return
    shipping = fee = NOTHING
    if (credit.with_shipping or is_end) and not (is_due and collected_minor):
        shipping = shipping_left_to_credit(order, order.lines.all(), order.returns.all())
    if is_end and is_never_delivered(order, payment):
        fee = worth_of_fee(order)
    worth, reason = goods + shipping + fee, row.reason
    if is_due and payment is not None:
        most = payment.due_minor + back_to_stored(order, worth, payment.due_minor)
        amount = _amount_of(credit, worth, most=most, currency=order.currency)
        given = reduce_cash(order, less_minor=amount, worth=worth, reason=reason, actor=actor)
        rest = max(amount - given.total_minor, 0)
        given += _refund(order, row, rest, worth - given, credit.destination, actor)
    else:
        left_minor = credits_of(order).left.total_minor
        most = min(get_refundable_minor(order), left_minor)
        amount = _amount_of(credit, worth, most=most, currency=order.currency)
        given = _refund(order, row, amount, worth, credit.destination, actor)
    row.shipping_minor = min(shipping.total_minor, given.total_minor)
    row.credited_minor, row.tax_minor = given.total_minor, given.tax_minor
    row.tax_components = given.parts_json()


def _refund(
    order: Order,
    row: ParcelReturn,
    amount_minor: int,
    worth: Worth,
    destination: RefundTo,
    actor: Actor,
) -> Worth:
    """Ask for the money, and say what it gives back."""
    if not amount_minor:
        return NOTHING
    refunds = payments.refund_part(
        order=order,
        amount_minor=amount_minor,
        worth=worth,
        reason=row.reason,
        request_key=f"return-{row.number}",
        destination=destination,
        actor=actor,
    )
    row.refund = refunds[0]
    return sum((worth_of_refund(refund) for refund in refunds), NOTHING)


def _amount_of(credit: Credit, worth: Worth, *, most: int, currency: str) -> int:
    """The given amount, or the price within the refundable amount. Raises `InvalidReturn` beyond that."""
    if credit.amount_minor is None:
        return min(worth.total_minor, most)
    if credit.amount_minor < 0:
        raise InvalidReturn(fields={"refund.amount": [gettext("An amount can't be below 0.")]})
    if credit.amount_minor > most:
        shown = format_money(from_minor(most, currency), current_store().language)
        sentence = gettext("At most %(shown)s can be given back.") % {"shown": shown}
        raise InvalidReturn(fields={"refund.amount": [sentence]})
    return credit.amount_minor
