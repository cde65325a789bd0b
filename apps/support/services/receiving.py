"""Mail that comes in: stored as it came, then handled once, by the outbox."""

from email import message_from_bytes
from hashlib import sha256
from typing import Final
from uuid import UUID

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.common.ids import random_token
from apps.common.text import NotText, clean_block, line_of
from apps.common.web import clean_email
from apps.events import services as events
from apps.notifications import services as notifications
from apps.notifications.models import SentMail
from apps.support import addresses
from apps.support.errors import FileRejected, MailTooLarge
from apps.support.limits import KEEP_RAW_MAIL, MAX_FILES, MAX_MAIL_BYTES, MAX_MAIL_TEXT, MAX_SUBJECT
from apps.support.mail.reading import MailFile, ReadMail, Unreadable, message_id_of, read_mail
from apps.support.models import InboundMail, Ticket
from apps.support.services.files import FOLDER, CheckedFile, check_file
from apps.support.services.opening import open_ticket
from apps.support.services.talking import reply_as_buyer
from apps.support.services.writing import lock_ticket, write_event, write_message
from apps.support.states import MailOutcome, MessageKind, Way
from apps.tenancy.context import system_scope

log = structlog.get_logger(__name__)

_MAIL: Final = Actor.system("mail")
_NO_TEXT: Final = "(no text)"
_NO_SUBJECT: Final = "(no subject)"
_SWEPT_AT_ONCE: Final = 200


def receive_mail(raw: bytes) -> InboundMail:
    """Keep the bytes and have them handled after the commit. A mail that came before is answered like the first.

    Raises `MailTooLarge`.
    """
    if len(raw) > MAX_MAIL_BYTES:
        raise MailTooLarge
    key = _key_of(raw)
    with system_scope("mail"):
        known = InboundMail.objects.filter(message_key=key).first()
        if known is not None:
            return known
        path = default_storage.save(f"{FOLDER}/mail/{random_token()}.eml", ContentFile(raw))
        try:
            with events.transaction_with_wake_up():
                mail = InboundMail.objects.create(message_key=key, file=path, size=len(raw))
                events.emit(
                    topic="support_mail.received",
                    key=str(mail.pk),
                    payload={"mail_id": str(mail.pk)},
                )
        except IntegrityError:
            default_storage.delete(path)
            return InboundMail.objects.get(message_key=key)
        except Exception:
            default_storage.delete(path)
            raise
    return mail


def handle_mail(*, mail_id: UUID) -> InboundMail:
    """Make a ticket, an answer or a note of it. Repeatable: one that is handled is left alone. For a transaction."""
    mail = InboundMail.objects.select_for_update().get(pk=mail_id)
    if mail.handled_at is not None:
        return mail
    try:
        with default_storage.open(mail.file) as file:
            raw = file.read()
        read = read_mail(raw)
    except Unreadable:
        return _finish(mail, MailOutcome.IGNORED, "unreadable")
    if addresses.is_ours(read.sender):
        return _finish(mail, MailOutcome.IGNORED, "loop")
    ticket = _ticket_of(read)
    if read.is_bounce or read.is_automatic:
        reason = "bounce" if read.is_bounce else "automatic"
        if read.is_bounce and notifications.record_report(raw) is not None and ticket is None:
            return _finish(mail, MailOutcome.BOUNCE, "")
        if ticket is None:
            return _finish(mail, MailOutcome.IGNORED, reason)
        _note(ticket, read, mail, reason=reason)
        return _finish(mail, MailOutcome.NOTE, reason, ticket)
    sender = _address_of(read)
    if not sender:
        return _finish(mail, MailOutcome.IGNORED, "no_sender")
    if ticket is None or ticket.erased_at is not None:
        return _open(read, sender, mail)
    if sender != ticket.email:
        _note(ticket, read, mail, reason="other_sender")
        return _finish(mail, MailOutcome.NOTE, "other_sender", ticket)
    files, refused = _files_of(read)
    try:
        reply_as_buyer(
            ticket=ticket,
            text=_text_of(read),
            quoted=_block(read.quoted),
            actor=_MAIL,
            files=files,
            way=Way.MAIL,
            request_key=f"mail:{mail.pk.hex}",
        )
    except DomainError as refusal:  # such as a conversation that is full: once more would not help
        return _finish(mail, MailOutcome.IGNORED, refusal.code, ticket)
    _say_refused(ticket, refused)
    return _finish(mail, MailOutcome.ANSWER, "", ticket)


def forget_raw_mails() -> int:
    """Delete the raw files of mails that came a month ago: what they said is in the tickets."""
    old = InboundMail.objects.filter(received_at__lt=now() - KEEP_RAW_MAIL).exclude(file="")
    rows = list(old.exclude(handled_at=None)[:_SWEPT_AT_ONCE])
    for row in rows:
        default_storage.delete(row.file)
    InboundMail.objects.filter(pk__in=[row.pk for row in rows]).update(file="")
    return len(rows)


