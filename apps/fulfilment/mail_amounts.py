"""The amounts of an order in mails: in the reader's language, with how it was paid in named rows."""

from typing import Any

from django.utils import translation

from apps.common.habits import language_shown, spelling_of
from apps.common.money import format_money, from_minor
from apps.common.places import locale_of
from apps.inventory.queue import Waiting
from apps.inventory.words import words_for_awaited
from apps.orders.models import Order, OrderLine
from apps.payments.models import Refund
from apps.payments.selectors import get_payments_of
from apps.payments.states import RefundTo
from apps.payments.stored_value import paid_with
from apps.tenancy.context import current_store

Facts = dict[str, Any]


def amount_of(order: Order, minor: int, language: str) -> str:
    return format_money(from_minor(minor, order.currency), str(locale_of(language)))


def language_of(order: Order) -> str:
    """Of the buyer's mails."""
    return language_shown(order.language, otherwise=current_store().language)


def prepaid_rows(order: Order, language: str) -> Facts:
    """What gift cards and store credit have paid, and the rest: named rows, of one query."""
    payments = get_payments_of(order)
    stored = [each for each in payments if each.is_stored_value]
    left = order.payable_minor - sum(each.amount_minor for each in stored)
    with translation.override(language):
        rows = [
            {"label": paid_with(each), "amount": amount_of(order, each.amount_minor, language)}
            for each in stored
        ]
    return {"prepaid": rows, "rest": amount_of(order, max(left, 0), language)}


def kept_on(order: Order, refund: Refund) -> str:
    """Where the amount can be spent, if it stays in the store; "" for money."""
    if refund.destination != RefundTo.SOURCE:
        return chosen_place(order, refund)
    with translation.override(language_of(order)):
        return paid_with(refund.payment) if refund.payment.is_stored_value else ""


def chosen_place(order: Order, refund: Refund | None) -> str:
    """Store credit or a new gift card, chosen in place of money; "" for where it was paid from."""
    if refund is None or refund.destination == RefundTo.SOURCE:
        return ""
    with translation.override(language_of(order)):
        return refund.get_destination_display()


def is_given_in_cash(refund: Refund) -> bool:
    """Whether the store itself hands the money over."""
    return refund.payment.pays_on_delivery and refund.destination == RefundTo.SOURCE


def awaited_of(line: OrderLine, language: str) -> str:
    """Which pieces come later, as the buyer knows by now; "" for none."""
    return awaited_words(line.promised, line.quantity, language) if line.promised else ""


def awaited_words(waiting: Waiting, ordered: int, language: str) -> str:
    with translation.override(spelling_of(language, current_store().country)):
        return words_for_awaited(waiting, ordered, str(locale_of(language)))
