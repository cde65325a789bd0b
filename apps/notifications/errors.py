"""Errors of mails."""

from apps.common.errors import InvalidInput


class NotAnAddress(InvalidInput):
    """The address can't receive mail."""

    code = "not_an_address"
    title = "This is not an e-mail address."
