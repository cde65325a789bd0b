"""News of orders that EasyEcom gets. A store that is not connected gets no message."""

from functools import partial
from typing import Final
from uuid import UUID

from apps.easyecom.services.cancelling import note_cancelled_here
from apps.easyecom.services.doubting import note_changed_here
from apps.easyecom.services.pushing import note_order
from apps.easyecom.services.stocking import settle_returned
from apps.easyecom.starting import start_pushing
from apps.events.consumers import Message, consumes
from apps.integrations.selectors import is_connected
from apps.orders.models import Order

_WANTED: Final = partial(is_connected, "easyecom")


@consumes("order.placed", wanted=_WANTED)
@consumes("order.confirmed", wanted=_WANTED)
@consumes("order.authorized", wanted=_WANTED)
@consumes("order.paid", wanted=_WANTED)
def push_order(message: Message) -> None:
    """Once it counts: paid, held by a bank, or, with cash on delivery, placed and confirmed."""
    if note_order(Order.objects.get(pk=UUID(message.payload["order_id"]))):
        start_pushing()


@consumes("order.cancelled", wanted=_WANTED)
@consumes("order.rest_cancelled", wanted=_WANTED)
def cancel_order(message: Message) -> None:
    if note_cancelled_here(UUID(message.payload["order_id"])):
        start_pushing()


@consumes("order.changed", wanted=_WANTED)
def compare_order(message: Message) -> None:
    """What was sent before is changed at EasyEcom by staff."""
    note_changed_here(UUID(message.payload["order_id"]))


@consumes("return.received", wanted=_WANTED)
def settle_stock_of_return(message: Message) -> None:
    """Pieces that are back are counted by EasyEcom's levels, where those are the stock."""
    settle_returned(order_id=UUID(message.payload["order_id"]))
