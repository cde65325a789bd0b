"""Refunds of an order, in words. Whether it is on its way or done is what the gateway says, never a promise."""

from apps.common.money import format_money, from_minor
from apps.orders.models import Order
from apps.payments.selectors import RefundSums
from apps.storefront.languages import current_locale


def money_note(order: Order, refunds: RefundSums) -> str:
    """One or two sentences about money that goes back; "" when none does."""
    sentences = []
    if refunds.waiting_minor:
        sentences.append(f"{_amount(order, refunds.waiting_minor)} is on its way back to you.")
    if refunds.done_minor:
        sentences.append(
            f"{_amount(order, refunds.done_minor)} was sent back to where you paid from; "
            "banks take a few days to show it."
        )
    if not sentences and order.is_cancelled and refunds.captured_minor:
        sentences.append(
            "What you paid is still with us. We are looking into it; please write to us."
        )
    return " ".join(sentences)


def _amount(order: Order, minor: int) -> str:
    return format_money(from_minor(minor, order.currency), str(current_locale()))
