"""Books parcels with carriers, ships them here, and cancels waybills of what is not sent.

A row is first claimed (its attempt counted, `due_at` moved forward as a lease), then ClickPost is asked outside of any
transaction, then the answer is written. A process that dies in between leaves the row due at the end of the lease; the same
reference answers the same waybill, and the same `request_key` the same parcel: one of each, however often it is repeated.
"""

from datetime import timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from apps.clickpost.choosing import choose_carrier
from apps.clickpost.client import ClickPostClient, Offer
from apps.clickpost.errors import ClickPostRefused, NotBookable, NotYetBookable, StillRunning
from apps.clickpost.models import Booking
from apps.clickpost.packing import Packed, pack
from apps.clickpost.payloads import check_packed, order_body
from apps.clickpost.selectors import due_bookings, find_obstacle
from apps.clickpost.services.labels import fetch_label
from apps.clickpost.services.moving import lock_booking, move_booking, settle
from apps.clickpost.services.shipping import ship_booking
from apps.clickpost.states import ACTOR, AT_WORK, BookingState
from apps.common.backing_off import choose_wait
from apps.common.clock import now
from apps.common.errors import DomainError, Unavailable
from apps.integrations.errors import NotConnected
from apps.integrations.installed import find_awaited
from apps.payments.errors import CaptureFailed
from apps.platform.auditing import note
from apps.tenancy.context import current_store
from apps.tenancy.retrying import repeated_on_deadlock

log = structlog.get_logger(__name__)

# Longer than all calls of an attempt together.
LEASE: Final = timedelta(minutes=2)
RUNNING_WAIT: Final = timedelta(seconds=15)
# Half a minute, a minute, two and so on, an hour at most. Never given up.
WAITS: Final = {"first": 15.0, "growth": 2.0, "longest": 3600.0}
_MOST_COUNTED: Final = (
    30_000  # one that waits for months is looked at more often than the column counts
)
# While another system is to get the order first: nothing is asked at ClickPost, and that may end at any moment.
AWAITED_WAITS: Final = {"first": 5.0, "growth": 1.5, "longest": 180.0}
_S = BookingState


def send_due_bookings(*, only: Booking | None = None, limit: int = 300) -> int:
    """Do what is due of bookings, oldest first, or of that one. How many were settled. Any number of processes may do
    this at once. A sandbox books nothing."""
    if current_store().is_sandbox:
        return 0
    settled = 0
    for _ in range(limit):
        row = _claim(only)
        if row is None:
            break
        settled += _is_settled(row)
    return settled


@repeated_on_deadlock
def _claim(only: Booking | None) -> Booking | None:
    with transaction.atomic():
        due = due_bookings().filter(state__in=AT_WORK, due_at__lte=now())
        if only is not None:
            due = due.filter(pk=only.pk)
        row = due.select_for_update(skip_locked=True).order_by("due_at", "id").first()
        if row is None:
            return None
        row.attempts = min(row.attempts + 1, _MOST_COUNTED)
        row.due_at = now() + LEASE
        row.save(update_fields=["attempts", "due_at"])
    return row


def _is_settled(row: Booking) -> bool:
    """One attempt at all that is to be done with the row. Whatever goes wrong is written down."""
    try:
        if row.state == _S.WAITING:
            row = _book(row)
        if row.state == _S.BOOKED:
            row = _ship(row)
        if row.state == _S.CANCELLING:
            row = _cancel(row)
    except NotConnected:
        _postpone(row, str(NotConnected.title), timedelta(minutes=10))
        return False
    except StillRunning as error:
        _postpone(row, str(error), RUNNING_WAIT)
        return False
    except NotYetBookable as error:
        _postpone(row, str(error), choose_wait(row.attempts, **AWAITED_WAITS))
        return False
    except (Unavailable, CaptureFailed) as error:
        _postpone(row, str(error), choose_wait(row.attempts, **WAITS))
        return False
    except Exception as error:  # one booking that fails must not keep the others waiting
        log.exception("A booking failed.", reference=row.reference)
        words = gettext("An error here: %(kind)s.") % {"kind": type(error).__name__}
        _postpone(row, words, choose_wait(row.attempts, **WAITS))
        return False
    return row.state not in AT_WORK


