"""Which mails a person wants: opt-in and opt-out by kind, and the links by which people say so.

    from apps.notifications import services as notifications

    notifications.opt_in(kind="cart_reminder", email=email, source="checkout", words=label)
    if notifications.may_send(kind="cart_reminder", email=email): ...
    notifications.unsubscribe_url(kind="cart_reminder", email=email)

`send_mail_to` asks `may_send` for each mail that has a kind, adds `unsubscribe_url` to its variables, and the headers of
RFC 8058 to the mail. All functions act for the store, also in the request of a visitor.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.common.clock import now
from apps.common.typed_text import Block, cleans_text
from apps.common.web import normalize_email
from apps.notifications.errors import UnknownMailKind
from apps.notifications.mail_registry import MailKind, mail_kind
from apps.notifications.models import MailAddress, MailConsent
from apps.platform.selectors import get_store, store_url
from apps.tenancy.context import current_store, system_scope

_SALT: Final = "apps.notifications.unsubscribe"
_TOKEN: Final = re.compile(r"([0-9a-f]{32})-([a-z0-9_]{0,40})-([0-9a-f]{40})")
_SOURCE_LENGTH: Final = 60
_SCOPE: Final = "mail consent"


@dataclass(frozen=True)
class Wish:
    kind: MailKind
    is_on: bool


@dataclass(frozen=True)
class Reader:
    """The holder of a link: the address, and the kind of the mail that had the link ("" for the page of an account)."""

    email: str
    kind: str


@cleans_text
def opt_in(
    *, kind: str, email: str, source: str, words: Annotated[str, Block(2000)] = ""
) -> MailConsent:
    """Keep that a person wants mails of this kind; `words` are those to which they agreed. Repeatable: the first moment
    stays. Raises `UnknownMailKind`."""
    _kind(kind)
    with system_scope(_SCOPE):
        wish, _is_new = MailConsent.objects.get_or_create(
            email=normalize_email(email), kind=kind, defaults={"is_on": False}
        )
        if not wish.is_on:
            MailConsent.objects.filter(pk=wish.pk, is_on=False).update(
                is_on=True,
                opted_in_at=now(),
                opted_in_source=source[:_SOURCE_LENGTH],
                opted_in_words=words,
            )
            wish.refresh_from_db()
    return wish


def opt_out(*, kind: str, email: str, source: str) -> MailConsent:
    """Keep that a person wants no more mails of this kind, also of one that is not declared any more. Repeatable."""
    with system_scope(_SCOPE):
        said = {"is_on": False, "opted_out_at": now(), "opted_out_source": source[:_SOURCE_LENGTH]}
        wish, is_new = MailConsent.objects.get_or_create(
            email=normalize_email(email), kind=kind, defaults=said
        )
        if not is_new:
            refused = MailConsent.objects.filter(pk=wish.pk)
            refused.exclude(is_on=False, opted_out_at__isnull=False).update(**said)
            wish.refresh_from_db()
    return wish


def may_send(*, kind: str, email: str) -> bool:
    """Whether a mail of this kind may go to this address now: it exists, as far as we know, and its owner wants it.

    Raises `UnknownMailKind`.
    """
    declared, address = _kind(kind), normalize_email(email)
    with system_scope(_SCOPE):
        if MailAddress.objects.filter(email=address, bounced_at__isnull=False).exists():
            return False
        wish = MailConsent.objects.filter(email=address, kind=kind).first()
    return wish.is_on if wish is not None else not declared.needs_opt_in


def list_wishes(email: str) -> list[Wish]:
    """All kinds that there are, as a page shows them."""
    with system_scope(_SCOPE):
        said = MailConsent.objects.filter(email=normalize_email(email))
        known = dict(said.values_list("kind", "is_on"))
    return [Wish(kind, known.get(kind.code, not kind.needs_opt_in)) for kind in mail_kind]


def save_wishes(*, email: str, wanted: Iterable[str], source: str) -> None:
    """The whole list of a page: what changed is kept, with its moment."""
    chosen = set(wanted)
    for wish in list_wishes(email):
        code = wish.kind.code
        if code in chosen and not wish.is_on:
            opt_in(kind=code, email=email, source=source, words=str(wish.kind.title))
        elif code not in chosen and wish.is_on:
            opt_out(kind=code, email=email, source=source)


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
    """The holder of a link of the active store; None for one that was changed or is another store's."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    key, kind = UUID(found[1]), found[2]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(constant_time_compare(_mac(key, kind, secret), found[3]) for secret in keys):
        return None
    with system_scope(_SCOPE):
        address = MailAddress.objects.filter(pk=key).first()
    return Reader(address.email, kind) if address is not None else None


def _kind(code: str) -> MailKind:
    found = mail_kind.items().get(code)
    if found is None:
        raise UnknownMailKind(kind=code)
    return found


def _mac(key: UUID, kind: str, secret: str = "") -> str:
    value = f"{current_store().id}:{key}:{kind}"
    signed = salted_hmac(_SALT, value, secret=secret or settings.SECRET_KEY, algorithm="sha256")
    return signed.hexdigest()[:40]
