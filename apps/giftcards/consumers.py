"""Gift cards that were bought follow the payment of their order."""

from uuid import UUID

from apps.events.consumers import Message, consumes
from apps.giftcards import services as giftcards
from apps.orders.models import Order


@consumes("order.paid")
def issue_bought_cards(message: Message) -> None:
    """A statement for an order without any."""
    order = Order.objects.get(pk=UUID(message.payload["order_id"]))
    if order.voucher_minor:
        giftcards.issue_sold(order=order)
