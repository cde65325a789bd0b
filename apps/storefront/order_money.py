"""The money of an order: sentences about refunds, and the cash that is due with each parcel.

The gateway's state decides whether a refund is pending or done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext

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
from apps.payments.selectors import (
    RefundSums,
    awaits_transfer,
    can_be_followed,
    get_bank_account,
    is_cash_due,
)
from apps.storefront.languages import current_locale


def money_note(
    order: Order, refunds: RefundSums, *, is_cash: bool = False, is_stored: bool = False
) -> str:
    """One or two sentences about refunds; "" without refunds. `is_stored`: all of them go to gift cards or store
    credit."""
    sentences = []
    if refunds.all_minor and is_stored:
        words = gettext("%(value)s is on your gift card or store credit again.")
        return words % {"value": _amount(order, refunds.all_minor)}
    if refunds.all_minor and is_cash:
        words = gettext("You paid in cash. We give %(value)s back to you ourselves.")
        return words % {"value": _amount(order, refunds.all_minor)}
    if refunds.waiting_minor:
        words = gettext("%(value)s is on its way back to you.")
        sentences.append(words % {"value": _amount(order, refunds.waiting_minor)})
    if refunds.done_minor:
        words = gettext(
            "%(value)s was sent back to where you paid from; banks take a few days to show it."
        )
        sentences.append(words % {"value": _amount(order, refunds.done_minor)})
    if not sentences and order.is_cancelled and refunds.captured_minor:
        sentences.append(
            gettext("What you paid is still with us. We are looking into it; please write to us.")
        )
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
