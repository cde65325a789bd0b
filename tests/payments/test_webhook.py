"""The door for gateways: who may knock, what is kept, what is answered."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, TestCase

from apps.gateways import services as inbox
from apps.gateways import test_bank
from apps.gateways.models import GatewayEvent
from apps.payments import tasks
from apps.payments.models import Payment
from apps.payments.services import handle_waiting_events, replay_event
from apps.tenancy.context import use_store
from tests.checkout.shop import make_cart, make_goods, place
from tests.payments.bank import message_of, pay

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


def events(store: Any) -> list[GatewayEvent]:
    with use_store(store):
        return list(GatewayEvent.objects.all())


def test_a_signed_event_is_kept_raw_and_answered_at_once(store: Any, client: Client) -> None:
    body = b'{"data":{"charge_ref":"x"},  "type":"charge.paid", "id":"evt_9"}'

    answer = post(client, body, signed(store, body))

    assert (answer.status_code, answer.json()) == (200, {"received": True})
    kept = events(store)[0]
    assert kept.payload == body.decode()
    assert (kept.event_id, kept.kind, kept.charge_ref) == ("evt_9", "charge.paid", "x")
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


def test_an_event_about_nothing_is_tried_some_times_and_then_waits_for_people(
    in_store: Any,
) -> None:
    from datetime import timedelta

    for reference in ("nobody", "00000000-0000-7000-8000-000000000000"):
        GatewayEvent.objects.create(
            gateway="test", event_id=reference, kind="k", charge_ref=reference, payload="{}"
        )

    for _ in range(13):
        assert handle_waiting_events(older_than=timedelta(0)) == 0

    for event in GatewayEvent.objects.all():
        assert (event.attempts, event.handled_at) == (12, None)
        assert "No payment" in event.last_error


def test_an_event_no_task_handled_is_handled_by_the_sweeper(in_store: Any) -> None:
    from datetime import timedelta

    payment = place(make_cart(make_goods())).payment
    pay(payment)
    body, headers = message_of(payment)
    from apps.gateways.services import receive_event

    receive_event(gateway_code="test", body=body, headers=headers)

    assert handle_waiting_events(older_than=timedelta(minutes=1)) == 0, "a task may have it"
    assert handle_waiting_events(older_than=timedelta(0)) == 1
    assert handle_waiting_events(older_than=timedelta(0)) == 0
    assert Payment.objects.get().state == "captured"


def test_new_events_are_handled_by_one_task_each_once(
    in_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[object] = []
    monkeypatch.setattr(
        tasks.handle_new_events, "apply_async", lambda **options: published.append(options)
    )
    payment = place(make_cart(make_goods())).payment
    pay(payment)
    new, tried = (
        GatewayEvent.objects.create(
            gateway="test",
            event_id=name,
            kind="charge.paid",
            charge_ref=str(payment.pk),
            payload="{}",
            attempts=attempts,
        )
        for name, attempts in (("new", 0), ("tried", 1))
    )

    with TestCase.captureOnCommitCallbacks(execute=True):
        tasks.handle_soon(new)
        tasks.handle_soon(new)
    assert len(published) == 1

    assert tasks.handle_new_events() == 1
    assert tasks.handle_new_events() == 0
    new.refresh_from_db()
    tried.refresh_from_db()
    assert (new.attempts, new.handled_at is None) == (1, False)
    assert (tried.attempts, tried.handled_at) == (1, None), "the sweeper's"


def test_an_event_that_another_worker_took_is_not_handled_again(
    in_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = GatewayEvent.objects.create(
        gateway="test", event_id="e", kind="k", charge_ref="x", payload="{}"
    )
    handled: list[object] = []

    def events_read_before_the_other_took_it() -> Any:
        yield event
        GatewayEvent.objects.filter(pk=event.pk).update(attempts=1)
        yield event

    monkeypatch.setattr(inbox, "_each_new", events_read_before_the_other_took_it)
    inbox.handle_new_events(handler=handled.append)
    assert handled == [event]


def test_staff_can_replay_an_event_that_was_given_up(in_store: Any) -> None:
    payment = place(make_cart(make_goods())).payment
    event = GatewayEvent.objects.create(
        gateway="test",
        event_id="evt",
        kind="charge.paid",
        charge_ref=str(payment.pk),
        payload="{}",
        attempts=12,
        last_error="gave up",
    )
    pay(payment)

    replay_event(event=event)

    event.refresh_from_db()
    assert (event.attempts, event.last_error) == (1, "")
    assert Payment.objects.get().state == "captured"
    again = inbox.handle_event(event_id=event.pk, handler=lambda event: pytest.fail("again"))
    assert again.attempts == 1, "it was handled"
