"""Errors of integrations."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Forbidden, Unavailable


class WrongWebhookSecret(Forbidden):
    """The same answer whether the secret is missing, wrong, or of another store, system or environment."""

    code = "wrong_secret"
    status = 401
    title = _("The secret is missing or wrong.")


class NotConnected(Conflict):
    """The store has no such integration, or it is paused."""

    code = "not_connected"
    title = _("This store is not connected to that system, or the connection is paused.")


class SystemUnavailable(Unavailable):
    """The outside system does not answer, or is overloaded: a later retry can help."""

    code = "system_unavailable"
    title = _("The other system does not answer. Please try again in a moment.")


class SystemBusy(SystemUnavailable):
    """The outside system takes no more calls for now (429)."""

    code = "system_busy"
    title = _("The other system takes no more calls for now. Please try again in a moment.")


class SystemRefused(Conflict):
    """The outside system refused permanently."""

    code = "system_refused"
    title = _("The other system refused this.")
