"""The life of an order at EasyEcom, what statuses mean, and the jobs that read there."""

from collections.abc import Mapping, Set
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class PushState(models.TextChoices):
    """Cancelling: cancelled here, to be cancelled there. Checking: it looks cancelled there, to be asked again."""

    WAITING = "waiting", _("to be sent")
    QUEUED = "queued", _("in EasyEcom's queue")
    SENT = "sent", _("at EasyEcom")
    REFUSED = "refused", _("not taken")
    CHECKING = "checking", _("cancelled there?")
    CANCELLING = "cancelling", _("to be cancelled there")
    STAYED = "stayed", _("not cancelled there")
    CANCELLED = "cancelled", _("cancelled")


_S = PushState
PUSH_TRANSITIONS: Mapping[PushState, Set[PushState]] = {
    _S.WAITING: {_S.QUEUED, _S.SENT, _S.REFUSED, _S.CANCELLING, _S.CANCELLED},
    _S.QUEUED: {_S.WAITING, _S.SENT, _S.REFUSED, _S.CANCELLING},
    _S.SENT: {_S.CHECKING, _S.CANCELLING},
    _S.REFUSED: {_S.WAITING, _S.SENT, _S.CANCELLING, _S.CANCELLED},
    _S.CHECKING: {_S.SENT, _S.CANCELLING, _S.CANCELLED},
    _S.CANCELLING: {_S.STAYED, _S.CANCELLED},
    _S.STAYED: {_S.CANCELLING, _S.CANCELLED},
    _S.CANCELLED: set(),
}

# A worker has something to do at EasyEcom.
DUE_STATES: Final = (_S.WAITING, _S.QUEUED, _S.CHECKING, _S.CANCELLING)
# EasyEcom keeps pieces for it: its levels are without them.
KEPT_THERE: Final = (_S.SENT, _S.CHECKING, _S.CANCELLING, _S.STAYED)


class StatusSource(models.TextChoices):
    """The value of EasyEcom that is mapped."""

    ORDER = "order", _("status of the order")
    NUMBER = "number", _("number of the parcel's status")
    PARCEL = "parcel", _("status of the parcel")


class Meaning(models.TextChoices):
    """What happens here. Unknown: it is kept and shown, and nothing happens."""

    UNKNOWN = "", _("not known: staff decide")
    OPEN = "open", _("not sent yet")
    SHIPPED = "shipped", _("on its way")
    OUT = "out", _("out for delivery")
    FAILED = "failed", _("not delivered (NDR)")
    DELIVERED = "delivered", _("delivered")
    RETURNING = "returning", _("on its way back (RTO)")
    BACK = "back", _("back in the warehouse (RTO)")
    CANCELLED = "cancelled", _("cancelled")
    NOTHING = "nothing", _("nothing happens here")


# It has left the warehouse.
LEFT: Final = (
    Meaning.SHIPPED,
    Meaning.OUT,
    Meaning.FAILED,
    Meaning.DELIVERED,
    Meaning.RETURNING,
    Meaning.BACK,
)


class Side(models.TextChoices):
    HERE = "here", _("sold here, not at EasyEcom")
    THERE = "there", _("at EasyEcom, not here")


class Job(models.TextChoices):
    """What is read at EasyEcom by the clock. The login is a job as well: one worker at a time does it."""

    LOGIN = "login", _("login")
    ORDERS = "orders", _("orders")
    STOCK = "stock", _("stock")
    PRODUCTS = "products", _("products")
    MISSED = "missed", _("orders that were not sent")


class Master(models.TextChoices):
    """Who counts the stock."""

    HERE = "here", _("This store: levels of EasyEcom are only compared")
    THERE = "easyecom", _("EasyEcom: its levels are the stock here")


class Basis(models.TextChoices):
    """What a level of EasyEcom counts."""

    FREE = "free", _("Pieces that can still be sold: without those of open orders")
    SHELF = "shelf", _("All pieces on the shelf, those of open orders too")
