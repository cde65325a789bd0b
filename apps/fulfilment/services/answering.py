"""What a buyer answers to a failed attempt: recorded for staff, or carried out at once where the store wants that."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.fulfilment.errors import ParcelMovedOn
from apps.fulfilment.models import DeliverySettings, Shipment
from apps.fulfilment.redirections import check_day, find_redirection
from apps.fulfilment.services.attempts import attempt_again
from apps.fulfilment.services.parcels import lock_parcel, record_parcel, tell
from apps.fulfilment.states import AnswersRule, AnswerWish, ShipmentState
from apps.orders import services as orders
from apps.tenancy.retrying import repeated_on_deadlock
from apps.tenancy.single_rows import single_row


@cleans_text
@repeated_on_deadlock
def answer_failed_attempt(
    *,
    shipment: Shipment,
    wish: Annotated[str, Line(10)],
    actor: Actor,
    on: date | None = None,
    phone: Annotated[str, Line(40)] = "",
    address: Mapping[str, Any] | None = None,
    may_redirect: bool = True,
) -> Shipment:
    """Record what the buyer wants, and attempt again at once where the store's rule says so. Repeatable: the same answer
    twice is one. Another answer replaces it until a decision.

    Another phone number or address waits for staff unless the buyer `may_redirect`: is known by more than the number of
    the order. Raises `InvalidInput` by field, and `ParcelMovedOn` for a parcel that waits for no answer any more.
    """
    if wish not in AnswerWish.values:
        raise InvalidInput(fields={"wish": [gettext("This is not one of the choices.")]})
    with events.transaction_with_wake_up():
        order, shipment = lock_parcel(shipment)
        is_wanted = wish == AnswerWish.AGAIN
        different = find_redirection(order, phone, address) if is_wanted else {}
        day = on.isoformat() if on and is_wanted else ""
        said = {"wish": wish, "on": day, "attempt": shipment.failed_attempts, **different}
        if _same(shipment.answer, said):
            return shipment
        if shipment.state != ShipmentState.FAILED:
            raise ParcelMovedOn.of(shipment.number, ShipmentState(shipment.state))
        check_day(on if is_wanted else None)
        shipment.answer = {**said, "at": now().isoformat()}
        shipment.save(update_fields=["answer"])
        facts = {"wish": wish, "on": day, "changed": sorted(different)}
        record_parcel(
            shipment, "shipment.buyer_answered", actor, attempt=shipment.failed_attempts, **facts
        )
        orders.note_parcel(
            order=order,
            kind="order.parcel_answered",
            shipment_number=shipment.number,
            reason=str(AnswerWish(wish).label),
            actor=actor,
        )
        tell("shipment.buyer_answered", order, shipment_id=str(shipment.pk), **facts)
        if is_wanted and _applies_by_itself() and (may_redirect or not different):
            shipment = attempt_again(
                shipment=shipment, actor=actor, on=on, phone=phone, address=address
            )
    return shipment


def _same(before: Mapping[str, Any] | None, said: Mapping[str, Any]) -> bool:
    return before is not None and {**before, "at": ""} == {**said, "at": ""}


def _applies_by_itself() -> bool:
    return bool(single_row(DeliverySettings).buyers_answers == AnswersRule.APPLY)
