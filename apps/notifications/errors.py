"""Errors of mails."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import InvalidInput


class NotAnAddress(InvalidInput):
    """The address can't receive mail."""

    code = "not_an_address"
    title = _("This is not an e-mail address.")
