"""What mail servers say about addresses: those that do not exist are marked, until staff clear the mark."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from django.db.models import F

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.typed_text import Line, cleans_text
from apps.common.web import normalize_email
from apps.notifications.bounces import Report, read_report
from apps.notifications.models import MailAddress, SentMail
from apps.notifications.return_paths import mail_of_return_path
from apps.notifications.states import MailState
from apps.platform.auditing import note
from apps.tenancy.transactions import atomic_at_home


def record_report(raw: bytes) -> SentMail | None:
    """Keep what a report says about a mail of this store; None where it is about none, so that nothing is known of it.

    The mail is found by the address that the report came to, else by its `Message-ID`. Which address is meant is what
    we wrote to, whatever the report says: so no report marks another address.
    """
    report = read_report(raw)
    if not report.bounces:
        return None
    mail = _mail_of(report)
    if mail is None:
        return None
    bounce = max(report.bounces, key=lambda one: (one.recipient == mail.to, one.is_hard))
    note_refusal(email=mail.to, is_hard=bounce.is_hard, reason=bounce.reason)
    if mail.state != MailState.QUEUED:
        mail.state, mail.error = MailState.BOUNCED, bounce.reason
        mail.save(update_fields=["state", "error"])
    return mail


@cleans_text
def note_refusal(*, email: str, is_hard: bool, reason: Annotated[str, Line()]) -> None:
    """A mail server refused this address: for good, or for a time."""
    address, _is_new = MailAddress.objects.get_or_create(email=normalize_email(email))
    rows = MailAddress.objects.filter(pk=address.pk)
    if is_hard:
        rows.filter(bounced_at=None).update(bounced_at=now(), bounce_reason=reason[:300])
        rows.update(last_refused_at=now())
    else:
        rows.update(
            soft_bounces=F("soft_bounces") + 1, last_refused_at=now(), bounce_reason=reason[:300]
        )


def clear_address(*, address: MailAddress, actor: Actor) -> MailAddress:
    """Staff know that the address works: mails of all kinds go there again. Calling it again changes nothing."""
    with atomic_at_home():
        row = MailAddress.objects.select_for_update().get(pk=address.pk)
        if row.bounced_at is not None or row.soft_bounces:
            row.bounced_at, row.bounce_reason, row.soft_bounces = None, "", 0
            row.save(update_fields=["bounced_at", "bounce_reason", "soft_bounces"])
            note("mail_address.cleared", row, actor=actor)
    return row


def _mail_of(report: Report) -> SentMail | None:
    named = mail_of_return_path(report.addresses)
    ids = [named] if named else list(_our_ids(report.message_ids))
    return SentMail.objects.select_for_update().filter(pk__in=ids).order_by("-id").first()


def _our_ids(message_ids: Iterable[str]) -> Iterable[UUID]:
    """Our `Message-ID`s begin with the id of the mail."""
    for one in message_ids:
        try:
            yield UUID(one.partition(".")[0])
        except ValueError:
            continue
