"""Refunds of an order, in words. Whether it is on its way or done is what the gateway says, never a promise."""

from django.utils.translation import gettext

from apps.common.money import format_money, from_minor
from apps.orders.models import Order
from apps.payments.selectors import RefundSums
from apps.storefront.languages import current_locale


def money_note(order: Order, refunds: RefundSums) -> str:
    """One or two sentences about money that goes back; "" when none does."""
    sentences = []
    if refunds.waiting_minor:
        sentences.append(
            gettext("%(value)s is on its way back to you.")
            % {"value": _amount(order, refunds.waiting_minor)}
        )
    if refunds.done_minor:
        sentences.append(
            gettext(
                "%(value)s was sent back to where you paid from; banks take a few days to show it."
            )
            % {"value": _amount(order, refunds.done_minor)}
        )
    if not sentences and order.is_cancelled and refunds.captured_minor:
        sentences.append(
            gettext("What you paid is still with us. We are looking into it; please write to us.")
        )
    return " ".join(sentences)


def _amount(order: Order, minor: int) -> str:
    return format_money(from_minor(minor, order.currency), str(current_locale()))
