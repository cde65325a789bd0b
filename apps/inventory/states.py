"""The life of a reservation and the kinds of movement, as tables."""

from collections.abc import Mapping, Set

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReservationState(models.TextChoices):
    """Held while the buyer pays; allocated once the order counts; committed when the pieces have left."""

    HELD = "held", _("held")
    ALLOCATED = "allocated", _("allocated")
    COMMITTED = "committed", _("committed")
    RELEASED = "released", _("released")


RESERVATION_TRANSITIONS: Mapping[ReservationState, Set[ReservationState]] = {
    ReservationState.HELD: {ReservationState.ALLOCATED, ReservationState.RELEASED},
    ReservationState.ALLOCATED: {ReservationState.COMMITTED, ReservationState.RELEASED},
    ReservationState.COMMITTED: set(),
    ReservationState.RELEASED: set(),
}


class MovementKind(models.TextChoices):
    RECEIVE = "receive", _("received")
    ADJUST = "adjust", _("counted")
    RESERVE = "reserve", _("held for a buyer")
    RELEASE = "release", _("free again")
    ALLOCATE = "allocate", _("to be sent")
    DEALLOCATE = "deallocate", _("not sent after all")
    COMMIT = "commit", _("shipped")
    RETURN = "return", _("returned")
    WRITE_OFF = "write_off", _("written off")  # came back, and can't be sold again
