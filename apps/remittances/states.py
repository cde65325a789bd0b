"""The states of a remittance. Only `services` assigns them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RemittanceState(models.TextChoices):
    CHECKED = "checked", _("to be looked at")
    BOOKED = "booked", _("booked")
    DISCARDED = "discarded", _("discarded")


REMITTANCE_TRANSITIONS: dict[RemittanceState, frozenset[RemittanceState]] = {
    RemittanceState.CHECKED: frozenset({RemittanceState.BOOKED, RemittanceState.DISCARDED}),
    RemittanceState.BOOKED: frozenset({RemittanceState.DISCARDED}),
    RemittanceState.DISCARDED: frozenset(),
}


class LineFault(models.TextChoices):
    """Why a line is not counted."""

    TWICE = "twice", _("This line is booked already, or twice in the file")
    UNREADABLE = "unreadable", _("It can't be read")


class Finding(models.TextChoices):
    """How what was handed over for a parcel compares with the cash that was collected with it."""

    FITS = "fits", _("As collected")
    LESS = "less", _("Too little")
    MORE = "more", _("Too much")
    UNKNOWN = "unknown", _("No parcel has this number")
    NOT_DELIVERED = "not_delivered", _("The parcel is not delivered")
    NO_CASH = "no_cash", _("Nothing was to be collected for this parcel.")
