"""Reports of mail servers mark the address that we wrote to, and no other; mails that must be sent are still tried."""

from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend

from apps.events.services import relay_outbox
from apps.notifications import services as notifications
from apps.notifications.bounces import is_gone, read_report
from apps.notifications.letterhead import Letterhead
from apps.notifications.models import MailAddress, SentMail
from apps.notifications.return_paths import mail_of_return_path, return_path
from apps.support import services as support
from apps.support.models import InboundMail
from apps.tenancy.context import use_store
from tests.support.acting import STAFF, SYSTEM

pytestmark = [pytest.mark.django_db]
ASHA = "asha@example.com"
REPORT = """Return-Path: <>
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: <{to}>
Subject: Undelivered Mail Returned to Sender
Message-ID: <{own}@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

It could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--B
Content-Type: {attached}

Message-ID: <{about}>
Subject: Your order

--B--
"""


def report(**changes: str) -> bytes:
    values = {
        "to": "shop@shops.example",
        "own": "r1",
        "recipient": ASHA,
        "action": "failed",
        "status": "5.1.1",
        "said": "550 5.1.1 <asha@example.com>: User unknown",
        "attached": "text/rfc822-headers",
        "about": "x@y",
    }
    return REPORT.format(**{**values, **changes}).replace("\n", "\r\n").encode()


@pytest.fixture
def sent(in_store: Any, system_scope: None) -> SentMail:
    written = notifications.send_mail_to(
        to=ASHA,
        template="order_message",
        context={"words": "Hi", "number": "P-1", "day": "today", "url": "http://x/"},
        language="en",
        message_ref="test:bounce",
        letterhead=Letterhead(url="http://alpha.localhost/"),
    )
    relay_outbox()
    written.refresh_from_db()
    return written


def take(raw: bytes) -> InboundMail:
    row = support.receive_mail(raw)
    relay_outbox()
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("attached", ["text/rfc822-headers", "message/rfc822"])
def test_a_hard_bounce_marks_the_address_once(sent: SentMail, attached: str) -> None:
    about = f"{sent.pk}.1@shops.example"
    for own in ("r1", "r1", "r2"):
        row = take(report(about=about, attached=attached, own=own))
    assert row.outcome == "bounce"
    kept = MailAddress.objects.get()
    assert (kept.email, kept.soft_bounces) == (ASHA, 0)
    assert kept.bounced_at is not None
    assert "User unknown" in kept.bounce_reason
    sent.refresh_from_db()
    assert sent.state == "bounced"
    notifications.clear_address(address=kept, actor=STAFF)
    kept.refresh_from_db()
    assert kept.bounced_at is None


def test_a_full_mailbox_is_counted_and_a_delay_is_nothing(sent: SentMail) -> None:
    about = f"{sent.pk}.1@shops.example"
    take(report(about=about, status="5.2.2", said="552 5.2.2 mailbox full"))
    take(report(about=about, own="r2", action="delayed", status="4.4.1", said="timed out"))
    kept = MailAddress.objects.get()
    assert (kept.bounced_at, kept.soft_bounces) == (None, 1)


def test_a_report_marks_no_address_that_it_names_itself(sent: SentMail) -> None:
    take(report(recipient="ben@example.com"))
    take(report(recipient="ben@example.com", own="r2", about="made.up@shops.example"))
    assert not MailAddress.objects.exists()
    take(report(recipient="ben@example.com", own="r3", about=f"{sent.pk}.1@shops.example"))
    assert [row.email for row in MailAddress.objects.all()] == [ASHA]


def test_the_return_path_names_the_mail_of_its_store_alone(
    sent: SentMail, other_store: Any, settings: Any
) -> None:
    settings.INBOUND_MAIL_DOMAIN = "mail.shops.example"
    path = return_path(sent.pk)
    assert len(path.partition("@")[0]) <= 64
    assert take(report(to=path.upper())).outcome == "bounce"
    changed = path.replace(path[path.index("@") - 1] + "@", "a@" if path[-20] != "a" else "b@")
    assert mail_of_return_path([path]) == sent.pk
    assert changed == path or mail_of_return_path([changed]) is None
    with use_store(other_store, actor=SYSTEM):
        assert mail_of_return_path([path]) is None


def test_the_answer_of_the_first_server_counts_too(
    in_store: Any, system_scope: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: EmailBackend, messages: Any) -> int:
        raise SMTPRecipientsRefused({ASHA: (550, b"5.1.1 User unknown")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    notifications.send_mail_to(
        to=ASHA,
        template="order_message",
        context={"words": "Hi"},
        language="en",
        message_ref="test:refused",
        letterhead=Letterhead(url="http://alpha.localhost/"),
    )
    relay_outbox()
    assert MailAddress.objects.get().bounced_at is not None


@pytest.mark.parametrize(
    ("status", "said", "gone"),
    [
        ("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist", True),
        ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", True),
        ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable", True),
        ("5.0.0", "550 No such user here", True),
        ("5.4.4", "Host or domain name not found", True),
        ("5.2.2", "552 5.2.2 Over quota", False),
        ("5.7.1", "550 5.7.1 Message rejected due to content", False),
        ("5.0.0", "550 5.7.26 unauthenticated mail", False),
        ("4.4.7", "delivery time expired", False),
        ("5.1.8", "501 5.1.8 sender address has null MX", False),
        ("", "", False),
    ],
)
def test_only_an_address_that_does_not_exist_is_gone(status: str, said: str, gone: bool) -> None:
    assert is_gone(status, said) is gone


def test_a_mail_in_any_form_is_read_without_a_fault() -> None:
    for raw in (b"", b"\xff\xfe", report()[:200], b"Content-Type: message/delivery-status\n\nx"):
        assert read_report(raw).bounces == ()
