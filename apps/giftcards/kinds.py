"""The kinds of entries in the ledger of a gift card or of a store credit."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    ISSUED = "issued", _("Issued")
    SPENT = "spent", _("Spent")
    GIVEN_BACK = "given_back", _("Given back")  # of an order that was paid with it
    REFUNDED_TO = "refunded_to", _("Refund of an order")  # that was paid in another way
    ADJUSTED = "adjusted", _("Changed by the store")
    REFUNDED = "refunded", _("Refunded to the buyer")  # of a card that was bought
    EXPIRED = "expired", _("Expired")
