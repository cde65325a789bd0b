"""The page of a ticket in the admin, and the list of tickets."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.roles import Role
from apps.common.actor import Actor
from apps.support import services as support
from apps.support.models import Attachment, Message, Ticket
from apps.support.selectors import list_conversation
from apps.support.states import TicketState
from tests.api.shop import make_user
from tests.backoffice.sessions import rename_session
from tests.support.acting import seeing_all

pytestmark = pytest.mark.django_db
LIST = "/admin/support/ticket/"


@pytest.fixture
def ticket(store: Any) -> Ticket:
    with seeing_all(store):
        return support.open_ticket(
            email="guest@example.com",
            name="Meera",
            subject="<b>Tea</b>",
            text="<script>alert(1)</script> & where?",
            actor=Actor.guest(),
        )


def page(ticket: Ticket, verb: str = "") -> str:
    return f"{LIST}{ticket.pk}/{verb}/" if verb else f"{LIST}{ticket.pk}/change/"


def staff_of(store: Any, client_for: Any, role: Role) -> Client:
    client: Client = client_for(store)
    with seeing_all(store):
        client.force_login(make_user(store, role))
    return rename_session(client, f"session_{store.slug}")


def test_the_conversation_is_shown_as_text(owner: Client, ticket: Ticket) -> None:
    shown = owner.get(page(ticket)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; where?" in shown
    assert "<b>Tea</b>" not in shown


def test_the_second_of_two_answers_is_warned_and_keeps_its_text(
    store: Any, owner: Client, ticket: Ticket
) -> None:
    form = {"text": "First", "then": "waiting_buyer", "seen": "1", "request_key": "a"}
    assert owner.post(page(ticket, "answer"), form).status_code == 302
    second = {**form, "text": "Second <answer>", "request_key": "b"}
    refused = owner.post(page(ticket, "answer"), second)
    shown = refused.content.decode()
    assert refused.status_code == 409
    assert "Something new was written while you were writing" in shown
    assert "Second &lt;answer&gt;</textarea>" in shown
    assert "First" in shown
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    assert owner.post(page(ticket, "answer"), {**second, "seen": seen}).status_code == 302
    with seeing_all(store):
        assert Message.objects.filter(ticket=ticket, kind="staff").count() == 2


def test_a_note_with_a_file_stays_inside(store: Any, owner: Client, ticket: Ticket) -> None:
    file = SimpleUploadedFile("a.html", b"<script>1</script>", content_type="text/html")
    form = {"text": "inside", "note": "1", "seen": "0", "attachments": file}
    assert owner.post(page(ticket, "answer"), form).status_code == 302
    with seeing_all(store):
        assert len(list_conversation(ticket)) == 1
        stored = Attachment.objects.get()
    answer = owner.get(f"{LIST}{ticket.pk}/files/{stored.pk}/")
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_who_may_look_and_who_may_answer(store: Any, client_for: Any, ticket: Ticket) -> None:
    reader = staff_of(store, client_for, Role.READ_ONLY)
    shown = reader.get(page(ticket)).content.decode()
    assert "Send the answer" not in shown
    assert reader.post(page(ticket, "answer"), {"text": "x", "seen": "1"}).status_code == 403
    helper = staff_of(store, client_for, Role.SUPPORT)
    assert "Send the answer" in helper.get(page(ticket)).content.decode()
    assert helper.post(page(ticket, "state"), {"state": "solved"}).status_code == 302
    with seeing_all(store):
        ticket.refresh_from_db()
    assert ticket.state == TicketState.SOLVED


def test_filters_of_the_list(store: Any, client_for: Any, ticket: Ticket) -> None:
    helper = staff_of(store, client_for, Role.SUPPORT)

    def lists(desk: str) -> bool:
        return ticket.number in helper.get(f"{LIST}?desk={desk}").content.decode()

    assert lists("unassigned")
    assert not lists("mine")
    assert helper.post(page(ticket, "take")).status_code == 302
    assert lists("mine")
    assert not lists("unassigned")
    assert not lists("overdue")
    with seeing_all(store):
        Ticket.objects.update(solve_due_at="2026-01-01T00:00Z")
    assert lists("overdue")
    assert ticket.number in helper.get(f"{LIST}?q=meera").content.decode()


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("state", {"state": "nonsense"}),
        ("properties", {"priority": "x"}),
        ("properties", {"priority": "low", "assigned": "not-an-id"}),
        ("merge", {"other": "not-an-id"}),
        ("answer", {"text": "", "seen": "-1"}),
        ("answer", {"text": "x", "then": "open", "seen": "1"}),
    ],
)
def test_odd_input_is_a_sentence(
    store: Any, owner: Client, ticket: Ticket, verb: str, form: dict[str, str]
) -> None:
    answer = owner.post(page(ticket, verb), form)
    assert answer.status_code in (200, 409)
    with seeing_all(store):
        ticket.refresh_from_db()
    assert (ticket.state, ticket.message_count) == (TicketState.OPEN, 1)