def _open(read: ReadMail, sender: str, mail: InboundMail) -> InboundMail:
    """A claimed sender is no login: the ticket has no account and no order."""
    files, refused = _files_of(read)
    ticket = open_ticket(
        email=sender,
        name=read.sender_name,
        subject=line_of(read.subject, most=MAX_SUBJECT) or _NO_SUBJECT,
        text=_text_of(read),
        quoted=_block(read.quoted),
        actor=_MAIL,
        files=files,
        way=Way.MAIL,
        is_verified=False,
        request_key=f"mail:{mail.pk.hex}",
    )
    _say_refused(ticket, refused)
    return _finish(mail, MailOutcome.NEW_TICKET, "", ticket)


def _note(ticket: Ticket, read: ReadMail, mail: InboundMail, *, reason: str) -> None:
    """For staff alone. Neither state nor clock moves, and no mail is sent."""
    lock_ticket(ticket)
    write_message(
        ticket,
        kind=MessageKind.NOTE,
        actor=_MAIL,
        way=Way.MAIL,
        text=_text_of(read),
        quoted=_block(read.quoted),
        author=line_of(read.sender, most=254) or "-",
        is_verified=False,
        code=reason,
        request_key=f"mail:{mail.pk.hex}",
    )
    if reason == "other_sender":
        ticket.has_news = True
    ticket.save()


def _ticket_of(read: ReadMail) -> Ticket | None:
    """By the token in an address, then by the mail of ours that this one answers; where it was merged, the other one."""
    ticket = addresses.find_ticket(read.recipients) or _answered(read.references)
    while ticket is not None and ticket.merged_into_id is not None:
        ticket = Ticket.objects.get(pk=ticket.merged_into_id)
    return ticket


def _answered(references: tuple[str, ...]) -> Ticket | None:
    """Our `Message-ID`s begin with the id of the mail."""
    ids = []
    for reference in reversed(references):
        try:
            ids.append(UUID(reference.partition(".")[0]))
        except ValueError:
            continue
    sent = SentMail.objects.filter(pk__in=ids, message_ref__startswith="ticket_")
    for message_ref in sent.values_list("message_ref", flat=True):
        about = message_ref.partition(":")[2].partition(":")[0]
        try:
            ticket = Ticket.objects.filter(pk=UUID(about)).first()
        except ValueError:
            continue
        if ticket is not None:
            return ticket
    return None


def _files_of(read: ReadMail) -> tuple[list[CheckedFile], list[str]]:
    """The files that can be taken, and the names of the others. A picture of a signature is a file, too."""
    taken: list[CheckedFile] = []
    refused: list[str] = []
    for file in read.files:
        checked = _check(file) if len(taken) < MAX_FILES else None
        if checked is None:
            refused.append(file.name)
        else:
            taken.append(checked)
    return taken, refused


def _check(file: MailFile) -> CheckedFile | None:
    try:
        return check_file(name=file.name, content=file.content)
    except FileRejected:
        return None


def _say_refused(ticket: Ticket, names: list[str]) -> None:
    if names:
        lock_ticket(ticket)
        about = line_of(", ".join(names), most=400)
        write_event(
            ticket, "files_refused", actor=_MAIL, way=Way.MAIL, is_internal=True, about=about
        )
        ticket.save(update_fields=["message_count"])


def _text_of(read: ReadMail) -> str:
    return _block(read.text) or _block(read.quoted) or _NO_TEXT


def _block(text: str) -> str:
    try:
        return clean_block(text[:MAX_MAIL_TEXT])[:MAX_MAIL_TEXT]
    except NotText:
        return line_of(text, most=MAX_MAIL_TEXT)


def _address_of(read: ReadMail) -> str:
    try:
        return clean_email(read.sender)
    except DomainError:
        return ""


def _finish(
    mail: InboundMail, outcome: MailOutcome, reason: str, ticket: Ticket | None = None
) -> InboundMail:
    mail.outcome, mail.reason, mail.ticket, mail.handled_at = outcome, reason, ticket, now()
    mail.save(update_fields=["outcome", "reason", "ticket", "handled_at"])
    log.info("A mail was handled.", outcome=str(outcome.value), reason=reason)
    return mail


def _key_of(raw: bytes) -> str:
    """Of the `Message-ID`; of the whole mail where it has none."""
    head = raw[: 256 * 1024]
    found = message_id_of(message_from_bytes(head.replace(b"\r\n", b"\n").partition(b"\n\n")[0]))
    return sha256(found.encode(errors="replace") if found else raw).hexdigest()
