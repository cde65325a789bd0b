"""Reactions of carts to messages of the outbox."""

from uuid import UUID

from apps.carts import services as carts
from apps.events.consumers import Message, consumes


@consumes("order.placed")
def close_cart(message: Message) -> None:
    """The order exists, so its cart is closed. `checkout_id` is the order's id. Repeatable."""
    carts.close_cart(checkout_id=UUID(message.payload["checkout_id"]))
