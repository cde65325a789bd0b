"""Reactions of payments to messages of the outbox."""

from uuid import UUID

from apps.events.consumers import Message, consumes
from apps.payments import services


@consumes("payment.release_due")
def release_hold(message: Message) -> None:
    """Tell the gateway that a hold is not needed. A silent gateway raises, and the outbox tries again later."""
    services.release_payment(payment_id=UUID(message.payload["payment_id"]))


@consumes("refund.requested")
def send_refund(message: Message) -> None:
    """Tell the gateway. A silent gateway raises, and the outbox tries again later."""
    services.send_refund(refund_id=UUID(message.payload["refund_id"]))
