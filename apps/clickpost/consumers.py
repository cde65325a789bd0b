"""ClickPost follows orders and parcels. A store that is not connected gets no message.

No consumer calls ClickPost: it runs in a transaction. What is to be sent is written down, and a task sends it.
"""

from functools import partial
from typing import Final
from uuid import UUID

from apps.clickpost import services
from apps.clickpost.client import KIND
from apps.common.actor import ActorKind
from apps.events.consumers import Message, consumes
from apps.fulfilment.models import Shipment
from apps.integrations.selectors import is_connected
from apps.orders.models import Order

_wanted: Final = partial(is_connected, KIND)


@consumes("order.placed", wanted=_wanted)
def book_placed(message: Message) -> None:
    """One that is paid on delivery and waits for no confirmation."""
    services.book_by_itself(_order(message))


@consumes("order.confirmed", wanted=_wanted)
def book_confirmed(message: Message) -> None:
    services.book_by_itself(_order(message))


@consumes("order.authorized", wanted=_wanted)
def book_authorized(message: Message) -> None:
    services.book_by_itself(_order(message))


@consumes("order.paid", wanted=_wanted)
def book_paid(message: Message) -> None:
    services.book_by_itself(_order(message))


@consumes("order.cancelled", wanted=_wanted)
def drop_bookings_of_cancelled(message: Message) -> None:
    services.drop_obsolete(_order(message))


@consumes("order.rest_cancelled", wanted=_wanted)
def drop_bookings_of_rest(message: Message) -> None:
    services.drop_obsolete(_order(message))


@consumes("order.changed", wanted=_wanted)
def follow_changed(message: Message) -> None:
    order = _order(message)
    services.drop_obsolete(order)
    services.book_by_itself(order)


@consumes("order.shipped", wanted=_wanted)
def follow_shipped(message: Message) -> None:
    """News of its waybill may have come before it left here."""
    services.adopt_shipment(_shipment(message))


@consumes("shipment.corrected", wanted=_wanted)
def follow_corrected(message: Message) -> None:
    services.adopt_shipment(_shipment(message))


@consumes("shipment.attempt_again", wanted=_wanted)
def send_attempt(message: Message) -> None:
    """Staff or the buyer decided it. What the carrier itself says needs no answer."""
    if message.payload.get("by") != ActorKind.SYSTEM:
        services.ask_again(
            shipment=_shipment(message),
            on=message.payload.get("on", ""),
            changed=message.payload.get("changed", []),
            message_ref=message.id,
        )


@consumes("shipment.return_expected", wanted=_wanted)
def send_return(message: Message) -> None:
    if message.payload.get("by") != ActorKind.SYSTEM:
        services.ask_back(shipment=_shipment(message), message_ref=message.id)


def _order(message: Message) -> Order:
    return Order.objects.get(pk=UUID(message.payload["order_id"]))


def _shipment(message: Message) -> Shipment:
    rows = Shipment.objects.select_related("order")
    return rows.get(pk=UUID(message.payload["shipment_id"]))
