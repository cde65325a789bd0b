"""Orders that their buyers collect: handed over at the counter, or back to stock when they are not collected in time."""

from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from apps.common.actor import Actor
from apps.common.clock import today
from apps.common.errors import InvalidInput
from apps.common.text import fold
from apps.common.typed_text import Code, Line, cleans_text
from apps.fulfilment.errors import ParcelMovedOn, ShipmentNotFound
from apps.fulfilment.models import Shipment
from apps.fulfilment.services.delivering import book_delivery
from apps.fulfilment.services.refund_rule import credit_for_undelivered
from apps.fulfilment.services.returning import Pieces, receive_return
from apps.fulfilment.states import ShipmentState
from apps.platform.sweeps import do_each

NEVER_COLLECTED = gettext_noop("Not collected in time.")
_PORTION = 200


@cleans_text
def hand_over(
    *,
    shipment: Shipment,
    actor: Actor,
    code: Annotated[str, Code(20)] = "",
    name: Annotated[str, Line(120)] = "",
    reason: Annotated[str, Line(200)] = "",
) -> Shipment:
    """The buyer is at the counter with the code, or with a proof of the name on the order; or staff say by a `reason` why it
    was given without them, which is kept with the parcel. Books cash that is due.

    Calling it again changes nothing. Raises `InvalidInput` where neither fits and no reason is given, `ShipmentNotFound`
    for what is not to be collected.
    """
    if shipment.state == ShipmentState.DELIVERED:
        return shipment
    if shipment.state != ShipmentState.READY:
        raise ShipmentNotFound(gettext("This parcel does not wait to be collected."))
    is_code = bool(code) and code.upper() == shipment.pickup_code
    theirs = str(shipment.order.shipping_address.get("name", ""))
    is_name = bool(name) and fold(name) == fold(theirs)
    proof = {"proof": "code" if is_code else "name" if is_name else "reason"}
    if not (is_code or is_name or reason):
        where = "code" if code else "name"
        sentence = gettext("Neither the code nor the name is that of the order.")
        raise InvalidInput(sentence, fields={where: [sentence]})
    if not (is_code or is_name):
        proof["reason"] = reason
    return book_delivery(shipment, actor, proof=proof)


def give_up_collecting(*, shipment: Shipment, actor: Actor, with_refund: bool) -> None:
    """All of it goes back to stock; `with_refund` gives back what was paid, by the store's rule. Repeatable.

    Raises `ParcelMovedOn` for a parcel that does not wait to be collected.
    """
    lines: dict[UUID, Pieces] = {
        line.order_line_id: Pieces(restock=line.out_quantity)
        for line in shipment.lines.select_related("order_line")
        if not line.order_line.is_digital
    }
    receive_return(
        shipment=shipment,
        lines=lines,
        credit=credit_for_undelivered(shipment.order) if with_refund else None,
        reason=gettext(NEVER_COLLECTED),
        request_key=f"never-collected-{shipment.number}",
        only_while=ShipmentState.READY,
        actor=actor,
    )


def expire_pickups() -> int:
    """Give up every parcel whose last day at the counter is over. Returns how many."""
    overdue = Shipment.objects.filter(state=ShipmentState.READY, collect_by__lt=today())
    rows = overdue.select_related("order").order_by("collect_by")[:_PORTION]
    return do_each(list(rows), _give_up)


def _give_up(shipment: Shipment) -> bool:
    """False for a parcel that was collected since it was read."""
    try:
        give_up_collecting(shipment=shipment, actor=Actor.system("fulfilment"), with_refund=True)
    except ParcelMovedOn:
        return False
    return True
