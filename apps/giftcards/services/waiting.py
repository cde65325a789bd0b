"""Until when gift cards of an order wait for their day: the order says so, for lists that look at no card."""

from django.db.models import Max

from apps.giftcards.models import GiftCard
from apps.orders import services as orders


def note_waiting(card: GiftCard) -> None:
    """After a card of an order was sent, closed or opened again, in its transaction."""
    if card.order_ref is None:
        return
    waiting = GiftCard.objects.filter(
        order_ref=card.order_ref, sent_at__isnull=True, disabled_at__isnull=True
    )
    last = waiting.aggregate(last=Max("deliver_on"))["last"]
    orders.expect_gift_cards(order_ref=card.order_ref, until=last)
