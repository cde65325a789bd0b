"""Reactions of payments to messages of the outbox."""

from uuid import UUID

from apps.events.consumers import Message, consumes
from apps.payments import services


@consumes("refund.requested")
def send_refund(message: Message) -> None:
    """Tell the gateway. A silent gateway raises, and the outbox tries again later."""
    services.send_refund(refund_id=UUID(message.payload["refund_id"]))
