"""Errors of tickets."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput, NotFound


class TicketNotFound(NotFound):
    code = "ticket_not_found"
    title = _("There is no such request.")


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"
    title = _("There is no such file.")


class FileRejected(InvalidInput):
    """A file is of a kind that is not taken, too big, or one too many."""

    code = "file_rejected"
    title = _("This file can't be attached.")


class Overtaken(Conflict):
    """Something was written that the author of this answer has not seen."""

    code = "ticket_overtaken"
    title = _("Something new was written while you were writing. Read it, then send again.")


class ConversationFull(Conflict):
    code = "conversation_full"
    title = _("This conversation is very long. Please open a new request.")


class NotMergeable(Conflict):
    """Tickets of two buyers, or one that is merged already: a buyer must not read what another one wrote."""

    code = "not_mergeable"
    title = _("Only two requests of the same buyer can be merged.")


class NotRateable(Conflict):
    code = "not_rateable"
    title = _("A request is rated once, when it is solved.")


class IsMerged(Conflict):
    code = "ticket_merged"
    title = _("This request goes on in another one.")


class MailTooLarge(InvalidInput):
    code = "mail_too_large"
    title = _("This mail is too large.")


class WrongSecret(NotFound):
    """The webhook was called without the store's secret. As if there were none."""

    code = "not_found"
    title = _("Not found.")
