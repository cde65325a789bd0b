"""A reader's data is erased: what mails said, what mail servers said, and what the reader wants.

Two things stay for three years, under a keyed hash of the address, without which nothing can be read from them: that the
person has agreed (the proof of it, Art. 7 GDPR), and that the person refuses mails, so that no list brings them back.
"""

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_noop

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.web import normalize_email
from apps.events import services as events
from apps.notifications.models import MailAddress, MailConsent, SentMail
from apps.notifications.readers import erased_address, reader_erased
from apps.notifications.states import MailState
from apps.platform.auditing import note
from apps.tenancy.context import system_scope

ERASED: Final = gettext_noop("The data of this reader was erased.")
KEEP_PROOF: Final = timedelta(days=3 * 365)
_STEP: Final = 500


def erase_reader(*, email: str, actor: Actor | None = None) -> int:
    """Erase what is kept about this address. Returns how many mails it had got. Repeatable; mails that wait are not sent."""
    address = normalize_email(email)
    hidden = erased_address(address)
    with system_scope("erasure"), events.transaction_with_wake_up():
        row, _is_new = MailAddress.objects.get_or_create(email=address)
        row.email = hidden  # the log keeps no address, either
        note("mail_address.erased", row, actor=actor, always=True)
        row.delete()
        for wish in MailConsent.objects.select_for_update().filter(email=address):
            _hide(wish, hidden)
        mails = SentMail.objects.filter(to=address)
        mails.filter(state=MailState.QUEUED).update(state=MailState.FAILED)
        count = mails.update(
            to=hidden,
            subject="-",
            text="",
            html="",
            reply_to="",
            secret="",
            attached_file="",
            attached_name="",
            error=ERASED,
        )
        for erase in reader_erased:
            erase(address)
    return count


def forget_erased_wishes() -> int:
    """Delete what was kept under a hash long enough, some hundreds at a time."""
    old = MailConsent.objects.filter(erased_at__lt=now() - KEEP_PROOF).order_by("pk")
    ids = list(old.values_list("pk", flat=True)[:_STEP])
    return MailConsent.objects.filter(pk__in=ids).delete()[0] if ids else 0


def _hide(wish: MailConsent, hidden: str) -> None:
    """The latest row of a person who was erased before takes the place of the earlier one."""
    MailConsent.objects.filter(email=hidden, kind=wish.kind).delete()
    wish.email, wish.is_on, wish.erased_at = hidden, False, now()
    wish.save(update_fields=["email", "is_on", "erased_at"])
