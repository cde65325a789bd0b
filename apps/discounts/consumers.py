"""Reactions of discounts to messages of orders."""

from uuid import UUID

from apps.discounts import services as discounts
from apps.events.consumers import Message, consumes


@consumes("order.cancelled")
def give_back_uses(message: Message) -> None:
    """An order that was cancelled, by staff or because it was not paid in time, has used nothing. Repeatable."""
    discounts.give_back(order_ref=UUID(message.payload["order_id"]))
