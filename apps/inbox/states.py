"""The states of a message that came in."""

from collections.abc import Mapping, Set

from django.db import models
from django.utils.translation import gettext_lazy as _


class InboxState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("handled")
    DEAD = "dead", _("given up")
    DISMISSED = "dismissed", _("dismissed")


INBOX_TRANSITIONS: Mapping[InboxState, Set[InboxState]] = {
    InboxState.WAITING: {InboxState.DONE, InboxState.DEAD},
    InboxState.DEAD: {InboxState.WAITING, InboxState.DISMISSED},
    InboxState.DISMISSED: {InboxState.WAITING},
    InboxState.DONE: {InboxState.WAITING},
}
