"""States of webhook endpoints and of deliveries."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class EndpointState(models.TextChoices):
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    SWITCHED_OFF = "switched_off", _("switched off after failures")


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("waiting")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("given up")
    DROPPED = "dropped", _("not sent")


OVER: Final = (DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.DROPPED)
