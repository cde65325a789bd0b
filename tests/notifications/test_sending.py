"""Mails are written once, sent at least once, and nothing in them becomes a header."""

from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.template import engines

from apps.common.clock import now
from apps.events.models import AuditEntry, OutboxMessage
from apps.events.services import relay_outbox
from apps.events.services.delivery import MAX_ATTEMPTS
from apps.notifications import services as notifications
from apps.notifications.errors import NotAnAddress
from apps.notifications.letterhead import Letterhead
from apps.notifications.models import SentMail
from apps.notifications.selectors import delivery_problem
from apps.platform.models import Store
from apps.tenancy.context import use_store
from tests.support.acting import STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "system_scope")]


def write(**changes: Any) -> SentMail:
    values: dict[str, Any] = {
        "to": "asha@example.com",
        "template": "order_cancelled",
        "context": {
            "number": "P-1",
            "day": "today",
            "url": "http://alpha.localhost/o/",
            "lines": [],
        },
        "language": "en",
        "message_ref": f"test:{uuid4()}",
        "letterhead": Letterhead(url="http://alpha.localhost/", contact="hello@alpha.example"),
    }
    return notifications.send_mail_to(**{**values, **changes})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """A mail server that raises what is in the list, one a mail, and works when it is empty."""
    troubles: list[Exception] = []
    works = EmailBackend.send_messages

    def send(self: EmailBackend, messages: Any) -> int:
        if troubles:
            raise troubles.pop(0)
        return works(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    return troubles


def try_again() -> None:
    OutboxMessage.objects.filter(state="pending").update(due_at=now() - timedelta(seconds=1))
    relay_outbox()


def test_a_mail_waits_for_the_commit_and_the_worker() -> None:
    written = write()
    assert (written.state, mail.outbox) == ("queued", [])
    relay_outbox()
    written.refresh_from_db()
    assert (written.state, len(mail.outbox)) == ("sent", 1)
    assert written.sent_at is not None


def test_the_same_reference_is_written_once() -> None:
    first = write(message_ref="order:1")
    assert write(message_ref="order:1", to="other@example.com") == first
    relay_outbox()
    assert [message.to for message in mail.outbox] == [["asha@example.com"]]


def test_a_server_that_is_down_is_asked_again(server: list[Exception]) -> None:
    server += [SMTPServerDisconnected("gone"), ConnectionRefusedError("no")]
    written = write()
    relay_outbox()
    written.refresh_from_db()
    assert written.state == "queued"
    assert "gone" in delivery_problem(written)
    assert OutboxMessage.objects.get().due_at > now()

    try_again()
    try_again()

    written.refresh_from_db()
    assert (written.state, delivery_problem(written), len(mail.outbox)) == ("sent", "", 1)


def test_after_the_last_try_it_is_failed_and_can_be_sent_again(server: list[Exception]) -> None:
    server += [ConnectionRefusedError("no")] * MAX_ATTEMPTS
    written = write()
    for _ in range(MAX_ATTEMPTS):
        try_again()
    written.refresh_from_db()
    assert (written.state, mail.outbox) == ("failed", [])
    assert delivery_problem(written) == "ConnectionRefusedError: no"

    notifications.send_again(mail=written, actor=STAFF)
    relay_outbox()

    written.refresh_from_db()
    assert (written.state, written.error, len(mail.outbox)) == ("sent", "", 1)
    assert AuditEntry.objects.get().action == "mail.sent_again"


def test_a_mailbox_that_does_not_exist_is_not_asked_again(server: list[Exception]) -> None:
    server.append(SMTPRecipientsRefused({"asha@example.com": (550, b"unknown")}))
    written = write()
    relay_outbox()
    written.refresh_from_db()
    assert written.state == "failed"
    assert not OutboxMessage.objects.filter(state="pending").exists()


def test_a_full_mailbox_is_asked_again(server: list[Exception]) -> None:
    server.append(SMTPRecipientsRefused({"asha@example.com": (452, b"full")}))
    written = write()
    try_again()
    try_again()
    written.refresh_from_db()
    assert written.state == "sent"


def test_repeats_of_one_sending_have_one_message_id_and_a_new_sending_another() -> None:
    written = write()
    relay_outbox()
    SentMail.objects.update(state="queued")  # as after a crash between the server and the commit
    OutboxMessage.objects.update(state="pending")
    try_again()
    notifications.send_again(mail=SentMail.objects.get(pk=written.pk), actor=STAFF)
    relay_outbox()
    first, repeat, again = (m.extra_headers["Message-ID"] for m in mail.outbox)
    assert first == repeat != again


def test_pressing_send_again_twice_sends_once() -> None:
    written = write()
    relay_outbox()
    for _ in range(2):
        notifications.send_again(mail=written, actor=STAFF)
    relay_outbox()
    assert len(mail.outbox) == 2


def test_no_text_becomes_a_header(store: Any) -> None:
    evil = "Tea\r\nBcc: everybody@example.com"
    Store.objects.filter(pk=store.pk).update(name=evil)
    with use_store(Store.objects.get(pk=store.pk)):
        write(context={"number": evil, "url": "", "day": "", "lines": []})
        relay_outbox()
    (message,) = mail.outbox
    sent = message.message()
    assert sent["Bcc"] is None
    assert message.recipients() == ["asha@example.com"]
    assert "\n" not in message.subject
    assert message.subject.startswith("Your order Tea Bcc: everybody@example.com")


@pytest.mark.parametrize(
    "address", ["", "asha", "a@example.com\nBcc: b@example.com", "a@example.com, b@example.com"]
)
def test_only_one_address_is_an_address(address: str) -> None:
    with pytest.raises(NotAnAddress):
        write(to=address)
    assert not SentMail.objects.exists()


def test_a_name_with_commas_and_letters_of_the_world_stays_one_sender(store: Any) -> None:
    Store.objects.filter(pk=store.pk).update(name='Чай, "Clay" <x@evil.example>')
    with use_store(Store.objects.get(pk=store.pk)):
        write()
        relay_outbox()
    sent = mail.outbox[0].message()
    assert sent["From"].endswith("<shop@localhost>")
    assert "evil.example>," not in sent["From"]


@pytest.mark.parametrize("name", ["കുമാര്\u200d ചായക്കട " * 5, "क" * 100, 'Tea & "Clay" (old), Inc.'])
def test_a_long_name_of_any_script_is_folded_into_short_words(store: Any, name: str) -> None:
    name = name.strip()
    Store.objects.filter(pk=store.pk).update(name=name)
    with use_store(Store.objects.get(pk=store.pk)):
        write()
        relay_outbox()
    sent = message_from_bytes(mail.outbox[0].message().as_bytes())
    shown, address = parseaddr(str(make_header(decode_header(sent["From"]))))
    assert (shown, address) == (name, "shop@localhost")
    assert all(len(line) <= 78 for line in sent["From"].splitlines())


def test_old_mails_are_forgotten() -> None:
    old, young = write(), write()
    SentMail.objects.filter(pk=old.pk).update(created_at=now() - notifications.KEEP_MAILS * 1.01)
    assert notifications.forget_old_mails() == 1
    assert SentMail.objects.get() == young


def test_every_mail_has_its_three_parts() -> None:
    for template in ("order_confirmation", "order_shipped", "order_cancelled", "order_refunded"):
        for part in ("subject.txt", "body.txt", "body.html"):
            assert engines["django"].get_template(f"mail/{template}.{part}")


@pytest.mark.parametrize("address", ["asha@example.com", "owner@chai.example", "a@shop.test"])
def test_no_server_is_asked_to_mail_example_people(settings: Any, address: str) -> None:
    """The demo with SMTP set up must not knock at strangers' doors."""
    settings.SMTP_HOST = "mail.polystore.dev"
    sent = write(to=address)
    relay_outbox()
    sent.refresh_from_db()
    assert (sent.state, sent.error) == ("failed", notifications.NOBODY_THERE)
    assert mail.outbox == []


def test_people_with_addresses_like_examples_get_their_mail(settings: Any) -> None:
    settings.SMTP_HOST = "mail.polystore.dev"
    write(to="asha@myexample.com")
    relay_outbox()
    assert [message.to for message in mail.outbox] == [["asha@myexample.com"]]