def _book(row: Booking) -> Booking:
    """Choose a carrier, write it down, then ask for the waybill."""
    if not row.is_asked and (why := find_obstacle(row)):
        return _settle(row, _S.CANCELLED, error=why, actor_label=ACTOR.label)
    if not row.is_asked and row.actor_label == ACTOR.label and (why := find_awaited(row.order)):
        raise NotYetBookable(why)
    try:
        packed = pack(row)
        if not row.is_asked:
            check_packed(packed)
            row = _keep_choice(row, packed, choose_carrier(row, packed))
        version, body = order_body(packed, cp_id=row.cp_id or 0, account_code=row.account_code)
        placed = ClickPostClient().create_order(body, version=version)
    except (NotBookable, ClickPostRefused) as refusal:
        return _settle(row, _S.REFUSED, error=str(refusal), is_asked=False)
    return _settle(
        row,
        _S.BOOKED,
        is_due=True,
        waybill=placed.waybill,
        label_url=placed.label_url,
        carrier=row.carrier or placed.carrier,
    )


@repeated_on_deadlock
def _keep_choice(row: Booking, packed: Packed, offer: Offer) -> Booking:
    """Before the carrier is asked: from now on a waybill may exist, and every repeat is the same call."""
    with transaction.atomic():
        locked = _lock_same(row)
        if locked is None:
            raise StillRunning()
        locked.cp_id, locked.account_code = offer.cp_id, offer.account_code
        locked.carrier = locked.carrier or offer.name
        locked.cod_minor, locked.weight_grams = packed.cod_minor, packed.weight_grams
        locked.is_asked, locked.updated_at = True, now()
        locked.save()
    return locked


def _ship(row: Booking) -> Booking:
    """The parcel leaves here, with its number. What must not be sent any more is cancelled at the carrier."""
    fetch_label(row)
    try:
        shipment = ship_booking(row)
    except (Unavailable, CaptureFailed):
        raise
    except DomainError as refusal:
        return _settle(row, _S.CANCELLING, error=str(refusal), is_due=True, actor_label=ACTOR.label)
    return _settle(row, _S.SHIPPED, shipment=shipment)


def _cancel(row: Booking) -> Booking:
    try:
        ClickPostClient().cancel_order(
            row.waybill, cp_id=row.cp_id or 0, account_code=row.account_code
        )
    except ClickPostRefused as refusal:
        return _settle(row, _S.STRAY, error=str(refusal))
    return _settle(row, _S.CANCELLED, error=row.error)


@repeated_on_deadlock
def _settle(
    row: Booking, target: BookingState, *, error: str = "", is_due: bool = False, **values: Any
) -> Booking:
    """Write what came of it, unless another process has the row since. The row as it is now; one that is due keeps the
    lease, for this process goes on with it."""
    with transaction.atomic():
        locked = _lock_same(row)
        if locked is None:
            raise StillRunning()
        attempts = locked.attempts
        move_booking(locked, target)
        settle(locked, error=error, **values)
        if is_due:
            locked.attempts, locked.due_at = attempts, now() + LEASE
            locked.save(update_fields=["attempts", "due_at"])
        note(_VERBS[target], locked, after={"waybill": locked.waybill, "reason": error})
    return locked


_VERBS: Final = {
    _S.BOOKED: "booking.booked",
    _S.SHIPPED: "booking.shipped",
    _S.REFUSED: "booking.refused",
    _S.CANCELLING: "booking.cancel_requested",
    _S.STRAY: "booking.not_cancelled",
    _S.CANCELLED: "booking.cancelled",
}


def _lock_same(row: Booking) -> Booking | None:
    """The row, as long as this process has it."""
    locked = lock_booking(row.pk)
    same = (locked.state, locked.attempts) == (row.state, row.attempts)
    return locked if same else None


def _postpone(row: Booking, why: str, wait: timedelta) -> None:
    """After a silence. Nothing, if another process has it since, or if it was settled."""
    same = Q(pk=row.pk, state=row.state, attempts=row.attempts)
    Booking.objects.filter(same).update(due_at=now() + wait, error=why[:500], updated_at=now())
