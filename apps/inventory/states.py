"""The life of a reservation and the kinds of movement, as tables."""

from collections.abc import Mapping, Set

from django.db import models


class ReservationState(models.TextChoices):
    """Held while the buyer pays; allocated once the order counts; committed when the pieces have left."""

    HELD = "held", "held"
    ALLOCATED = "allocated", "allocated"
    COMMITTED = "committed", "committed"
    RELEASED = "released", "released"


RESERVATION_TRANSITIONS: Mapping[ReservationState, Set[ReservationState]] = {
    ReservationState.HELD: {ReservationState.ALLOCATED, ReservationState.RELEASED},
    ReservationState.ALLOCATED: {ReservationState.COMMITTED, ReservationState.RELEASED},
    ReservationState.COMMITTED: set(),
    ReservationState.RELEASED: set(),
}


class MovementKind(models.TextChoices):
    RECEIVE = "receive", "received"
    ADJUST = "adjust", "counted"
    RESERVE = "reserve", "held for a buyer"
    RELEASE = "release", "free again"
    ALLOCATE = "allocate", "to be sent"
    DEALLOCATE = "deallocate", "not sent after all"
    COMMIT = "commit", "shipped"
    RETURN = "return", "returned"
    WRITE_OFF = "write_off", "written off"  # came back, and can't be sold again
