"""The address to which reports about a mail come back (VERP): it names the mail, with a MAC over store and mail.

`chai+b<mail><mac>@example.com`, below the domain at which the installation gets mail. Lower case letters and digits only: mail
servers may change case.
"""

import base64
import re
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.tenancy.context import current_store

_SALT: Final = "apps.notifications.return_path"
_TAG: Final = re.compile(r"\+b([a-z2-7]{26})([a-z2-7]{12})\Z")
_MOST_LOCAL: Final = 64


def return_path(mail_id: UUID) -> str:
    """ "" where the installation gets no mail, or the name of the store is too long."""
    domain = settings.INBOUND_MAIL_DOMAIN
    local = f"{current_store().slug}+b{_base32(mail_id.bytes)}{_mac(mail_id)}"
    return f"{local}@{domain}" if domain and len(local) <= _MOST_LOCAL else ""


def mail_of_return_path(addresses: Iterable[str]) -> UUID | None:
    """The mail that one of these addresses names, if it is the active store's."""
    for address in addresses:
        tag = _TAG.search(address.lower().rpartition("@")[0])
        if tag is None:
            continue
        mail_id = UUID(bytes=base64.b32decode(f"{tag[1].upper()}======"))
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        if any(constant_time_compare(_mac(mail_id, key), tag[2]) for key in keys):
            return mail_id
    return None


def _mac(mail_id: UUID, key: str = "") -> str:
    value = f"{current_store().id}:{mail_id}"
    secret = key or settings.SECRET_KEY
    return _base32(salted_hmac(_SALT, value, secret=secret, algorithm="sha256").digest())[:12]


def _base32(value: bytes) -> str:
    return base64.b32encode(value).decode().lower().rstrip("=")
