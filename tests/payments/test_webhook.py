"""The door for gateways: who may send, what is kept, what is answered."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.common.clock import now
from apps.gateways import test_bank
from apps.inbox.models import InboxMessage
from apps.inbox.services import handle_due, replay_message
from apps.payments.models import Payment
from apps.tenancy.context import use_store
from tests.checkout.shop import make_cart, make_goods, place
from tests.payments.bank import pay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system_scope")]
PATH = "/api/v1/payments/webhook/test"


@pytest.fixture
def client(store: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(store)


def post(client: Client, body: bytes, headers: dict[str, str], path: str = PATH) -> Any:
    return client.post(path, body, content_type="application/json", headers=headers)


def event_body(**changes: Any) -> bytes:
    event = {"id": "evt_1", "type": "charge.paid", "data": {"charge_ref": "nobody"}, **changes}
    return json.dumps(event).encode()


def signed(store: Any, body: bytes, at: int | None = None) -> dict[str, str]:
    with use_store(store):
        return {test_bank.SIGNATURE_HEADER: test_bank.sign(body, at)}


def events(store: Any) -> list[InboxMessage]:
    with use_store(store):
        return list(InboxMessage.objects.all())


def test_a_signed_event_is_kept_raw_and_answered_at_once(store: Any, client: Client) -> None:
    body = b'{"data":{"charge_ref":"x"},  "type":"charge.paid", "id":"evt_9"}'

    answer = post(client, body, signed(store, body))

    assert (answer.status_code, answer.json()) == (200, {"received": True})
    kept = events(store)[0]
    assert (kept.raw, kept.source, kept.forget_at) == (body, "test", None)
    assert (kept.key, kept.topic, kept.subject) == ("evt_9", "charge.paid", "x")
    assert kept.handled_at is None


def test_the_same_event_again_is_answered_and_not_kept_twice(store: Any, client: Client) -> None:
    body = event_body()
    for _ in range(3):
        assert post(client, body, signed(store, body)).status_code == 200

    assert len(events(store)) == 1


@pytest.mark.parametrize(
    "forge",
    [
        lambda good: {},
        lambda good: {test_bank.SIGNATURE_HEADER: ""},
        lambda good: {test_bank.SIGNATURE_HEADER: "nonsense"},
        lambda good: {test_bank.SIGNATURE_HEADER: "t=,v1="},
        lambda good: {test_bank.SIGNATURE_HEADER: "t=99999999999999999999,v1=00"},
        lambda good: {test_bank.SIGNATURE_HEADER: good.replace("v1=", "v1=0")},
        lambda good: {test_bank.SIGNATURE_HEADER: good.replace("t=", "t=1")},
        lambda good: {test_bank.SIGNATURE_HEADER: good.split(",")[0]},
    ],
)
def test_a_forged_signature_is_refused_and_nothing_is_kept(
    store: Any, client: Client, forge: Callable[[str], dict[str, str]]
) -> None:
    body = event_body()
    good = signed(store, body)[test_bank.SIGNATURE_HEADER]

    answer = post(client, body, forge(good))

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_signature"
    assert events(store) == []


def test_a_changed_body_is_refused(store: Any, client: Client) -> None:
    headers = signed(store, event_body())

    assert post(client, event_body(id="evt_2"), headers).status_code == 401
    assert events(store) == []


@pytest.mark.parametrize("age", [301, -330, 86_400])
def test_an_old_signature_is_refused(store: Any, client: Client, age: int) -> None:
    body = event_body()

    answer = post(client, body, signed(store, body, at=int(time.time()) - age))

    assert answer.status_code == 401
    assert events(store) == []


def test_a_signature_of_one_store_is_worth_nothing_at_another(
    store: Any, other_store: Any, client: Client
) -> None:
    body = event_body()

    assert post(client, body, signed(other_store, body)).status_code == 401
    assert events(store) == events(other_store) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b"{not json",
        b"\xff\xfe",
        event_body(id=""),
        event_body(id=7),
        event_body(id="x" * 121),
        event_body(id="a\x00b"),
        event_body(id="\ud800x"),
        event_body(id={"$ne": 1}),
        event_body(data=None),
        event_body(data={"charge_ref": ["x"]}),
        b"[" * 5000,
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(store: Any, client: Client, body: bytes) -> None:
    answer = post(client, body, signed(store, body))

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "malformed_event"
    assert events(store) == []


def test_a_huge_body_is_refused(store: Any, client: Client) -> None:
    body = event_body(more="x" * 70_000)

    assert post(client, body, signed(store, body)).status_code == 413
    assert events(store) == []


@pytest.mark.parametrize("gateway", ["cash_on_delivery", "unknown", "TEST"])
def test_other_gateways_have_no_webhook(store: Any, client: Client, gateway: str) -> None:
    body = event_body()

    answer = post(client, body, signed(store, body), f"/api/v1/payments/webhook/{gateway}")

    assert answer.status_code == 400
    assert events(store) == []


def test_only_post_is_answered(client: Client) -> None:
    assert client.get(PATH).status_code == 405


def make_event(**changes: Any) -> InboxMessage:
    fields = {"source": "test", "topic": "charge.paid", "key": "evt", "subject": "x", "body": b"{}"}
    return InboxMessage.objects.create(**fields | changes)


def test_an_event_about_nothing_is_tried_some_times_and_then_waits_for_people(
    in_store: Any,
) -> None:
    for reference in ("nobody", "00000000-0000-7000-8000-000000000000"):
        make_event(key=reference, subject=reference)

    for _ in range(13):
        InboxMessage.objects.update(due_at=now())
        assert handle_due() == 0

    for event in InboxMessage.objects.all():
        assert (event.attempts, event.state, event.handled_at) == (12, "dead", None)
        assert "No payment" in event.last_error


def test_staff_can_replay_an_event_that_was_given_up(in_store: Any) -> None:
    payment = place(make_cart(make_goods())).payment
    event = make_event(subject=str(payment.pk), attempts=12, state="dead", last_error="gave up")
    pay(payment)

    replay_message(message=event)

    event.refresh_from_db()
    assert (event.attempts, event.state, event.last_error) == (1, "done", "")
    assert event.effect == "Payment: Received"
    assert Payment.objects.get().state == "captured"
