"""The states of a draft order. Only `services.drafting` and the placing of its cart assign them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DraftState(models.TextChoices):
    OPEN = "open", _("Draft")
    SENT = "sent", _("Sent to the customer")
    PLACED = "placed", _("Ordered")


EDITABLE = (DraftState.OPEN, DraftState.SENT)
