"""Addresses for mail: one of the store, and one of each ticket with a token that can't be forged.

`help+7k3mq9tx.<token>@example.com`: the token is a MAC over store and ticket with the installation's key, so that neither
another ticket's address nor another store's can be made from one. Lower case and digits only: mail servers may change case.
"""

import base64
import hmac
import re
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

from apps.notifications.sender import sender_address
from apps.support.models import Ticket
from apps.support.selectors import get_support_settings
from apps.tenancy.context import current_store

_SALT: Final = "apps.support.reply"
_SECRET_SALT: Final = "apps.support.webhook"  # noqa: S105  a salt, not a secret
_TOKEN_LENGTH: Final = 20
_MOST_LOCAL: Final = 64
_TAG: Final = re.compile(r"\+([0-9a-z]{4})-?([0-9a-z]{4})\.([a-z2-7]{20})\Z")


def mailbox() -> str:
    """Where the active store gets mail: the address in its settings, or that of this installation. "" where there is none."""
    own = get_support_settings().mailbox
    if own:
        return own.lower()
    domain = settings.INBOUND_MAIL_DOMAIN
    return f"{current_store().slug}@{domain}".lower() if domain else ""


def reply_address(ticket: Ticket) -> str:
    """Where the buyer's answer goes. "" where the store gets no mail."""
    local, _at, host = mailbox().rpartition("@")
    tagged = f"{local}+{ticket.number.replace('-', '').lower()}.{_token(ticket)}"
    return f"{tagged}@{host}" if local and len(tagged) <= _MOST_LOCAL else ""


def find_ticket(addresses: Iterable[str]) -> Ticket | None:
    """The ticket whose address is among these, if its token is right: of the active store only."""
    for address in addresses:
        local = address.lower().rpartition("@")[0]
        tag = _TAG.search(local)
        if tag is None:
            continue
        ticket = Ticket.objects.filter(number=f"{tag[1]}-{tag[2]}".upper()).first()
        if ticket is not None and _is_right(ticket, tag[3]):
            return ticket
    return None


def is_ours(address: str) -> bool:
    """An address from which we send, or to which we get mail: a mail from there is a loop."""
    found, box = address.lower(), mailbox()
    local, _at, host = box.rpartition("@")
    is_tagged = bool(box) and found.startswith(f"{local}+") and found.endswith(f"@{host}")
    return found in (sender_address().lower(), box) or is_tagged


def webhook_secret() -> str:
    """The password of the store's webhook for mail. Another generation makes another one."""
    generation = get_support_settings().secret_generation
    return _mac(_SECRET_SALT, f"{current_store().id}:{generation}", settings.SECRET_KEY)[:40]


def is_webhook_secret(given: str) -> bool:
    return hmac.compare_digest(given.encode(), webhook_secret().encode())


def _is_right(ticket: Ticket, token: str) -> bool:
    """Also under a key that was replaced: old mails are answered, too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(_token(ticket, key), token) for key in keys)


def _token(ticket: Ticket, key: str = "") -> str:
    value = f"{current_store().id}:{ticket.pk}"
    return _mac(_SALT, value, key or settings.SECRET_KEY)[:_TOKEN_LENGTH]


def _mac(salt: str, value: str, key: str) -> str:
    digest = salted_hmac(salt, value, secret=key, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower().rstrip("=")
