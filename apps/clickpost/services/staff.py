"""What staff do about bookings: try again, book with another carrier, cancel, look at who goes there."""

import re
from typing import Final

from django.db import transaction
from django.utils.translation import gettext

from apps.clickpost.client import COD, PREPAID, ClickPostClient, Offer
from apps.clickpost.errors import BookingMovedOn
from apps.clickpost.models import Booking, CarrierAccount, FollowedParcel
from apps.clickpost.packing import drop_of, pickup_of
from apps.clickpost.selectors import get_settings
from apps.clickpost.services.moving import lock_booking, move_booking, settle
from apps.clickpost.services.sending import send_soon
from apps.clickpost.states import NOT_FETCHED, BookingState
from apps.common.actor import Actor
from apps.common.clock import now
from apps.fulfilment.selectors import cash_to_collect
from apps.inventory.models import Warehouse
from apps.inventory.queue import pieces_by_warehouse
from apps.orders import services as orders
from apps.orders.models import Order
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock

_S = BookingState
_AGAIN: Final = re.compile(r"-R(\d+)$")
_BOOKED_AGAIN: Final = (_S.REFUSED, _S.BOOKED, _S.SHIPPED, _S.STRAY, _S.CANCELLED)


@repeated_on_deadlock
def retry_booking(*, booking: Booking, actor: Actor) -> Booking:
    """Book a refused parcel once more, after what was wrong is corrected, or now one that waits for another system.
    Repeatable. A carrier that staff did not choose is chosen again."""
    with transaction.atomic():
        row = lock_booking(booking.pk)
        if row.state == _S.WAITING and (row.is_asked or not row.error):
            return row
        if row.state != _S.WAITING:
            move_booking(row, _S.WAITING)
        row.actor_label = actor.label[:150]
        if not row.is_chosen:
            row.cp_id, row.account_code, row.carrier = None, "", ""
        settle(row, is_due=True)
        note("booking.tried_again", row, after={"order": row.order.number}, actor=actor)
        send_soon()
    return row


def make_due(*, booking: Booking) -> None:
    """The worker does at once what it would do after a wait. Not while a process has the row: its lease is no wait."""
    waits = Booking.objects.filter(pk=booking.pk, due_at__isnull=False).exclude(error="")
    waits.update(due_at=now())


@repeated_on_deadlock
def book_again(*, booking: Booking, account: CarrierAccount, actor: Actor) -> Booking:
    """Book the parcel with another carrier: its reference ends in `-R1`, `-R2`. The waybill before is cancelled; a parcel
    that is marked as shipped gets the new number, and its buyer a mail. A second call answers the first one's booking.

    Raises `BookingMovedOn` for a parcel that the carrier has fetched.
    """
    with transaction.atomic():
        orders.lock_order(Order.objects.get(pk=booking.order_id))
        row = lock_booking(booking.pk)
        known = row.replaced_by.exclude(state=_S.CANCELLED).first()
        if known is not None:
            return known
        if row.state not in _BOOKED_AGAIN:
            raise BookingMovedOn
        _end(row, gettext("Booked again with %(carrier)s.") % {"carrier": account.name})
        new = Booking(
            order_id=row.order_id,
            reference=_next_reference(row),
            pieces=row.pieces,
            warehouse_id=row.warehouse_id,
            cp_id=account.cp_id,
            account_code=account.account_code,
            carrier=account.name,
            is_chosen=True,
            replaces=row,
            shipment=None,
            actor_label=actor.label[:150],
        )
        new.save(force_insert=True)
        note("booking.begun", new, after={"order": row.order.number}, actor=actor)
        send_soon()
    return new


@repeated_on_deadlock
def cancel_booking(*, booking: Booking, actor: Actor) -> Booking:
    """Don't send the parcel with this carrier: its waybill is cancelled there, and its order is booked by staff alone.
    Repeatable, also to try the cancellation again.

    A parcel that is marked as shipped stays in its order: book it again, or record that it came back. Raises
    `BookingMovedOn` for one that the carrier has fetched, or that is being booked this moment.
    """
    with transaction.atomic():
        row = lock_booking(booking.pk)
        if row.state in (_S.CANCELLED, _S.CANCELLING):
            return row
        row.actor_label = actor.label[:150]  # from now on staff book what is left of the order
        _end(row, gettext("Cancelled by %(who)s.") % {"who": actor.label})
        note("booking.cancel_requested", row, after={"order": row.order.number}, actor=actor)
        send_soon()
    return row


@repeated_on_deadlock
def settle_stray(*, booking: Booking, actor: Actor) -> Booking:
    """Staff have cancelled the waybill on the dashboard. Repeatable."""
    with transaction.atomic():
        row = lock_booking(booking.pk)
        if row.state == _S.STRAY:
            move_booking(row, _S.CANCELLED)
            settle(row, error=row.error)
            note("booking.cancelled", row, after={"order": row.order.number}, actor=actor)
    return row


def ask_carriers(*, order: Order) -> tuple[list[Offer], tuple[int, int] | None]:
    """Who takes the order's parcel, and how many days it takes: two calls, for a person who waits. Raises the errors of
    the client."""
    first = next(iter(pieces_by_warehouse(order.pk)), None)
    warehouse = Warehouse.objects.filter(pk=first).first() if first is not None else None
    pickup, drop = pickup_of(warehouse, get_settings()), drop_of(order)
    client = ClickPostClient()
    kind = COD if cash_to_collect(order) else PREPAID
    offers = client.serviceable(pickup.postal_code, drop.postal_code)
    found = [each for each in offers if each.takes(kind)]
    return found, client.expected_days(pickup.postal_code, drop.postal_code) if found else None


def _end(row: Booking, why: str) -> None:
    """The locked booking is over; the worker cancels a waybill that there is."""
    if row.state == _S.CANCELLED:
        return
    if row.state == _S.WAITING and row.is_asked:
        raise BookingMovedOn(gettext("It is being booked this moment. Try again in a minute."))
    if row.state in (_S.WAITING, _S.REFUSED):
        move_booking(row, _S.CANCELLED)
        settle(row, error=why)
        return
    if row.state == _S.SHIPPED and _is_fetched(row):
        raise BookingMovedOn(gettext("The carrier has fetched the parcel already."))
    move_booking(row, _S.CANCELLING)
    settle(row, error=why, is_due=True)


def _is_fetched(row: Booking) -> bool:
    followed = FollowedParcel.objects.filter(shipment=row.shipment_id, waybill=row.waybill)
    return followed.exclude(last_status__in=NOT_FETCHED).exists()


def _next_reference(row: Booking) -> str:
    base = _AGAIN.sub("", row.reference)
    used = set(
        Booking.objects.filter(reference__startswith=base).values_list("reference", flat=True)
    )
    return next(name for number in range(1, 1000) if (name := f"{base}-R{number}") not in used)
