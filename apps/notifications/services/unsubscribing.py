"""The links by which readers refuse mails: they need no login, and do not expire."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.common.web import normalize_email
from apps.notifications.models import MailAddress
from apps.platform.selectors import get_store, store_url
from apps.tenancy.context import current_store, system_scope

_SALT: Final = "apps.notifications.unsubscribe"
_TOKEN: Final = re.compile(r"([0-9a-f]{32})-([a-z0-9_]{0,40})-([0-9a-f]{40})")
_SCOPE: Final = "mail consent"


@dataclass(frozen=True)
class Reader:
    """The holder of a link: the address ("" once it was erased), and the kind of the mail that had the link ("" for the page
    of an account)."""

    email: str
    kind: str


def unsubscribe_url(*, kind: str, email: str) -> str:
    """A page without a login where the holder refuses mails of this kind, or all. It does not expire.

    `kind` may be "": the page of all wishes. The link names the address by a key of this store and has a MAC.
    """
    with system_scope(_SCOPE):
        address, _is_new = MailAddress.objects.get_or_create(email=normalize_email(email))
    page = reverse(
        "storefront:mail_wishes",
        args=[f"{address.pk.hex}-{kind}-{_mac(address.pk, kind)}"],
        urlconf=settings.STORE_URLCONF,
    )
    return store_url(get_store(current_store().id), page)


def read_unsubscribe_token(token: str) -> Reader | None:
    """The holder of a link of the active store; None for one that was changed or is another store's. Links in old mails work
    after the address was erased: they have an answer, and change nothing."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    key, kind = UUID(found[1]), found[2]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(constant_time_compare(_mac(key, kind, secret), found[3]) for secret in keys):
        return None
    with system_scope(_SCOPE):
        address = MailAddress.objects.filter(pk=key).first()
    return Reader(address.email if address is not None else "", kind)


def _mac(key: UUID, kind: str, secret: str = "") -> str:
    value = f"{current_store().id}:{key}:{kind}"
    signed = salted_hmac(_SALT, value, secret=secret or settings.SECRET_KEY, algorithm="sha256")
    return signed.hexdigest()[:40]
