"""Errors of messages that come in."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput


class MalformedMessage(InvalidInput):
    """The body is not a message of this sender: handling it again would not help."""

    code = "malformed_message"
    title = _("This is not a message of this kind.")


class NotGivenUp(Conflict):
    """What waits or was handled needs no decision, so there is nothing to dismiss."""

    code = "not_given_up"
    title = _("Only a message that was given up can be dismissed.")


class BodyForgotten(Conflict):
    """Bodies expire, and a message without one can't be handled again."""

    code = "body_forgotten"
    title = _("The body of this message has expired.")
