"""A booked parcel leaves here: with its number, so that the mail to the buyer has it."""

from collections.abc import Mapping

from django.utils.translation import gettext

from apps.clickpost.models import Booking, CarrierAccount
from apps.clickpost.packing import pieces_of
from apps.clickpost.services.adopting import follow
from apps.common.actor import Actor
from apps.common.errors import DomainError
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.orders.models import Order


def ship_booking(row: Booking) -> Shipment:
    """The parcel of the booking, followed from now on. The same parcel at every call. A booking in place of another one gives
    its parcel the new number, and the buyer a mail about it. One that has left with this waybill, as the warehouse said, is
    the booking's. Raises what `fulfilment.ship_order` raises."""
    actor = Actor.system(row.actor_label)
    details = {
        "carrier": row.carrier or gettext("Carrier"),
        "tracking_number": row.waybill,
        "tracking_url": tracking_page(row),
    }
    replaced = row.replaces.shipment if row.replaces is not None else None
    if replaced is not None:
        shipment = fulfilment.correct_shipment(
            shipment=replaced, actor=actor, is_buyer_told=True, **details
        )
    else:
        shipment = _find_left(row) or _ship(row, actor, details)
    follow(shipment=shipment, waybill=row.waybill, cp_id=row.cp_id, news=None)
    return shipment


def _ship(row: Booking, actor: Actor, details: Mapping[str, str]) -> Shipment:
    order = Order.objects.get(pk=row.order_id)
    try:
        return fulfilment.ship_order(
            order=order,
            lines=pieces_of(row),
            request_key=row.reference,
            actor=actor,
            carrier=details["carrier"],
            tracking_number=details["tracking_number"],
            tracking_url=details["tracking_url"],
        )
    except DomainError:
        left = _find_left(row)  # at this moment
        if left is None:
            raise
        return left


def _find_left(row: Booking) -> Shipment | None:
    return Shipment.objects.filter(order=row.order_id, tracking_number=row.waybill).first()


def tracking_page(row: Booking) -> str:
    """By the carrier's address under Carriers; empty without one."""
    known = CarrierAccount.objects.filter(cp_id=row.cp_id or 0).exclude(tracking_url="")
    account = known.filter(account_code=row.account_code).first() or known.first()
    return account.tracking_url.replace("{waybill}", row.waybill) if account is not None else ""
