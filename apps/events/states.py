"""The states of a message in the outbox and of an idempotency key."""

from collections.abc import Mapping, Set

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    PENDING = "pending", _("waiting")
    DELIVERED = "delivered", _("delivered")
    DEAD = "dead", _("given up")


MESSAGE_TRANSITIONS: Mapping[MessageState, Set[MessageState]] = {
    MessageState.PENDING: {MessageState.DELIVERED, MessageState.DEAD},
    MessageState.DEAD: {MessageState.PENDING},
    MessageState.DELIVERED: {MessageState.PENDING},
}


class KeyState(models.TextChoices):
    RUNNING = "running", _("running")
    ANSWERED = "answered", _("answered")
