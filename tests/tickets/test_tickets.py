"""States, clocks, messages, merging, satisfaction, sweeps and personal data of tickets."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, ProgrammingError, transaction
from PIL import Image

from apps.accounts.models import User
from apps.common.clock import moved_to, now
from apps.common.errors import DomainError, TransitionNotAllowed
from apps.events.errors import HistoryIsFinal
from apps.events.services import relay_outbox
from apps.notifications import services as notifications
from apps.notifications.models import SentMail
from apps.support import selectors
from apps.support import services as support
from apps.support.desk import SupportSettings
from apps.support.errors import (
    FileRejected,
    IsMerged,
    NotMergeable,
    NotRateable,
    Overtaken,
    TicketNotFound,
)
from apps.support.models import Attachment, InboundMail, Message, MessageText, Ticket
from apps.support.services.moving import change_state
from apps.support.states import MOVES, MessageKind, Priority, TicketState
from apps.tenancy.context import use_actor, use_store
from tests.support.acting import GUEST, STAFF, SYSTEM, by, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
Ask = Callable[..., Ticket]
# A Monday at 10:00 in Kolkata, the zone of the tests' store.
MONDAY = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


def answer(ticket: Ticket, **values: Any) -> Message:
    given = {"text": "It left us today.", "actor": STAFF, **values}
    return by(STAFF, support.answer_as_staff, ticket=ticket, **given)


def texts(ticket: Ticket, *, with_internal: bool = False) -> list[str]:
    entries = selectors.list_conversation(ticket, with_internal=with_internal)
    return [entry.text for entry in entries if entry.message.kind != MessageKind.SYSTEM]


def picture(name: str = "cup.png") -> Any:
    content = BytesIO()
    Image.new("RGB", (30, 20), "red").save(content, "PNG")
    return ContentFile(content.getvalue(), name=name)


@pytest.mark.parametrize(("current", "target"), list(product(TicketState, TicketState)))
def test_states_move_as_the_table_says(ask: Ask, current: TicketState, target: TicketState) -> None:
    ticket = Ticket(state=current, solve_left=60)
    if current == target:
        assert not change_state(ticket, target)
    elif target in MOVES[current]:
        assert change_state(ticket, target)
        assert ticket.state == target
    else:
        with pytest.raises(TransitionNotAllowed):
            change_state(ticket, target)


def test_a_conversation(ask: Ask, asha: User) -> None:
    ticket = ask(asha)
    answer(ticket)
    assert (ticket.state, ticket.has_news) == (TicketState.WAITING_BUYER, False)
    by(customer(asha), support.reply_as_buyer, ticket=ticket, text="Thanks!", actor=customer(asha))
    assert (ticket.state, ticket.has_news) == (TicketState.WAITING_STORE, True)
    support.add_note(ticket=ticket, text="Rings twice", actor=STAFF)
    assert texts(ticket) == ["It should be here.", "It left us today.", "Thanks!"]
    assert texts(ticket, with_internal=True)[-1] == "Rings twice"
    assert list(ticket.messages.values_list("sequence", flat=True)) == [1, 2, 3, 4]


def test_messages_are_never_changed(ask: Ask) -> None:
    message = ask().messages.get()
    with pytest.raises(HistoryIsFinal):
        message.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.filter(pk=message.pk)._raw_delete(using="default")


def test_the_same_form_twice_is_one_ticket_and_one_message(ask: Ask) -> None:
    ticket = ask(request_key="form")
    assert ask(request_key="form") == ticket
    for _time in range(2):
        support.reply_as_buyer(ticket=ticket, text="x", actor=GUEST, request_key="reply")
    other = ask()
    support.reply_as_buyer(ticket=other, text="theirs", actor=GUEST, request_key="reply")
    assert (texts(ticket), texts(other)[1:]) == (["It should be here.", "x"], ["theirs"])


def test_the_second_of_two_staff_is_warned(ask: Ask) -> None:
    ticket = ask()
    answer(ticket, seen=1)
    with pytest.raises(Overtaken):
        answer(ticket, text="Me too", seen=1)
    support.set_priority(ticket=ticket, priority=Priority.HIGH, actor=STAFF)
    answer(ticket, text="Me too", seen=2)  # an event is no news
    assert len(texts(ticket)) == 3


def test_clocks_run_in_working_hours_and_rest_while_the_buyer_has_to_act(ask: Ask) -> None:
    """Targets of a normal ticket: 9 and 45 hours of work, which is from 9:00 to 18:00 on workdays."""
    with moved_to(MONDAY):
        ticket = ask()
    assert ticket.first_due_at is not None
    # 8 hours are left on Monday; one more on Tuesday: 10:00
    assert abs(ticket.first_due_at - (MONDAY + timedelta(days=1))) < timedelta(minutes=1)
    assert ticket.solve_due_at is not None
    # 45 hours are five days of work: Monday 10:00
    assert abs(ticket.solve_due_at - (MONDAY + timedelta(days=7))) < timedelta(minutes=1)
    with moved_to(MONDAY + timedelta(hours=2)):
        answer(ticket)
    assert ticket.solve_due_at is None
    assert ticket.solve_left is not None
    assert abs(ticket.solve_left - 43 * 3600) < 60
    with moved_to(MONDAY + timedelta(days=3)):  # Thursday 10:00
        support.reply_as_buyer(ticket=ticket, text="x", actor=GUEST)
    # 43 hours: 8 on Thursday, 9 on Friday, Monday and Tuesday (35), 8 on Wednesday: 17:00
    due = MONDAY + timedelta(days=9, hours=7)
    assert abs(ticket.solve_due_at - due) < timedelta(minutes=1)  # type: ignore[operator]


def test_another_priority_counts_what_has_passed(ask: Ask) -> None:
    with moved_to(MONDAY):
        ticket = ask()
    with moved_to(MONDAY + timedelta(hours=2)):
        support.set_priority(ticket=ticket, priority=Priority.URGENT, actor=STAFF)
    assert ticket.first_due_at is not None
    assert abs(ticket.first_due_at - (MONDAY + timedelta(hours=2))) < timedelta(minutes=1)
    # 9 hours from Monday 10:00
    assert abs(ticket.solve_due_at - (MONDAY + timedelta(days=1))) < timedelta(minutes=1)  # type: ignore[operator]


def test_a_missed_target_is_mailed_to_staff_once(ask: Ask, staff: User) -> None:
    with moved_to(MONDAY):
        ticket = ask()
    relay_outbox()
    mail.outbox.clear()
    with moved_to(MONDAY + timedelta(days=30)):
        assert support.mark_breaches() == 1
        assert support.mark_breaches() == 0
        relay_outbox()
    ticket.refresh_from_db()
    assert ticket.first_breached_at is not None
    assert ticket.solve_breached_at is not None
    assert {message.to[0] for message in mail.outbox} == {staff.email}
    assert len(mail.outbox) == 2
    assert list(Ticket.objects.filter(selectors.is_overdue(now() + timedelta(days=90)))) == [ticket]


def test_solved_tickets_are_closed_after_some_days(ask: Ask) -> None:
    quiet, fresh = ask(), ask()
    with moved_to(now() - timedelta(days=8)):
        support.set_state(ticket=quiet, target=TicketState.SOLVED, actor=STAFF)
    support.set_state(ticket=fresh, target=TicketState.SOLVED, actor=STAFF)
    assert support.close_solved() == 1
    quiet.refresh_from_db()
    fresh.refresh_from_db()
    assert (quiet.state, fresh.state) == (TicketState.CLOSED, TicketState.SOLVED)


def test_satisfaction_is_given_once_after_solving(ask: Ask) -> None:
    ticket = ask()
    with pytest.raises(NotRateable):
        support.rate(ticket=ticket, score=5, comment="", actor=GUEST)
    support.set_state(ticket=ticket, target=TicketState.SOLVED, actor=STAFF)
    for wrong in (0, 6, -1):
        with pytest.raises(NotRateable):
            support.rate(ticket=ticket, score=wrong, comment="", actor=GUEST)
    support.rate(ticket=ticket, score=2, comment="Slow", actor=GUEST)
    with pytest.raises(NotRateable):
        support.rate(ticket=ticket, score=5, comment="", actor=GUEST)
    assert (ticket.score, ticket.score_comment) == (2, "Slow")


def test_mails_to_the_buyer(ask: Ask, settings: Any, store: Any) -> None:
    settings.INBOUND_MAIL_DOMAIN = "mail.shops.example"
    ticket = ask(subject="<b>Tea</b> & cups", text="secret words")
    relay_outbox()
    answer(ticket, text="It left <today>.", then=TicketState.SOLVED)
    relay_outbox()
    sent: list[Any] = mail.outbox
    received, answered = sent
    # anyone can enter anyone's address: the confirmation repeats nothing of what was entered
    assert "secret" not in received.body + received.alternatives[0][0]
    assert "cups" not in received.subject + received.body
    assert f"/requests/{ticket.access_token}/" in received.body
    assert answered.subject == f"Re: <b>Tea</b> & cups ({ticket.number})"
    assert "It left <today>." in answered.body
    assert "It left &lt;today&gt;." in answered.alternatives[0][0]
    (reply_to,) = answered.reply_to
    assert reply_to.startswith(f"{store.slug}+{ticket.number.replace('-', '').lower()}.")
    assert reply_to.endswith("@mail.shops.example")


def test_an_address_gets_few_confirmations_in_an_hour(ask: Ask) -> None:
    for _number in range(8):
        ask()
    relay_outbox()
    assert len(mail.outbox) <= 5


def test_merging_needs_the_same_buyer(ask: Ask, asha: User) -> None:
    first, second = ask(text="one", files=support.check_uploads([picture()])), ask(text="two")
    support.add_note(ticket=first, text="internal", actor=STAFF)
    for stranger in (ask(email="other@example.com"), ask(asha), first):
        with pytest.raises(NotMergeable):
            support.merge_tickets(ticket=first, into=stranger, actor=STAFF)
    merged = support.merge_tickets(ticket=first, into=second, actor=STAFF)
    assert texts(merged) == ["two", "one"]
    assert "internal" in texts(merged, with_internal=True)
    assert Attachment.objects.filter(message__ticket=merged).count() == 1
    first.refresh_from_db()
    assert (first.state, first.merged_into_id) == (TicketState.CLOSED, second.pk)
    with pytest.raises(IsMerged):
        support.reply_as_buyer(ticket=first, text="x", actor=GUEST)
    with pytest.raises(NotMergeable):
        support.merge_tickets(ticket=second, into=first, actor=STAFF)


@pytest.mark.parametrize(
    ("content", "name", "stored"),
    [
        (b"%PDF-1.7\nx", "invoice.exe", ("invoice.pdf", "application/pdf")),
        (b"<html><script>1</script>", "page.html", ("page.txt", "text/plain")),
        ("naïve, text".encode(), "../../etc/pass\nwd", ("etc pass wd.txt", "text/plain")),
        (b"MZ\x00\x00", "cup.png", None),
        (b"PK\x03\x04zip", "a.docx", None),
        (b"<svg onload=alert(1)>", "a.svg", ("a.txt", "text/plain")),
        (b"", "a.txt", None),
    ],
)
def test_files_are_what_their_content_is(
    content: bytes, name: str, stored: tuple[str, str] | None
) -> None:
    if stored is None:
        with pytest.raises(FileRejected):
            support.check_file(name=name, content=content)
        return
    checked = support.check_file(name=name, content=content)
    assert (checked.name, checked.content_type) == stored


def test_too_many_and_too_big_files_are_refused() -> None:
    with pytest.raises(FileRejected):
        support.check_uploads([picture()] * 6)
    with pytest.raises(FileRejected):
        support.check_uploads([ContentFile(b"%PDF-" + bytes(9 * 1024 * 1024), name="a.pdf")])


def test_rows_of_a_ticket_are_its_buyers(ask: Ask, asha: User, staff: User) -> None:
    mine, theirs = ask(asha), ask(files=support.check_uploads([picture()]))
    support.add_note(ticket=mine, text="internal", actor=STAFF)
    with use_actor(customer(asha)):
        assert list(Ticket.objects.all()) == [mine]
        assert [one.kind for one in Message.objects.all()] == [MessageKind.BUYER]
        assert MessageText.objects.count() == 1
        assert (Attachment.objects.count(), InboundMail.objects.count()) == (0, 0)
        assert Ticket.objects.filter(pk=theirs.pk).update(subject="mine") == 0
        with pytest.raises(TicketNotFound):
            selectors.get_ticket_for(actor=customer(asha), number=theirs.number)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Message.objects.create(ticket=mine, sequence=9, kind="note", is_internal=True)
    with use_actor(GUEST):
        assert Ticket.objects.count() == 0
        assert selectors.get_ticket_by_token(theirs.access_token) == theirs
        assert list(Ticket.objects.all()) == [theirs]
        assert Attachment.objects.count() == 1
    with use_actor(customer(staff)):  # staff who shop see their own
        assert not selectors.list_tickets_for(actor=customer(staff)).exists()


def test_a_ticket_of_another_store_is_not_there(ask: Ask, other_store: Any) -> None:
    ticket = ask()
    with use_store(other_store, actor=SYSTEM):
        assert not Ticket.objects.exists()
        with pytest.raises(TicketNotFound):
            selectors.get_ticket_by_token(ticket.access_token)


def test_personal_data_is_exported_and_erased(ask: Ask, asha: User) -> None:
    mine = ask(asha, files=support.check_uploads([picture()]))
    as_guest, other = ask(email=asha.email), ask(email="other@example.com")
    answer(mine, text="Dear Asha")
    support.add_note(ticket=mine, text="internal", actor=STAFF)
    exported = selectors.personal_data_of(asha)
    assert {one["number"] for one in exported} == {mine.number, as_guest.number}
    said = [message["text"] for one in exported for message in one["messages"]]
    assert "Dear Asha" in said
    assert "internal" not in said

    file = Attachment.objects.get().file
    assert support.erase(asha) == 2
    assert support.erase(asha) == 0
    assert not SentMail.objects.filter(to=asha.email).exists()
    assert selectors.personal_data_of(asha) == []
    mine.refresh_from_db()
    assert (mine.email, mine.customer_id, mine.state) == (
        "erased@erased.invalid",
        None,
        TicketState.CLOSED,
    )
    assert list(MessageText.objects.values_list("message__ticket", flat=True)) == [other.pk]
    assert not Attachment.objects.exists()
    assert mine.messages.count() == 3  # what happened stays
    assert file.startswith("private/support/")
    with pytest.raises(TicketNotFound):  # the link of an old mail
        selectors.get_ticket_by_token(mine.access_token)


def test_tickets_are_part_of_the_erasure_of_a_reader(ask: Ask, asha: User) -> None:
    mine, as_guest, other = ask(asha), ask(email="guest@example.com"), ask(email="x@example.com")
    for email in (asha.email, "Guest@example.com", "guest@example.com"):
        notifications.erase_reader(email=email, actor=STAFF)
    left = set(Ticket.objects.filter(erased_at=None).values_list("pk", flat=True))
    assert left == {other.pk}
    assert list(MessageText.objects.values_list("message__ticket", flat=True)) == [other.pk]
    assert {mine.pk, as_guest.pk}.isdisjoint(left)


def test_settings_are_checked_and_have_defaults() -> None:
    row = SupportSettings(monday_from=time(9), monday_until=time(8), tuesday_from=None)
    with pytest.raises(Exception, match="after the begin"):
        row.full_clean()
    with pytest.raises(Exception, match="not a day"):
        SupportSettings(holidays="2026-13-45").full_clean()
    SupportSettings.objects.all().delete()
    assert selectors.get_support_settings().auto_close_days == 7


def test_a_conversation_that_is_full_says_so(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.support.services.writing.MAX_MESSAGES", 1)
    ticket = ask()
    with pytest.raises(DomainError, match="very long"):
        support.reply_as_buyer(ticket=ticket, text="x", actor=GUEST)


def test_files_of_a_refused_message_are_gone(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, files = ask(), support.check_uploads([picture()])
    monkeypatch.setattr("apps.support.services.writing.MAX_MESSAGES", 1)
    before = (
        set(default_storage.listdir("private/support")[1])
        if default_storage.exists("private/support")
        else set()
    )
    with pytest.raises(DomainError):
        support.reply_as_buyer(ticket=ticket, text="x", actor=GUEST, files=files)
    after = (
        set(default_storage.listdir("private/support")[1])
        if default_storage.exists("private/support")
        else set()
    )
    assert before == after
