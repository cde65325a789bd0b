"""Double opt-in: a mail asks whether the holder of an address wants mails, and only the link in it makes consent count."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse

from apps.common.clock import now
from apps.common.ids import new_id
from apps.notifications.letterhead import store_letterhead
from apps.notifications.mail_registry import MailKind, mail_kind
from apps.notifications.models import MailConsent
from apps.notifications.services.writing import send_mail_to
from apps.platform.selectors import current_url
from apps.tenancy.context import current_store, system_scope
from apps.tenancy.transactions import atomic_at_home

TO_CONFIRM: Final = timedelta(days=14)
MOST_ASKED: Final = 3
_ASKED_IN: Final = timedelta(days=30)
_PAUSE: Final = timedelta(days=1)
_SALT: Final = "apps.notifications.consent"
_SCOPE: Final = "mail consent"


def ask(wish: MailConsent, kind: MailKind) -> None:
    """Mail the question, with the words to which the person agreed. Once a day at most while it waits, and three times in a
    month. `wish` is locked by the caller; its source and words are saved if a mail asks about them."""
    moment = now()
    last = wish.asked_at
    is_recent = last is not None and moment < last + _ASKED_IN
    waits = wish.is_waiting and last is not None and moment < last + _PAUSE
    if waits or (is_recent and wish.asked_times >= MOST_ASKED):
        return
    wish.asked_at, wish.asked_times = moment, (wish.asked_times if is_recent else 0) + 1
    wish.save(update_fields=["asked_at", "asked_times", "opted_in_source", "opted_in_words"])
    page = reverse("storefront:mail_consent", args=[_token(wish)], urlconf=settings.STORE_URLCONF)
    send_mail_to(
        to=wish.email,
        template="consent_confirm",
        context={
            "title": str(kind.title),
            "description": str(kind.description),
            "words": wish.opted_in_words,
            "url": current_url(page),
        },
        language=current_store().language,
        message_ref=f"consent_confirm:{wish.pk}:{new_id()}",
        letterhead=store_letterhead(),
    )


def read_consent_token(token: str) -> MailConsent | None:
    """What the link of a mail asks: None for a link that was changed or is another store's, that is older than two weeks, or
    that a later answer or another mail has overtaken."""
    try:
        store_id, key, asked = signing.loads(token, salt=_SALT, max_age=TO_CONFIRM)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if store_id != str(current_store().id):
        return None
    with system_scope(_SCOPE):
        wish = MailConsent.objects.filter(pk=key, erased_at=None).first()
    if wish is None or wish.asked_at is None or wish.asked_at.isoformat() != asked:
        return None
    is_known = wish.kind in mail_kind.items()
    return wish if is_known and (wish.is_waiting or wish.is_on) else None


def confirm_consent(*, wish: MailConsent) -> MailConsent:
    """The holder of the address has followed the link. Repeatable; nothing after a refusal."""
    with system_scope(_SCOPE), atomic_at_home():
        row = MailConsent.objects.select_for_update().get(pk=wish.pk)
        if row.is_waiting:
            row.is_on = True
            row.opted_in_at = row.confirmed_at = now()
            row.save(update_fields=["is_on", "opted_in_at", "confirmed_at"])
    return row


def _token(wish: MailConsent) -> str:
    asked = wish.asked_at.isoformat() if wish.asked_at else ""
    return signing.dumps([str(current_store().id), str(wish.pk), asked], salt=_SALT)
