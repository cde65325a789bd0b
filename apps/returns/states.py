"""The states of a return request and of an exchange. Only `services` assigns them, and only through these tables."""

from collections.abc import Mapping, Set
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    IN_TRANSIT = "in_transit", _("On its way to us")
    RECEIVED = "received", _("Received")
    INSPECTED = "inspected", _("Inspected")
    CLOSED = "closed", _("Finished")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_S = RequestState

# Parcels of one return may arrive one by one: "received -> received". What never arrives is withdrawn by staff, or by the
# sweep when the time to send it is over.
REQUEST_TRANSITIONS: Mapping[RequestState, Set[RequestState]] = {
    _S.REQUESTED: {_S.APPROVED, _S.REFUSED, _S.WITHDRAWN},
    _S.APPROVED: {_S.IN_TRANSIT, _S.RECEIVED, _S.WITHDRAWN},
    _S.IN_TRANSIT: {_S.RECEIVED, _S.WITHDRAWN},
    _S.RECEIVED: {_S.RECEIVED, _S.INSPECTED},
    _S.INSPECTED: {_S.CLOSED},
    _S.CLOSED: set(),
    _S.REFUSED: set(),
    _S.WITHDRAWN: set(),
}

# The pieces of such a request are in no other one.
OPEN: Final = (_S.REQUESTED, _S.APPROVED, _S.IN_TRANSIT, _S.RECEIVED)
BUYER_MAY_WITHDRAW: Final = (_S.REQUESTED, _S.APPROVED)
STAFF_MAY_WITHDRAW: Final = (*BUYER_MAY_WITHDRAW, _S.IN_TRANSIT)
AWAITED: Final = (_S.APPROVED, _S.IN_TRANSIT)


class Wish(models.TextChoices):
    REFUND = "refund", _("Money back")
    EXCHANGE = "exchange", _("Exchange")


class ExchangeState(models.TextChoices):
    WISHED = "wished", _("Wished")
    RESERVED = "reserved", _("Reserved")
    UNPAID = "unpaid", _("Difference to be paid")
    PLACED = "placed", _("Ordered")
    EXPIRED = "expired", _("Not paid in time")
    CANCELLED = "cancelled", _("Cancelled")


_E = ExchangeState

EXCHANGE_TRANSITIONS: Mapping[ExchangeState, Set[ExchangeState]] = {
    _E.WISHED: {_E.RESERVED, _E.CANCELLED},
    _E.RESERVED: {_E.UNPAID, _E.PLACED, _E.CANCELLED},
    _E.UNPAID: {_E.PLACED, _E.EXPIRED},
    _E.PLACED: set(),
    _E.EXPIRED: set(),
    _E.CANCELLED: set(),
}


class LabelBy(models.TextChoices):
    BUYER = "buyer", _("The buyer")
    STORE = "store", _("The store")
