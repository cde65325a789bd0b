"""The contact form and the pages of requests, for guests by their link and for customers by login."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.events.services import relay_outbox
from apps.support import services as support
from apps.support.models import Attachment, Ticket
from apps.support.states import TicketState
from apps.tenancy.context import use_store
from tests.support.acting import STAFF, SYSTEM, seeing_all
from tests.support.orders import place

pytestmark = pytest.mark.django_db
FORM: dict[str, Any] = {
    "email": "guest@example.com",
    "name": "Meera",
    "subject": "Tea",
    "text": "Where is it?",
}


def picture() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (30, 20), "red").save(content, "PNG")
    return SimpleUploadedFile("cup.png", content.getvalue(), content_type="image/png")


@pytest.fixture
def one(store: Any) -> Any:
    """The only ticket."""

    def read() -> Ticket:
        with seeing_all(store):
            return Ticket.objects.get()

    return read


def test_a_guest_gets_the_link_by_mail_and_nowhere_else(store: Any, browse: Any, one: Any) -> None:
    answer = browse.post("/contact/", {**FORM, "attachments": picture()})
    assert (answer.status_code, answer["Location"]) == (302, "/contact/sent/")
    token = one().access_token
    assert token not in browse.get("/contact/sent/").content.decode()
    with use_store(store, actor=SYSTEM):
        relay_outbox()
    (message,) = mail.outbox
    found = re.search(r"/requests/[\w-]+/", str(message.body))
    assert found is not None
    shown = browse.get(found[0]).content.decode()
    assert "Where is it?" in shown
    with seeing_all(store):
        file = Attachment.objects.get()
    served = browse.get(f"{found[0]}files/{file.pk}/")
    assert served["Content-Type"] == "image/png"
    assert "no-store" in served["Cache-Control"]
    assert browse.get(f"/media/{file.file}").status_code == 404


def test_programs_fall_into_the_trap(browse: Any, store: Any) -> None:
    answer = browse.post("/contact/", {**FORM, "website": "http://spam.example"})
    assert answer["Location"] == "/contact/sent/"
    with seeing_all(store):
        assert not Ticket.objects.exists()


def test_there_is_a_limit(browse: Any, settings: Any, store: Any) -> None:
    settings.API_THROTTLE_RATES = {**settings.API_THROTTLE_RATES, "contact": "2/h"}
    statuses = [browse.post("/contact/", FORM).status_code for _number in range(3)]
    assert statuses == [302, 302, 429]
    with seeing_all(store):
        assert Ticket.objects.count() == 2


@pytest.mark.parametrize("wrong", ["email", "subject", "text"])
def test_a_refused_form_keeps_what_was_typed(browse: Any, wrong: str) -> None:
    answer = browse.post("/contact/", {**FORM, wrong: ""})
    assert answer.status_code == 422
    assert sum(value in answer.content.decode() for value in FORM.values()) >= 3


def test_a_bad_file_is_refused_at_its_field(browse: Any, store: Any) -> None:
    file = SimpleUploadedFile("x.png", b"MZ\x00\x00", content_type="image/png")
    answer = browse.post("/contact/", {**FORM, "attachments": file})
    assert answer.status_code == 422
    assert "x.png: Only pictures, PDF files and plain text" in answer.content.decode()


def test_a_customer_asks_answers_closes_opens_and_rates(
    store: Any, browse: Any, customer: Any, log_in: Any, one: Any
) -> None:
    log_in(browse, customer)
    answer = browse.post("/contact/", {"subject": "Tea", "text": "Where?", "request_key": "k"})
    assert browse.post("/contact/", {"subject": "Tea", "text": "Where?", "request_key": "k"})
    ticket = one()
    base = f"/account/requests/{ticket.number}/"
    assert answer["Location"] == base
    assert (ticket.email, ticket.customer_id) == (customer.email, customer.pk)
    assert "Tea" in browse.get("/account/requests/").content.decode()
    with use_store(store, actor=STAFF):
        support.answer_as_staff(ticket=ticket, text="On its way", actor=STAFF, author="Ravi")
        support.add_note(ticket=ticket, text="secret note", actor=STAFF)
    shown = browse.get(base).content.decode()
    assert "On its way" in shown
    assert "secret note" not in shown
    assert browse.post(f"{base}reply/", {"text": ""}).status_code == 422
    assert browse.post(f"{base}reply/", {"text": "Thanks"}).status_code == 302
    assert one().state == TicketState.WAITING_STORE
    browse.post(f"{base}close/")
    assert one().state == TicketState.CLOSED
    browse.post(f"{base}reopen/")
    assert one().state == TicketState.WAITING_STORE
    browse.post(f"{base}rate/", {"score": "5"})
    assert one().score is None  # not solved
    with use_store(store, actor=STAFF):
        support.set_state(ticket=one(), target=TicketState.SOLVED, actor=STAFF)
    assert "How did we do?" in browse.get(base).content.decode()
    browse.post(f"{base}rate/", {"score": "4", "comment": "Good"})
    browse.post(f"{base}rate/", {"score": "1"})
    assert (one().score, one().score_comment) == (4, "Good")


def test_another_persons_request_is_not_there(
    store: Any, browse: Any, customer: Any, log_in: Any, other_store: Any, client_for: Any
) -> None:
    with use_store(store, actor=SYSTEM):
        ticket = support.open_ticket(actor=SYSTEM, **FORM)
    log_in(browse, customer)
    base = f"/account/requests/{ticket.number}/"
    assert browse.get(base).status_code == 404
    for verb in ("reply", "close", "reopen", "rate"):
        assert browse.post(f"{base}{verb}/", {"text": "x", "score": "5"}).status_code == 404
    foreign = client_for(other_store)
    assert foreign.get(f"/requests/{ticket.access_token}/").status_code == 404
    assert browse.get(f"/requests/{ticket.access_token}x/").status_code == 404
    assert client_for(store).get(base)["Location"].startswith("/account/login/?next=")


def test_a_request_about_an_order_is_its_buyers(store: Any, browse: Any, one: Any) -> None:
    with seeing_all(store):
        order = place()
    page = f"/orders/{order.access_token}/"
    assert f"{page}ask/" in browse.get(page).content.decode()
    form = browse.get(f"{page}ask/").content.decode()
    assert f"Order {order.number}" in form
    assert 'name="email"' not in form
    # an address in the form is not taken: answers go to the order's buyer
    browse.post(f"{page}ask/", {**FORM, "email": "thief@example.com"})
    assert (one().order_id, one().email) == (order.pk, order.email)
