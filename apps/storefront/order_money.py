"""The money of an order: sentences about refunds, and the cash that is due with each parcel.

The gateway's state decides whether a refund is pending or done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from apps.common.money import format_money, from_minor
from apps.fulfilment.cash import Parcels
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import list_returns_of
from apps.fulfilment.states import ShipmentState
from apps.orders.models import Order, OrderLine
from apps.orders.states import OrderPaymentState
from apps.payments.balances import balance_of
from apps.payments.bank_accounts import account_rows
from apps.payments.models import Payment
from apps.payments.refund_places import PlaceKind, RefundPlace
from apps.payments.selectors import (
    RefundSums,
    awaits_transfer,
    can_be_followed,
    get_bank_account,
    is_cash_due,
)
from apps.storefront.languages import current_locale

_DONE: Final = {
    PlaceKind.BANK: gettext_noop(
        "%(value)s was sent back to where you paid from; banks take a few days to show it."
    ),
    PlaceKind.CARD: gettext_noop("%(value)s is on your gift card …%(last_four)s again."),
    PlaceKind.CREDIT: gettext_noop("%(value)s is on your store credit again."),
    PlaceKind.NEW_CARD: gettext_noop(
        "%(value)s is on a new gift card, whose code we send you by mail."
    ),
    PlaceKind.NEW_CREDIT: gettext_noop("%(value)s is on your store credit."),
}


def money_note(order: Order, refunds: RefundSums, places: Sequence[RefundPlace]) -> str:
    """A sentence about each place to which money went back, after one about what is on its way; "" without refunds."""
    if not refunds.all_minor:
        if order.is_cancelled and refunds.captured_minor:
            return gettext(
                "What you paid is still with us. We are looking into it; please write to us."
            )
        return ""
    sentences = []
    by_hand = [each for each in places if each.kind == PlaceKind.CASH]
    booked = [each for each in places if each.kind != PlaceKind.CASH]
    if waiting := sum(each.waiting_minor for each in booked):
        words = gettext("%(value)s is on its way back to you.")
        sentences.append(words % {"value": _amount(order, waiting)})
    for each in booked:
        if each.done_minor:
            value = _amount(order, each.done_minor)
            words = gettext(_DONE[each.kind])
            sentences.append(words % {"value": value, "last_four": each.last_four})
    for each in by_hand:
        words = gettext("You paid in cash. We give %(value)s back to you ourselves.")
        value = _amount(order, each.done_minor + each.waiting_minor)
        sentences.append(words % {"value": value})
    return " ".join(sentences)


@dataclass(frozen=True)
class CashDue:
    """The cash that is due on delivery: in total, and per parcel."""

    minor: int = 0
    by_parcel: Mapping[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Transfer:
    """What the buyer types into their bank's form. `account` is empty where the store has taken its account away."""

    account: Sequence[Mapping[str, str]]
    amount_minor: int
    reference: str
    came_minor: int = 0


def transfer_of(order: Order, payments: Sequence[Payment]) -> Transfer | None:
    """The account for an order that waits for a bank transfer, or for the rest of one; None for any other."""
    payment = payments[0] if payments else None
    if payment is None:
        return None
    if awaits_transfer(order, payment):
        amount = payment.amount_minor
    else:
        is_short = order.payment_state == OrderPaymentState.UNDERPAID and can_be_followed(payment)
        amount = balance_of(order, payments).missing_minor if is_short else 0
    if not amount:
        return None
    came = sum(each.captured_minor for each in payments if can_be_followed(each))
    account = get_bank_account()
    rows = account_rows(account) if account is not None else ()
    return Transfer(rows, amount, order.number, came)


def cash_due(
    order: Order, payment: Payment | None, lines: Sequence[OrderLine], shipments: Sequence[Shipment]
) -> CashDue:
    """When the parcels arrive as they left. Two queries where cash is due and something left."""
    if payment is None or not is_cash_due(order, payment):
        return CashDue()
    if not shipments:
        return CashDue(payment.due_minor)
    coming = [each.pk for each in shipments if each.state == ShipmentState.SHIPPED]
    rows = Parcels(order, lines, shipments, list_returns_of(order))
    by_parcel = {
        parcel: rows.cash_with(payment, *coming[: place + 1]) for place, parcel in enumerate(coming)
    }
    return CashDue(rows.to_collect(payment), by_parcel)


def _amount(order: Order, minor: int) -> str:
    return format_money(from_minor(minor, order.currency), str(current_locale()))
