"""Hand written mails to the mail server, and forget old ones.

Delivery is at least once, on purpose: a process that dies between the server's acceptance and the commit sends the mail
again, because a lost confirmation is worse than a duplicate. Both copies have the same `Message-ID`, so many mailboxes
show only one. While the server is down, the outbox retries for about a day at growing intervals.
"""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext_noop

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.text import line_of
from apps.events import services as events
from apps.notifications.bounces import is_gone
from apps.notifications.errors import SecretForgotten
from apps.notifications.mail_registry import find_mail_type, kind_of
from apps.notifications.models import FORGOTTEN, SentMail
from apps.notifications.requesting import request_delivery
from apps.notifications.return_paths import return_path
from apps.notifications.sender import sender_address, sender_of_mails
from apps.notifications.services.bouncing import note_refusal
from apps.notifications.services.consenting import may_send
from apps.notifications.services.unsubscribing import unsubscribe_url
from apps.notifications.states import MailState
from apps.platform.auditing import note
from apps.tenancy.context import current_store

SANDBOX_SENDS_NOTHING = gettext_noop("This store is a sandbox: it sends no mail.")
KEEP_MAILS = timedelta(days=180)

NOBODY_THERE = gettext_noop(
    "Addresses such as example.com are for examples: no mail is sent there."
)
NOT_NEEDED = gettext_noop("The account of this address can't be used any more.")
UNWANTED = gettext_noop("This person does not want such mails, or the address does not exist.")

# Domains without mail (RFC 2606, RFC 6761); the demo's customers have addresses there.
_RESERVED = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")
_STEP = 500
_THREADS = ("order:", "ticket:")


def send_again(*, mail: SentMail, actor: Actor) -> SentMail:
    """Send a mail again as it was written; a waiting mail is tried immediately."""
    with events.transaction_with_wake_up():
        mail = SentMail.objects.select_for_update().get(pk=mail.pk)
        if mail.secret == FORGOTTEN:
            raise SecretForgotten
        if mail.state != MailState.QUEUED:
            mail.state, mail.error = MailState.QUEUED, ""
            mail.sending += 1
            mail.save(update_fields=["state", "error", "sending"])
        request_delivery(mail)
        note("mail.sent_again", mail, actor=actor)
    return mail


def deliver_mail(*, mail_id: UUID, is_last_try: bool = False) -> None:
    """Give a waiting mail to the server and mark it. Does nothing for a mail that was sent. For a transaction.

    Raises the server's temporary errors, so that the outbox retries; a permanent refusal and the last failure are
    recorded.
    """
    mail = SentMail.objects.select_for_update().filter(pk=mail_id, state=MailState.QUEUED).first()
    if mail is None:
        return
    if reason := _reason_to_keep(mail):
        mail.state, mail.error = MailState.FAILED, reason
        _finish(mail)
        return
    kind = find_mail_type(mail.template)
    secret = kind.make_secret(mail) if kind is not None and kind.make_secret else FORGOTTEN
    if not secret:
        mail.state, mail.error = MailState.FAILED, NOT_NEEDED
        _finish(mail)
        return
    try:
        _build(mail, secret).send()
    except Exception as error:
        if not (is_last_try or _is_for_good(error)):
            raise
        mail.state, mail.error = MailState.FAILED, f"{type(error).__name__}: {error}"[:2000]
        if _is_for_good(error):
            note_refusal(email=mail.to, is_hard=is_gone("", mail.error), reason=line_of(mail.error))
    else:
        mail.state, mail.error, mail.sent_at = MailState.SENT, "", now()
    _finish(mail)


def _finish(mail: SentMail) -> None:
    if mail.secret:
        mail.text = mail.text.replace(mail.secret, FORGOTTEN)
        mail.html = mail.html.replace(mail.secret, FORGOTTEN)
        mail.secret = FORGOTTEN
    mail.save(update_fields=["state", "error", "sent_at", "text", "html", "secret"])


def forget_old_mails() -> int:
    """Delete mails after half a year, some hundreds at a time: they are full of personal data."""
    old = SentMail.objects.filter(created_at__lt=now() - KEEP_MAILS)
    ids = list(old.order_by("created_at").values_list("pk", flat=True)[:_STEP])
    return SentMail.objects.filter(pk__in=ids).delete()[0] if ids else 0


def _build(mail: SentMail, secret: str) -> EmailMultiAlternatives:
    """`secret` is made for this sending: it is in the letter, and not in the row."""
    host = sender_address().rpartition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text.replace(FORGOTTEN, secret),
        from_email=return_path(mail.pk) or sender_of_mails(),
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            "From": sender_of_mails(),
            "Message-ID": _message_id(mail.pk, mail.sending, host),
            **_automation(mail),
            **_thread(mail, host),
            **_ways_out(mail),
        },
    )
    message.attach_alternative(mail.html.replace(FORGOTTEN, secret), "text/html")
    if mail.attached_file:
        with default_storage.open(mail.attached_file) as file:
            message.attach(mail.attached_name, file.read(), "application/pdf")
    return message


def _message_id(key: UUID, sending: int, host: str) -> str:
    return f"<{key}.{sending}@{host}>"


def _automation(mail: SentMail) -> dict[str, str]:
    """So that programs do not answer programs (RFC 3834). Words of a person have none."""
    kind = find_mail_type(mail.template)
    said = kind.automation if kind is not None else "auto-generated"
    return {"Auto-Submitted": said} if said else {}


def _thread(mail: SentMail, host: str) -> dict[str, str]:
    """Mail programs show the mails to one reader about one order, or one ticket, as a conversation."""
    if not mail.about.startswith(_THREADS):
        return {}
    root = f"<{mail.about.replace(':', '.')}@{host}>"
    earlier = SentMail.objects.filter(
        about=mail.about, to=mail.to, pk__lt=mail.pk, state=MailState.SENT
    )
    last = earlier.order_by("-pk").values_list("pk", "sending").first()
    before = _message_id(*last, host) if last is not None else root
    return {"In-Reply-To": before, "References": root if before == root else f"{root} {before}"}


def _ways_out(mail: SentMail) -> dict[str, str]:
    """Of a mail that its reader may refuse: one click in the mail program (RFC 8058)."""
    kind = kind_of(mail.template)
    if not kind:
        return {}
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(kind=kind, email=mail.to)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _is_for_good(error: Exception) -> bool:
    """Permanent refusals of a mailbox; other errors are temporary."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _ in error.recipients.values())


def _reason_to_keep(mail: SentMail) -> str:
    """The reason for not sending a mail, or "". Mails to example domains are withheld only from real mail servers."""
    if current_store().is_sandbox:
        return SANDBOX_SENDS_NOTHING
    kind = kind_of(mail.template)
    if kind and not may_send(kind=kind, email=mail.to):
        return UNWANTED
    domain = mail.to.rpartition("@")[2].lower()
    is_reserved = any(domain == name or domain.endswith(f".{name}") for name in _RESERVED)
    return NOBODY_THERE if settings.SMTP_HOST and is_reserved else ""
