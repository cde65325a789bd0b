"""Orders of one buyer that leave in one parcel. Each keeps its own money, invoice and shipment: two sales stay two sales."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.errors import DomainError
from apps.common.typed_text import Code, Line, WebAddress, cleans_text
from apps.fulfilment.errors import NotTogether
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import (
    can_ship,
    is_same_buyer,
    is_same_goal,
    list_sent_with,
    still_leaves_with,
)
from apps.fulfilment.services.shipping import ship_order
from apps.orders import services as orders
from apps.orders.models import Order
from apps.orders.selectors import can_hold


def send_together(*, order: Order, other: Order, actor: Actor) -> None:
    """Both leave in one parcel. Repeatable. Raises `NotTogether` for orders of different buyers, addresses or currencies,
    and for one of which nothing is left to send."""
    if order.pk == other.pk:
        raise NotTogether(gettext("This is the same order."))
    if order.currency != other.currency or not is_same_buyer(order, other):
        raise NotTogether(gettext("The orders are of different customers."))
    if not is_same_goal(order, other):
        raise NotTogether(gettext("The orders go to different addresses."))
    for each in (order, other):
        if each.is_cancelled or not (each.is_on_hold or can_hold(each)) or not each.needs_shipping:
            raise NotTogether(
                gettext("Nothing of order %(number)s is left to send.") % {"number": each.number}
            )
    orders.send_together(order=order, other=other, actor=actor)


@dataclass(frozen=True)
class SentTogether:
    """The parcels that left, the order's own first, and why other orders did not leave with it, by their numbers."""

    parcels: list[Shipment]
    left: dict[str, DomainError] = field(default_factory=dict)


@cleans_text
def ship_together(
    *,
    order: Order,
    actor: Actor,
    lines: Mapping[UUID, int] | None = None,
    carrier: Annotated[str, Line(80)] = "",
    tracking_number: Annotated[str, Code(80)] = "",
    tracking_url: Annotated[str, WebAddress(500)] = "",
    request_key: Annotated[str, Code(100)] = "",
) -> SentTogether:
    """Ship the order, and all that is left of the orders that are sent with it, under one tracking number.

    Each order by itself: it is looked at, what a bank holds of it is taken, and it is looked at again under its lock when it
    leaves. Orders that can't be shipped stay, and those that go elsewhere by now; `left` says why. The same `request_key` again
    goes on where a crash stopped it: money that was taken before it is not taken again. Raises what `ship_order` raises for
    this order.
    """
    others = [
        each for each in list_sent_with(order) if can_ship(each) and still_leaves_with(each, order)
    ]

    def ship(
        each: Order, pieces: Mapping[UUID, int] | None, key: str, beside: Order | None = None
    ) -> Shipment:
        return ship_order(
            order=each,
            lines=pieces,
            carrier=carrier,
            tracking_number=tracking_number,
            tracking_url=tracking_url,
            request_key=key,
            beside=beside,
            actor=actor,
        )

    sent = SentTogether([ship(order, lines, request_key)])
    for each in others:
        key = f"{request_key}-{each.number}"[:100] if request_key else ""
        try:
            sent.parcels.append(ship(each, None, key, order))
        except DomainError as error:  # this order has left
            sent.left[each.number] = error
    return sent
