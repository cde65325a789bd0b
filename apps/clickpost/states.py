"""The states of a booking and of a request to a carrier. Only `services` assigns them."""

from collections.abc import Mapping, Set
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.actor import Actor
from apps.fulfilment.states import ScanStatus

# Who does what the store has ClickPost do by itself.
ACTOR: Final = Actor.system("ClickPost")


class Booker(models.TextChoices):
    """Who books parcels with carriers."""

    ITSELF = "itself", _("By itself, as soon as an order is to be sent")
    STAFF = "staff", _("Staff, by a button on the order's page")
    ELSEWHERE = "elsewhere", _("Another system: ClickPost reports the way of parcels only")


class BookingState(models.TextChoices):
    WAITING = "waiting", _("Being booked")
    BOOKED = "booked", _("Booked, not shipped yet")
    SHIPPED = "shipped", _("Shipped")
    REFUSED = "refused", _("Refused")
    CANCELLING = "cancelling", _("Being cancelled")
    STRAY = "stray", _("Not cancelled at the carrier")
    CANCELLED = "cancelled", _("Cancelled")


_S = BookingState
BOOKING_TRANSITIONS: Final[Mapping[BookingState, Set[BookingState]]] = {
    _S.WAITING: {_S.BOOKED, _S.REFUSED, _S.CANCELLED},
    _S.BOOKED: {_S.SHIPPED, _S.CANCELLING},
    _S.SHIPPED: {_S.CANCELLING, _S.CANCELLED},
    _S.REFUSED: {_S.WAITING, _S.CANCELLED},
    _S.CANCELLING: {_S.CANCELLED, _S.STRAY},
    _S.STRAY: {_S.CANCELLING, _S.CANCELLED},
    _S.CANCELLED: set(),
}

# What the worker has to do something about.
AT_WORK: Final = (_S.WAITING, _S.BOOKED, _S.CANCELLING)
# Their pieces are in no other booking.
HOLDS_PIECES: Final = (_S.WAITING, _S.BOOKED, _S.REFUSED)
# A waybill of them may be under way.
HAS_WAYBILL: Final = (_S.BOOKED, _S.SHIPPED, _S.CANCELLING, _S.STRAY)


# The newest news of a parcel that its carrier has not fetched yet: its waybill can be cancelled.
NOT_FETCHED: Final = ("", ScanStatus.BOOKED, ScanStatus.PICKUP_FAILED, ScanStatus.CANCELLED)


class RequestState(models.TextChoices):
    """Of what a carrier is asked to do about a failed delivery."""

    WAITING = "waiting", _("To be sent")
    SENT = "sent", _("Taken by the carrier")
    REFUSED = "refused", _("Refused by the carrier")
    DROPPED = "dropped", _("Not needed any more")


REQUEST_TRANSITIONS: Final[Mapping[RequestState, Set[RequestState]]] = {
    RequestState.WAITING: {RequestState.SENT, RequestState.REFUSED, RequestState.DROPPED},
    RequestState.REFUSED: {RequestState.WAITING, RequestState.DROPPED},
    RequestState.SENT: set(),
    RequestState.DROPPED: set(),
}


class Act(models.TextChoices):
    """ClickPost's words for what a carrier does after a failed delivery."""

    DEFER = "DEFER_DLV", _("Deliver on another day")
    EDIT = "EDIT_DETAILS", _("Another phone number or address")
    AGAIN = "RE-ATTEMPT", _("Another attempt")
    RETURN = "INITIATE_RTO", _("Bring it back")
