"""What was decided here about a failed delivery becomes requests to its carrier."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

from django.db import transaction

from apps.clickpost.models import CarrierRequest, FollowedParcel
from apps.clickpost.packing import phone_digits
from apps.clickpost.services.sending import send_soon
from apps.clickpost.states import REQUEST_TRANSITIONS, Act, RequestState
from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.states import require_transition
from apps.common.typed_text import Code, cleans_text
from apps.fulfilment.models import Shipment
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock

_PLACE: Final = ("line1", "line2", "city", "postal_code")


@cleans_text
def ask_again(
    *, shipment: Shipment, on: Annotated[str, Code(10)], changed: list[str], message_ref: UUID
) -> int:
    """Another attempt, perhaps on a day, to another number or address. Repeatable by `message_ref`. How many requests."""
    acts: list[tuple[Act, Mapping[str, Any]]] = []
    if changed:
        acts.append((Act.EDIT, _details_of(shipment)))
    acts.append((Act.DEFER, {"deferred_date": on}) if on else (Act.AGAIN, {}))
    return _request(shipment, acts, message_ref)


def ask_back(*, shipment: Shipment, message_ref: UUID) -> int:
    """The carrier brings it back. Repeatable by `message_ref`."""
    return _request(shipment, [(Act.RETURN, {})], message_ref)


@repeated_on_deadlock
def retry_request(*, request: CarrierRequest, actor: Actor) -> CarrierRequest:
    """Send a refused request once more. Repeatable."""
    with transaction.atomic():
        row = CarrierRequest.objects.select_for_update().get(pk=request.pk)
        if row.state == RequestState.REFUSED:
            move_request(row, RequestState.WAITING)
            row.attempts, row.due_at = 0, now()
            row.save()
            note("carrier_request.tried_again", row, after={"act": row.act}, actor=actor)
            send_soon()
    return row


def move_request(row: CarrierRequest, target: RequestState) -> None:
    require_transition(
        REQUEST_TRANSITIONS, subject=str(row), current=RequestState(row.state), target=target
    )
    row.state = target


def _request(
    shipment: Shipment, acts: list[tuple[Act, Mapping[str, Any]]], message_ref: UUID
) -> int:
    """For the waybill by which ClickPost follows the parcel; none for a parcel that it does not follow. What was asked before
    and has not been sent is replaced by it."""
    parcel = FollowedParcel.objects.filter(
        shipment=shipment, waybill__iexact=shipment.tracking_number, is_over=False
    ).first()
    if parcel is None:
        return 0
    open_before = CarrierRequest.objects.filter(
        shipment=shipment, state__in=(RequestState.WAITING, RequestState.REFUSED)
    ).exclude(message_ref=str(message_ref))
    open_before.update(state=RequestState.DROPPED, due_at=None)
    CarrierRequest.objects.bulk_create(
        [
            CarrierRequest(
                shipment=shipment,
                waybill=parcel.waybill,
                cp_id=parcel.cp_id,
                act=act,
                data=dict(data),
                message_ref=str(message_ref),
            )
            for act, data in acts
        ],
        ignore_conflicts=True,
    )
    send_soon()
    return len(acts)


def _details_of(shipment: Shipment) -> dict[str, Any]:
    """Name, address and phone as they are for the next attempt."""
    place = {**shipment.order.shipping_address, **(shipment.redirection or {})}
    lines = [str(place.get(name) or "") for name in _PLACE]
    phone = str(place.get("phone") or shipment.order.phone)
    return {
        "name": str(place.get("name") or ""),
        "add": ", ".join(line for line in lines if line),
        "phone": phone_digits(phone, str(place.get("country") or "")),
    }
