"""Proof of delivery: who took a parcel in, and a photo of it or of the signature."""

from typing import Annotated

from django.core.files.base import File
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.errors import DomainError, InvalidInput
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.fulfilment.errors import NotDelivered
from apps.fulfilment.models import Shipment
from apps.fulfilment.services.parcels import lock_parcel, record_parcel
from apps.fulfilment.states import ShipmentState
from apps.pictures.private import store_private_picture
from apps.pictures.services import delete_files
from apps.tenancy.retrying import repeated_on_deadlock
from apps.tenancy.transactions import on_commit_at_home


@cleans_text
def save_proof(
    *,
    shipment: Shipment,
    actor: Actor,
    received_by: Annotated[str, Line(120)] = "",
    photo: File | None = None,
) -> Shipment:
    """Record who took the parcel in. A new photo replaces the one before; without one that photo stays.

    A repeated call changes nothing. Raises `NotDelivered`, and `InvalidInput` with the field: nothing was given, or the
    photo is no picture.
    """
    if not (received_by or photo):
        wanted = gettext("Give a name or a photo.")
        raise InvalidInput(fields={"received_by": [wanted]})
    if shipment.state != ShipmentState.DELIVERED:
        raise NotDelivered
    stored = _store(photo) if photo else ""
    try:
        return _save(shipment, actor=actor, received_by=received_by, stored=stored)
    except Exception:
        delete_files([stored] if stored else [])
        raise


@repeated_on_deadlock
def _save(shipment: Shipment, *, actor: Actor, received_by: str, stored: str) -> Shipment:
    with events.transaction_with_wake_up():
        _order, shipment = lock_parcel(shipment)
        if shipment.state != ShipmentState.DELIVERED:
            raise NotDelivered
        replaced = shipment.proof_photo if stored else ""
        if shipment.received_by == received_by and not stored:
            return shipment
        shipment.received_by = received_by
        shipment.proof_photo = stored or shipment.proof_photo
        shipment.save(update_fields=["received_by", "proof_photo"])
        record_parcel(shipment, "shipment.proved", actor, has_photo=bool(shipment.proof_photo))
        if replaced:
            on_commit_at_home(lambda: delete_files([replaced]))
    return shipment


def _store(photo: File) -> str:
    try:
        return store_private_picture(photo, folder="deliveries")
    except DomainError as error:
        raise InvalidInput(fields={"photo": [str(error)]}) from error
