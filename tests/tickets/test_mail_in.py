"""Mail that comes in: kept first, handled once, to the right ticket, and never as someone it is not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client

from apps.accounts.models import User
from apps.events.services import relay_outbox
from apps.notifications.models import SentMail
from apps.support import addresses, selectors
from apps.support import services as support
from apps.support.models import InboundMail, Message, Ticket
from apps.support.states import MailOutcome, MessageKind, TicketState
from apps.tenancy.context import use_store
from tests.support.acting import STAFF, SYSTEM, by
from tests.tickets.letters import letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work", "mail_domain")]
Ask = Callable[..., Ticket]
WEBHOOK = "/api/v1/support/mail"


@pytest.fixture
def mail_domain(settings: Any) -> None:
    settings.INBOUND_MAIL_DOMAIN = "mail.shops.example"


def take(raw: bytes) -> InboundMail:
    row = support.receive_mail(raw)
    relay_outbox()
    row.refresh_from_db()
    return row


def last(ticket: Ticket) -> Message:
    found = ticket.messages.exclude(kind=MessageKind.SYSTEM).order_by("-sequence").first()
    assert found is not None
    return found


def waiting(ask: Ask, email: str) -> Ticket:
    """A ticket that staff have answered."""
    ticket = ask(email=email)
    by(STAFF, support.answer_as_staff, ticket=ticket, text="Could you say more?", actor=STAFF)
    relay_outbox()
    mail.outbox.clear()
    return ticket


def test_a_mail_makes_a_ticket_that_is_no_ones_account(asha: User) -> None:
    row = take(letter("gmail"))
    ticket = row.ticket
    assert row.outcome == MailOutcome.NEW_TICKET
    assert ticket is not None
    assert (ticket.email, ticket.name, ticket.customer_id) == (asha.email, "Asha Menon", None)
    entry = selectors.list_conversation(ticket)[0]
    assert not entry.message.is_verified
    assert entry.text.startswith("Thank you, it came today")
    assert "> Hello Asha," in entry.quoted
    assert [message.to for message in mail.outbox] == [[asha.email]]


def test_a_repeated_delivery_is_handled_once() -> None:
    first = support.receive_mail(letter("gmail"))
    assert support.receive_mail(letter("gmail")) == first
    relay_outbox()
    support.handle_mail(mail_id=first.pk)
    assert (Ticket.objects.count(), InboundMail.objects.count()) == (1, 1)


def test_an_answer_to_the_tickets_address_is_the_buyers(ask: Ask) -> None:
    ticket = waiting(ask, "asha.menon@example.com")
    row = take(letter("gmail", to=addresses.reply_address(ticket).upper()))
    ticket.refresh_from_db()
    assert (row.outcome, row.ticket_id) == (MailOutcome.ANSWER, ticket.pk)
    assert (ticket.state, last(ticket).kind) == (TicketState.WAITING_STORE, MessageKind.BUYER)


def test_an_answer_is_found_by_the_mail_it_answers(ask: Ask) -> None:
    ticket = waiting(ask, "asha.menon@example.com")
    ours = SentMail.objects.get(template="ticket_answer")
    row = take(letter("gmail", reference=f"{ours.pk}.1@shops.example"))
    assert (row.outcome, row.ticket_id) == (MailOutcome.ANSWER, ticket.pk)


def test_another_sender_makes_a_note_and_moves_nothing(ask: Ask) -> None:
    ticket = waiting(ask, "victim@example.com")
    row = take(letter("gmail", to=addresses.reply_address(ticket)))
    ticket.refresh_from_db()
    assert (row.outcome, row.reason) == (MailOutcome.NOTE, "other_sender")
    assert ticket.state == TicketState.WAITING_BUYER
    message = last(ticket)
    assert (message.kind, message.is_internal, message.is_verified) == ("note", True, False)
    assert len(selectors.list_conversation(ticket)) == 2
    assert mail.outbox == []


@pytest.mark.parametrize("change", ["token", "ticket", "store"])
def test_a_forged_address_is_no_address(ask: Ask, other_store: Any, change: str) -> None:
    ticket = waiting(ask, "asha.menon@example.com")
    address = addresses.reply_address(ticket)
    if change == "token":
        address = address.replace("@", "a@")[: address.index("@")] + address[address.index("@") :]
        address = (
            address[: address.index("@") - 1]
            + ("b" if address[address.index("@") - 1] != "b" else "c")
            + address[address.index("@") :]
        )
    elif change == "ticket":
        other = ask(email="asha.menon@example.com").number.replace("-", "").lower()
        address = address.replace(ticket.number.replace("-", "").lower(), other)
    if change == "store":
        with use_store(other_store, actor=SYSTEM):
            assert addresses.find_ticket([address]) is None
            row = take(letter("gmail", to=address))
            assert row.outcome == MailOutcome.NEW_TICKET
    else:
        assert take(letter("gmail", to=address)).outcome == MailOutcome.NEW_TICKET
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.count()) == (TicketState.WAITING_BUYER, 2)


@pytest.mark.parametrize("name", ["auto_reply", "bounce"])
def test_programs_are_never_answered(ask: Ask, name: str) -> None:
    assert take(letter(name)).outcome == MailOutcome.IGNORED
    ticket = waiting(ask, "ravi.iyer@example.com")
    row = take(letter(name, to=addresses.reply_address(ticket), message_id="<again@example.com>"))
    ticket.refresh_from_db()
    assert (row.outcome, last(ticket).kind) == (MailOutcome.NOTE, MessageKind.NOTE)
    assert ticket.state == TicketState.WAITING_BUYER
    assert mail.outbox == []


def test_a_mail_of_ours_is_a_loop(settings: Any, ask: Ask) -> None:
    settings.DEFAULT_FROM_EMAIL = "Shops <shop@shops.example>"
    ticket = ask()
    ours = ("shop@shops.example", addresses.mailbox(), addresses.reply_address(ticket))
    for number, sender in enumerate(ours):
        row = take(letter("gmail", sender=sender, message_id=f"<loop-{number}@x.example>"))
        assert (row.outcome, row.reason) == (MailOutcome.IGNORED, "loop")
    assert Ticket.objects.count() == 1


def test_an_answer_to_a_merged_ticket_goes_to_the_other(ask: Ask) -> None:
    old, new = waiting(ask, "asha.menon@example.com"), ask(email="asha.menon@example.com")
    address = addresses.reply_address(old)
    support.merge_tickets(ticket=old, into=new, actor=STAFF)
    assert take(letter("gmail", to=address)).ticket_id == new.pk


def test_files_of_a_mail_are_checked(ask: Ask) -> None:
    ticket = take(letter("nested")).ticket
    assert ticket is not None
    entries = selectors.list_conversation(ticket, with_internal=True)
    names = {file.name for file in entries[0].files}
    assert names == {"Rechnung Ä.pdf", "page.txt", "The old mail.txt"}
    assert {file.content_type for file in entries[0].files} == {"application/pdf", "text/plain"}
    refused = entries[-1]
    assert (refused.message.code, refused.text) == ("files_refused", "setup.exe")
    assert refused.message.is_internal


def test_the_webhook_asks_for_the_stores_secret(
    store: Any, other_store: Any, client_for: Any
) -> None:
    client: Client = client_for(store)
    raw = letter("hindi")
    with use_store(other_store):
        foreign = addresses.webhook_secret()
    good = addresses.webhook_secret()
    for header in ("", "Bearer ", "Bearer x", f"Bearer {foreign}", "Basic !!", f"Digest {good}"):
        answer = client.post(WEBHOOK, raw, content_type="message/rfc822", HTTP_AUTHORIZATION=header)
        assert answer.status_code == 404
    assert not InboundMail.objects.exists()
    answer = client.post(
        WEBHOOK, raw, content_type="message/rfc822", HTTP_AUTHORIZATION=f"Bearer {good}"
    )
    assert answer.status_code == 200
    relay_outbox()
    assert Ticket.objects.get().name == "मीरा शर्मा"
    row = selectors.get_support_settings()
    assert support.renew_secret(row, generation=row.secret_generation)
    assert not support.renew_secret(row, generation=row.secret_generation - 1), "pressed twice"
    answer = client.post(
        WEBHOOK, raw, content_type="message/rfc822", HTTP_AUTHORIZATION=f"Bearer {good}"
    )
    assert answer.status_code == 404


def test_a_mail_that_is_too_large_is_refused(
    monkeypatch: pytest.MonkeyPatch, store: Any, client_for: Any
) -> None:
    monkeypatch.setattr("apps.support.services.receiving.MAX_MAIL_BYTES", 100)
    header = f"Bearer {addresses.webhook_secret()}"
    answer = client_for(store).post(
        WEBHOOK, letter("hindi"), content_type="message/rfc822", HTTP_AUTHORIZATION=header
    )
    assert answer.status_code == 413
    assert not InboundMail.objects.exists()


def test_the_command_takes_a_mail(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        from io import BytesIO

        buffer = BytesIO(letter("japanese"))

    monkeypatch.setattr("sys.stdin", Input)
    call_command("receive_mail", store.slug, verbosity=0)
    relay_outbox()
    assert Ticket.objects.get().subject == "お茶について"


def test_raw_mails_are_private_and_forgotten_after_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    row = take(letter("apple"))
    assert row.file.startswith("private/support/mail/")
    assert support.forget_raw_mails() == 0
    InboundMail.objects.update(received_at="2026-01-01T00:00Z")
    assert support.forget_raw_mails() == 1
    assert not default_storage.exists(row.file)
