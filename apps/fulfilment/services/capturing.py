"""Takes the money that banks hold for a parcel before it leaves."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from apps.common.actor import Actor
from apps.common.typed_text import Code, cleans_text
from apps.fulfilment.errors import NothingToShip
from apps.fulfilment.models import Shipment
from apps.orders.models import Order, OrderLine
from apps.orders.states import HELD
from apps.orders.worth import worth_of_pieces
from apps.payments import services as payments
from apps.payments.selectors import get_received_minor


@cleans_text
def capture_for_parcel(
    *,
    order: Order,
    lines: Mapping[UUID, int] | None,
    request_key: Annotated[str, Code(100)],
    actor: Actor,
) -> None:
    """Capture what the order has to have paid when this parcel has left: all but the pieces that stay here.

    Delivery and downloads are paid with the first parcel. Nothing is captured for what `orders.mark_shipped` will
    refuse, or for a parcel that has left. No statement for an order of which no bank holds money.
    """
    if order.payment_state not in HELD or order.is_cancelled:
        return
    order.refresh_from_db(fields=["held_at"])
    if order.is_on_hold:
        return
    if request_key and Shipment.objects.filter(order=order, request_key=request_key).exists():
        return
    order_lines = list(order.lines.order_by("position"))
    quantities = quantities_of(order_lines, lines)
    if not _fits(order_lines, quantities):
        return
    payments.capture_up_to(
        order=order,
        target_minor=_target_minor(order, order_lines, quantities),
        is_last=not any(_stays(line, quantities) for line in order_lines),
        actor=actor,
    )


def lacks_money(
    order: Order, order_lines: Sequence[OrderLine], quantities: Mapping[UUID, int]
) -> bool:
    """Whether something of the locked order has to be captured before the parcel leaves. One query if a bank holds
    money."""
    if order.payment_state not in HELD or order.is_on_hold or not _fits(order_lines, quantities):
        return False
    return get_received_minor(order) < _target_minor(order, order_lines, quantities)


def quantities_of(
    order_lines: Sequence[OrderLine], wanted: Mapping[UUID, int] | None
) -> dict[UUID, int]:
    """What goes into the parcel. `orders.mark_shipped` refuses what does not fit."""
    if wanted is None:
        chosen = {line.pk: line.open_quantity for line in order_lines}
    else:
        chosen = dict(wanted)
    quantities = {line_id: quantity for line_id, quantity in chosen.items() if quantity != 0}
    if not quantities:
        raise NothingToShip()
    return quantities


def _fits(order_lines: Sequence[OrderLine], quantities: Mapping[UUID, int]) -> bool:
    by_id = {line.pk: line for line in order_lines}
    return all(
        line_id in by_id and 0 < quantity <= by_id[line_id].open_quantity
        for line_id, quantity in quantities.items()
    )


def _stays(line: OrderLine, quantities: Mapping[UUID, int]) -> int:
    return 0 if line.is_digital else line.open_quantity - quantities.get(line.pk, 0)


def _target_minor(
    order: Order, order_lines: Sequence[OrderLine], quantities: Mapping[UUID, int]
) -> int:
    left = sum(worth_of_pieces(line, _stays(line, quantities)).total_minor for line in order_lines)
    return max(order.payable_minor - left, 0)
