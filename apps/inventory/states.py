"""The life of a reservation and the kinds of movement, as tables."""

from collections.abc import Mapping, Set
from typing import Final

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
    MOVE_OUT = "move_out", _("sent to another warehouse")
    MOVE_IN = "move_in", _("came from another warehouse")


NO_LIMIT: Final = 1_000_000_000  # of backorders: more than are ever sold


class StockPolicy(models.TextChoices):
    """What happens to an order of more pieces than there are."""

    DENY = "deny", _("Not sold")
    BACKORDER = "backorder", _("Sold, and sent when new pieces arrive")
    PREORDER = "preorder", _("Sold before its release")


class ConsignmentKind(models.TextChoices):
    TRANSFER = "transfer", _("transfer")
    DELIVERY = "delivery", _("incoming delivery")


class ConsignmentState(models.TextChoices):
    """Sent: its pieces are on the way. Some of them may have arrived."""

    DRAFT = "draft", _("draft")
    SENT = "sent", _("on the way")
    RECEIVED = "received", _("received")
    CANCELLED = "cancelled", _("cancelled")


CONSIGNMENT_TRANSITIONS: Mapping[ConsignmentState, Set[ConsignmentState]] = {
    ConsignmentState.DRAFT: {ConsignmentState.SENT, ConsignmentState.CANCELLED},
    ConsignmentState.SENT: {ConsignmentState.RECEIVED, ConsignmentState.CANCELLED},
    ConsignmentState.RECEIVED: set(),
    ConsignmentState.CANCELLED: set(),
}


class StockTakeState(models.TextChoices):
    DRAFT = "draft", _("not begun")
    OPEN = "open", _("being counted")
    CLOSED = "closed", _("booked")
    CANCELLED = "cancelled", _("given up")


STOCK_TAKE_TRANSITIONS: Mapping[StockTakeState, Set[StockTakeState]] = {
    StockTakeState.DRAFT: {StockTakeState.OPEN, StockTakeState.CANCELLED},
    StockTakeState.OPEN: {StockTakeState.CLOSED, StockTakeState.CANCELLED},
    StockTakeState.CLOSED: set(),
    StockTakeState.CANCELLED: set(),
}


class StockImportState(models.TextChoices):
    """Checked from row to row, then shown to staff, then applied from row to row."""

    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("ready to apply")
    APPLYING = "applying", _("being applied")
    DONE = "done", _("applied")
    DISCARDED = "discarded", _("discarded")
    FAILED = "failed", _("failed")


STOCK_IMPORT_TRANSITIONS: Mapping[StockImportState, Set[StockImportState]] = {
    StockImportState.CHECKING: {
        StockImportState.CHECKED,
        StockImportState.FAILED,
        StockImportState.DISCARDED,
    },
    StockImportState.CHECKED: {StockImportState.APPLYING, StockImportState.DISCARDED},
    StockImportState.APPLYING: {StockImportState.DONE, StockImportState.FAILED},
    StockImportState.DONE: set(),
    StockImportState.DISCARDED: set(),
    StockImportState.FAILED: set(),
}


class StockNoticeState(models.TextChoices):
    WAITING = "waiting", _("not confirmed")
    CONFIRMED = "confirmed", _("waits for stock")
    SENT = "sent", _("sent")
