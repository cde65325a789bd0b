"""The sender of a mail: the store's name with the address of the installation."""

from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings

from apps.common.text import line_of
from apps.tenancy.context import current_store_or_none

_LONGEST_NAME = 120


def sender_address() -> str:
    """The bare address of `DEFAULT_FROM_EMAIL`."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def sender_of_mails() -> str:
    """`Store name <shop@example.com>` inside a store, `DEFAULT_FROM_EMAIL` on the platform.

    The name is not encoded here: Django encodes it, in encoded words of at most 75 characters, when it writes the
    header.
    """
    store = current_store_or_none()
    if store is None:
        return str(settings.DEFAULT_FROM_EMAIL)
    name = line_of(store.name, most=_LONGEST_NAME)
    return str(Address(display_name=name, addr_spec=sender_address()))
