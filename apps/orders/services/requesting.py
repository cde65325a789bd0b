"""Counts the pieces of an order that are in return requests, and notes requests in its history."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.common.typed_text import Code, Line, cleans_text
from apps.orders.errors import LineNotReturnable
from apps.orders.models import Order, OrderEvent, OrderLine
from apps.orders.services.goods import Count, count_pieces
from apps.orders.services.history import record

_REQUESTED = Count(
    field="requested_quantity",
    possible="free_quantity",
    fact="possible",
    error=LineNotReturnable,
    nothing=_("A return needs at least one piece."),
    unknown=_("One of these lines has nothing that can come back."),
    too_many=_("{quantity} of {title} ({sku}) can't come back. At most {possible} can."),
)


def request_pieces(*, order: Order, lines: Mapping[UUID, int]) -> None:
    """Count these pieces (line id -> how many) as requested, for a caller who holds the order's lock.

    Raises `LineNotReturnable` for more than the buyer has and no other request names.
    """
    found = [line for line in order.lines.all() if not line.is_digital]
    count_pieces(found, lines, _REQUESTED)
    OrderLine.objects.bulk_update(
        [line for line in found if line.pk in lines], ["requested_quantity"]
    )


def release_pieces(*, order: Order, lines: Mapping[UUID, int]) -> None:
    """The opposite, when a request ends or its pieces are booked. The caller holds the order's lock."""
    found = [line for line in order.lines.all() if lines.get(line.pk)]
    for line in found:
        line.requested_quantity -= lines[line.pk]
    OrderLine.objects.bulk_update(found, ["requested_quantity"])


@cleans_text
def note_return(
    *,
    order: Order,
    kind: str,
    number: Annotated[str, Code(20)],
    actor: Actor | None = None,
    reason: Annotated[str, Line(200)] = "",
) -> OrderEvent:
    """Write into the history of the locked order what happened to a return request, or which order replaces it."""
    return record(order, kind=kind, changes={}, actor=actor, text=number, reason=reason)
