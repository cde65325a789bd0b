"""The states of a message that came in."""

from collections.abc import Mapping, Set

from django.db import models
from django.utils.translation import gettext_lazy as _


class InboxState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("handled")
    DEAD = "dead", _("given up")
    PUT_AWAY = "put_away", _("put away")


INBOX_TRANSITIONS: Mapping[InboxState, Set[InboxState]] = {
    InboxState.WAITING: {InboxState.DONE, InboxState.DEAD},
    InboxState.DEAD: {InboxState.WAITING, InboxState.PUT_AWAY},
    InboxState.PUT_AWAY: {InboxState.WAITING},
    InboxState.DONE: {InboxState.WAITING},
}
