"""What can go wrong with mails."""

from apps.common.errors import InvalidInput


class NotAnAddress(InvalidInput):
    """Nobody can be reached there."""

    code = "not_an_address"
    title = "This is not an e-mail address."
