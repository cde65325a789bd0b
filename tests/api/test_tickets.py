"""Tickets by REST: a buyer lists, asks, reads and replies, in their own tickets only."""

from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.support import services as support
from apps.support.models import Ticket
from tests.api.shop import Api, log_in, make_user
from tests.support.acting import STAFF, seeing_all

pytestmark = pytest.mark.django_db


def test_a_buyer_asks_reads_and_replies(store: Any) -> None:
    buyer = log_in(store, make_user(store))
    made = buyer.post("tickets", {"subject": "Tea", "text": "Where?"})
    assert made.status_code == 201
    path = f"tickets/{made.json()['id']}"
    with seeing_all(store):
        ticket = Ticket.objects.get()
        support.add_note(ticket=ticket, text="internal", actor=STAFF)
        support.answer_as_staff(ticket=ticket, text="On its way", actor=STAFF, author="Ravi")
    read = buyer.get(path).json()
    assert read["state"] == "waiting_buyer"
    assert [one["text"] for one in read["messages"]] == ["Where?", "On its way"]
    replied = buyer.post(f"{path}/replies", {"text": "Thanks"}).json()
    assert (replied["state"], len(replied["messages"])) == ("waiting_store", 3)
    assert [one["number"] for one in buyer.get("tickets").json()["results"]] == [ticket.number]
    assert buyer.get("tickets?state=closed").json()["results"] == []


def test_others_see_nothing(store: Any, other_store: Any) -> None:
    made = log_in(store, make_user(store)).post("tickets", {"subject": "Tea", "text": "Where?"})
    path = f"tickets/{made.json()['id']}"
    assert Api(store).get("tickets").status_code == 401
    assert Api(store).post("tickets", {"subject": "x", "text": "x"}).status_code == 401
    staff = log_in(store, make_user(store, Role.OWNER))
    for other in (
        log_in(store, make_user(store)),
        staff,
        log_in(other_store, make_user(other_store)),
    ):
        assert other.get("tickets").json()["results"] == []
        assert other.get(path).status_code == 404
        assert other.post(f"{path}/replies", {"text": "x"}).status_code == 404


def test_wrong_input_is_named(store: Any) -> None:
    buyer = log_in(store, make_user(store))
    answer = buyer.post("tickets", {"subject": "", "text": "x" * 10_001, "email": "a@example.com"})
    assert answer.status_code == 400
    assert {"subject", "text"} <= set(answer.json()["error"]["fields"])
    foreign = "01890000-0000-7000-8000-000000000000"
    values = {"subject": "x", "text": "x", "order_id": foreign}
    assert buyer.post("tickets", values).status_code == 404
