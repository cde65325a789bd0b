"""The states of a message in the outbox and of an idempotency key."""

from collections.abc import Mapping, Set

from django.db import models


class MessageState(models.TextChoices):
    PENDING = "pending", "waiting"
    DELIVERED = "delivered", "delivered"
    DEAD = "dead", "given up"


MESSAGE_TRANSITIONS: Mapping[MessageState, Set[MessageState]] = {
    MessageState.PENDING: {MessageState.DELIVERED, MessageState.DEAD},
    MessageState.DEAD: {MessageState.PENDING},
    MessageState.DELIVERED: {MessageState.PENDING},
}


class KeyState(models.TextChoices):
    RUNNING = "running", "running"
    ANSWERED = "answered", "answered"
