"""The states of an e-invoice. Only `services` assigns them, and only through this table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EInvoiceState(models.TextChoices):
    WAITING = "waiting", _("Waits for the portal")
    REFUSED = "refused", _("Refused")  # by the portal, or by our own look at the fields
    REGISTERED = "registered", _("Registered")
    CANCELLING = "cancelling", _("Being cancelled")
    CANCELLED = "cancelled", _("Cancelled")
    LEFT = "left", _("Not registered, as staff decided")


# What the portal has registered is a fact, so a late answer counts in every state before it.
EINVOICE_TRANSITIONS: dict[EInvoiceState, frozenset[EInvoiceState]] = {
    EInvoiceState.WAITING: frozenset(
        {EInvoiceState.REGISTERED, EInvoiceState.REFUSED, EInvoiceState.LEFT}
    ),
    EInvoiceState.REFUSED: frozenset(
        {
            EInvoiceState.WAITING,
            EInvoiceState.REGISTERED,
            EInvoiceState.CANCELLED,
            EInvoiceState.LEFT,
        }
    ),
    EInvoiceState.LEFT: frozenset({EInvoiceState.REGISTERED}),
    EInvoiceState.REGISTERED: frozenset({EInvoiceState.CANCELLING}),
    EInvoiceState.CANCELLING: frozenset({EInvoiceState.CANCELLED, EInvoiceState.REGISTERED}),
    EInvoiceState.CANCELLED: frozenset(),
}

# The portal is asked until it answers.
AT_WORK = (EInvoiceState.WAITING, EInvoiceState.CANCELLING)
# The document has no number of the portal yet that could be printed.
UNREGISTERED = (EInvoiceState.WAITING, EInvoiceState.REFUSED)


class CancelReason(models.TextChoices):
    """By the portal's codes."""

    DUPLICATE = "1", _("Duplicate")
    MISTAKE = "2", _("Data entry mistake")
    ORDER = "3", _("Order cancelled")
    OTHER = "4", _("Others")
