"""The states of a ticket as a table, and the kinds of its messages."""

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class TicketState(models.TextChoices):
    OPEN = "open", _("New")
    WAITING_BUYER = "waiting_buyer", _("Waiting for the buyer")
    WAITING_STORE = "waiting_store", _("Waiting for us")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


class Priority(models.TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class MessageKind(models.TextChoices):
    BUYER = "buyer", _("Buyer")
    STAFF = "staff", _("Staff")
    NOTE = "note", _("Internal note")
    SYSTEM = "system", _("Event")


class Way(models.TextChoices):
    """How a message came."""

    PAGE = "page", _("Shop")
    MAIL = "mail", _("E-mail")
    API = "api", _("API")
    DESK = "desk", _("Admin")


class MailOutcome(models.TextChoices):
    WAITING = "waiting", _("Not handled yet")
    NEW_TICKET = "new_ticket", _("New ticket")
    ANSWER = "answer", _("Answer of the buyer")
    NOTE = "note", _("Note")
    BOUNCE = "bounce", _("Report about a mail of ours")
    IGNORED = "ignored", _("Ignored")


_S = TicketState
MOVES: Final[Mapping[TicketState, frozenset[TicketState]]] = {
    _S.OPEN: frozenset({_S.WAITING_BUYER, _S.WAITING_STORE, _S.SOLVED, _S.CLOSED}),
    _S.WAITING_BUYER: frozenset({_S.WAITING_STORE, _S.SOLVED, _S.CLOSED}),
    _S.WAITING_STORE: frozenset({_S.WAITING_BUYER, _S.SOLVED, _S.CLOSED}),
    _S.SOLVED: frozenset({_S.WAITING_STORE, _S.CLOSED}),
    _S.CLOSED: frozenset({_S.WAITING_STORE}),
}
# The store has to act: the clock of the solution runs.
RUNNING: Final = frozenset({_S.OPEN, _S.WAITING_STORE})
OVER: Final = frozenset({_S.SOLVED, _S.CLOSED})
