"""Write mails to people and hand them to the mail server, in the store's name.

Two steps, both through the outbox. A consumer writes the mail (`send_mail_to`): the row is the claim, and its unique
`message_ref` makes a message that comes twice write one mail. It commits together with `mail.requested`, whose consumer
gives the mail to the server (`deliver_mail`) and marks it in one transaction, holding the row.

Delivery is at least once, on purpose: a process that dies between the server's acceptance and the commit sends the mail
again, because a lost confirmation is worse than a duplicate. Both copies have the same `Message-ID`, so many mailboxes
show only one. While the server is down, the outbox retries for about a day at growing intervals.
"""

from collections.abc import Mapping
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.habits import spelling_of
from apps.common.text import NotText, line_of
from apps.common.web import clean_email
from apps.events import services as events
from apps.notifications.attachments import Attachment
from apps.notifications.errors import NotAnAddress, SecretForgotten
from apps.notifications.letterhead import Letterhead
from apps.notifications.models import FORGOTTEN, SentMail
from apps.notifications.sender import sender_address, sender_of_mails
from apps.notifications.states import MailState
from apps.platform.auditing import note
from apps.tenancy.context import current_store

SANDBOX_SENDS_NOTHING = gettext_noop("This store is a sandbox: it sends no mail.")
KEEP_MAILS = timedelta(days=180)

NOBODY_THERE = gettext_noop(
    "Addresses such as example.com are for examples: no mail is sent there."
)

# Domains without mail (RFC 2606, RFC 6761); the demo's customers have addresses there.
_RESERVED = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")
_SUBJECT_LENGTH = 200
_STEP = 500


def send_mail_to(
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    language: str,
    message_ref: str,
    letterhead: Letterhead,
    attachment: Attachment | None = None,
    reply_to: str = "",
    secret: str = "",
) -> SentMail:
    """Write the mail of `templates/mail/<template>.*` and have it sent after the commit. Repeatable by `message_ref`.

    A `secret` (a code in the text) is kept until the mail has left, and no longer: it can't be sent again. Answers go to
    `reply_to`, else to the contact of the letterhead. Call it in a transaction, as consumers are. Raises `NotAnAddress`.
    """
    known = SentMail.objects.filter(message_ref=message_ref).first()
    if known is not None:
        return known
    answers = reply_to or letterhead.contact
    with events.transaction_with_wake_up():
        mail, is_new = SentMail.objects.get_or_create(
            message_ref=message_ref,
            defaults={
                "to": _checked(to),
                "reply_to": _checked(answers) if answers else "",
                "template": template,
                "language": language,
                "attached_file": attachment.file if attachment else "",
                "attached_name": attachment.name if attachment else "",
                "secret": secret,
                **_render(template, context, language, letterhead),
            },
        )
        if is_new:
            _request(mail)
    return mail


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
        _request(mail)
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
    try:
        _build(mail).send()
    except Exception as error:
        if not (is_last_try or _is_for_good(error)):
            raise
        mail.state, mail.error = MailState.FAILED, f"{type(error).__name__}: {error}"[:2000]
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


def _request(mail: SentMail) -> None:
    events.emit(topic="mail.requested", key=str(mail.pk), payload={"mail_id": str(mail.pk)})


def _render(
    template: str, context: Mapping[str, Any], language: str, letterhead: Letterhead
) -> dict[str, str]:
    facts = {
        **context,
        "store": current_store(),
        "letterhead": letterhead,
    }
    with translation.override(spelling_of(language, current_store().country)):
        subject, text, html = (
            render_to_string(f"mail/{template}.{part}", facts)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return {
        "subject": line_of(subject, most=_SUBJECT_LENGTH),
        "text": text.strip() + "\n",
        "html": html.strip() + "\n",
    }


def _build(mail: SentMail) -> EmailMultiAlternatives:
    host = sender_address().rpartition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=sender_of_mails(),
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={
            "Message-ID": f"<{mail.pk}.{mail.sending}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mail.html, "text/html")
    if mail.attached_file:
        with default_storage.open(mail.attached_file) as file:
            message.attach(mail.attached_name, file.read(), "application/pdf")
    return message


def _is_for_good(error: Exception) -> bool:
    """Permanent refusals of a mailbox; other errors are temporary."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _ in error.recipients.values())


def _reason_to_keep(mail: SentMail) -> str:
    """The reason for not sending a mail, or "". Mails to example domains are withheld only from real mail servers."""
    if current_store().is_sandbox:
        return SANDBOX_SENDS_NOTHING
    domain = mail.to.rpartition("@")[2].lower()
    is_reserved = any(domain == name or domain.endswith(f".{name}") for name in _RESERVED)
    return NOBODY_THERE if settings.SMTP_HOST and is_reserved else ""


def _checked(address: str) -> str:
    try:
        checked = clean_email(address)
    except NotText:
        checked = ""
    if not checked:
        raise NotAnAddress(
            gettext("%(value)s is not an e-mail address.") % {"value": f"{address[:80]!r}"}
        )
    return checked
