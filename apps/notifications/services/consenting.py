"""Which mails a person wants: opt-in and opt-out by kind.

    from apps.notifications import services as notifications

    notifications.opt_in(kind="cart_reminder", email=email, source="checkout", words=label)
    if notifications.may_send(kind="cart_reminder", email=email): ...

`send_mail_to` asks `may_send` for each mail that has a kind, adds `unsubscribe_url` to its variables, and the headers of
RFC 8058 to the mail. All functions act for the store, also in the request of a visitor.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from apps.common.clock import now
from apps.common.typed_text import Block, cleans_text
from apps.common.web import normalize_email
from apps.events import services as events
from apps.notifications.errors import UnknownMailKind
from apps.notifications.mail_registry import MailKind, mail_kind
from apps.notifications.models import MailAddress, MailConsent
from apps.notifications.readers import erased_addresses, reader_refused
from apps.notifications.selectors import asks_twice
from apps.notifications.services.confirming import ask
from apps.tenancy.context import system_scope
from apps.tenancy.transactions import atomic_at_home

_SOURCE_LENGTH: Final = 60
_SCOPE: Final = "mail consent"


@dataclass(frozen=True)
class Wish:
    """`is_waiting`: a mail has asked whether it is meant, and is not answered yet."""

    kind: MailKind
    is_on: bool
    is_waiting: bool = False


@cleans_text
def opt_in(
    *,
    kind: str,
    email: str,
    source: str,
    words: Annotated[str, Block(2000)] = "",
    is_proven: bool = False,
) -> MailConsent:
    """Keep that a person wants mails of this kind; `words` are those to which they agreed. Repeatable: the first moment
    stays. Where the store asks twice, a mail asks first, unless a link in a mail to this address led here (`is_proven`).

    Raises `UnknownMailKind`, and `NotAnAddress` where a mail has to ask.
    """
    declared, said = _kind(kind), source[:_SOURCE_LENGTH]
    with system_scope(_SCOPE), events.transaction_with_wake_up():
        wish = _locked(kind, email)
        if wish.is_on:
            return wish
        wish.opted_in_source, wish.opted_in_words = said, words
        if not is_proven and asks_twice():
            ask(wish, declared)
            return wish
        wish.is_on, wish.opted_in_at = True, now()
        if is_proven:
            wish.confirmed_at = wish.opted_in_at
        wish.save()
    return wish


def opt_out(*, kind: str, email: str, source: str) -> MailConsent:
    """Keep that a person wants no more mails of this kind, also of one that is not declared any more. Repeatable: the first
    moment stays. What apps keep for such mails goes, too."""
    with system_scope(_SCOPE), atomic_at_home():
        wish = _locked(kind, email)
        if wish.is_on or wish.is_waiting or wish.opted_out_at is None:
            wish.is_on, wish.opted_out_at = False, now()
            wish.opted_out_source = source[:_SOURCE_LENGTH]
            wish.save(update_fields=["is_on", "opted_out_at", "opted_out_source"])
        for drop in reader_refused:
            drop(kind, wish.email)
    return wish


def end_consent(*, kind: str, emails: Collection[str], source: str) -> int:
    """Consent that was given for a request ends with it; nothing of people who had not agreed. One statement."""
    addresses = [normalize_email(email) for email in emails]
    with system_scope(_SCOPE):
        agreed = MailConsent.objects.filter(kind=kind, email__in=addresses, is_on=True)
        return agreed.update(
            is_on=False, opted_out_at=now(), opted_out_source=source[:_SOURCE_LENGTH]
        )


def _locked(kind: str, email: str) -> MailConsent:
    rows = MailConsent.objects.select_for_update()
    wish, _is_new = rows.get_or_create(
        email=normalize_email(email), kind=kind, defaults={"is_on": False}
    )
    return wish


def may_send(*, kind: str, email: str) -> bool:
    """Whether a mail of this kind may go to this address now: it exists, as far as we know, and its owner wants it.

    Raises `UnknownMailKind`.
    """
    declared, address = _kind(kind), normalize_email(email)
    with system_scope(_SCOPE):
        if MailAddress.objects.filter(email=address, bounced_at__isnull=False).exists():
            return False
        names = [address, *erased_addresses(address)]
        wishes = {one.email: one for one in MailConsent.objects.filter(email__in=names, kind=kind)}
    if address in wishes:
        return wishes[address].is_on
    return not (declared.needs_opt_in or wishes)


def list_wishes(email: str) -> list[Wish]:
    """All kinds that there are, as a page shows them."""
    with system_scope(_SCOPE):
        said = MailConsent.objects.filter(email=normalize_email(email))
        known = {wish.kind: wish for wish in said}
    return [_wish_of(kind, known.get(kind.code)) for kind in mail_kind]


def _wish_of(kind: MailKind, row: MailConsent | None) -> Wish:
    if row is None:
        return Wish(kind, not kind.needs_opt_in)
    return Wish(kind, row.is_on, row.is_waiting)


def save_wishes(*, email: str, wanted: Iterable[str], source: str, is_proven: bool = False) -> None:
    """The whole list of a page: what changed is kept, with its moment. `is_proven` as in `opt_in`."""
    chosen = set(wanted)
    for wish in list_wishes(email):
        code = wish.kind.code
        if code in chosen and not wish.is_on:
            words = str(wish.kind.title)
            opt_in(kind=code, email=email, source=source, words=words, is_proven=is_proven)
        elif code not in chosen and (wish.is_on or wish.is_waiting):
            opt_out(kind=code, email=email, source=source)


def _kind(code: str) -> MailKind:
    found = mail_kind.items().get(code)
    if found is None:
        raise UnknownMailKind(kind=code)
    return found
