"""Refunds of gift cards that were bought: the card is closed, and what is left on it goes back to the buyer."""

from typing import Annotated

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.typed_text import Code, Line, cleans_text
from apps.events import services as events
from apps.giftcards import services as giftcards
from apps.giftcards.models import GiftCard
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.errors import NotRefundable
from apps.payments.models import Refund
from apps.tenancy.retrying import repeated_on_deadlock


@cleans_text
@repeated_on_deadlock
def refund_gift_card(
    *,
    card: GiftCard,
    reason: Annotated[str, Line(200, required=True)],
    request_key: Annotated[str, Code(60)],
    actor: Actor,
) -> list[Refund]:
    """Close a bought card and refund what is left on it; what was spent is not refunded. The same `request_key` again returns
    the first refunds. Raises `NotRefundable`.

    Who pays with the card at this moment either comes first, and less goes back, or finds it closed.
    """
    key = f"gift-card-{request_key}"
    with events.transaction_with_wake_up():
        order = Order.objects.filter(pk=card.order_ref).first() if card.order_ref else None
        if order is None:
            raise NotRefundable(gettext("This card was not bought in an order."))
        orders.lock_order(order)
        amount_minor = giftcards.close_sold(card=card, cause=key, reason=reason, actor=actor)
        if not amount_minor:
            raise NotRefundable(gettext("Nothing is left on this card."), refundable_minor=0)
        return payments.refund_part(
            order=order,
            amount_minor=amount_minor,
            reason=reason,
            request_key=key,
            actor=actor,
            is_voucher=True,
        )
