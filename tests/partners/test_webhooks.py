"""Outgoing webhooks, against a receiver that is slow, refuses, redirects and hangs up."""

import base64
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from unittest.mock import patch

import pytest

from apps.accounts.roles import Role
from apps.catalog import services as catalog
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.events import services as events
from apps.events.models import OutboxMessage
from apps.fulfilment import services as fulfilment
from apps.inventory import services as inventory
from apps.notifications.models import SentMail
from apps.orders.models import Order
from apps.partners import outgoing
from apps.partners import services as partners
from apps.partners.models import WebhookDelivery, WebhookEndpoint
from apps.partners.payloads import event_id_of
from apps.partners.services import sending
from apps.partners.signing import secret_of
from apps.partners.states import DeliveryState, EndpointState
from apps.partners.topics import BY_CODE, SCOPES, TOPICS
from apps.partners.wanted import is_wanted
from apps.platform.dead_ends import dead_end
from apps.tenancy.context import use_store
from tests.api.shop import log_in, make_product, make_user, pay, place_order
from tests.partners.programs import make_key
from tests.support.acting import STAFF, SYSTEM, seeing_all
from tests.support.hook_receiver import Receiver, hook_receiver
from tests.support.statements import count_statements


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.ALLOW_PRIVATE_WEB_HOSTS = True
    with hook_receiver() as found:
        yield found


@pytest.fixture
def endpoint(store: Any, receiver: Receiver) -> WebhookEndpoint:
    with seeing_all(store):
        topics = ["order.placed", "order.cancelled", "shipment.shipped"]
        return partners.create_endpoint(url=receiver.url, topics=topics, actor=STAFF)


def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As docs/partners.md tells receivers to."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, sha256)).decode()
    given = [one.partition(",")[2] for one in headers["webhook-signature"].split()]
    return any(hmac.compare_digest(expected, one) for one in given)


def send(store: Any, endpoint: WebhookEndpoint) -> int:
    with seeing_all(store):
        events.relay_outbox()
        return partners.send_due(endpoint.pk)


def make_due() -> None:
    """As after the wait, and after the rest of a silent endpoint."""
    WebhookDelivery.objects.filter(state=DeliveryState.PENDING).update(due_at=now())
    WebhookEndpoint.objects.update(lease_until=None)


def test_what_happens_to_an_order_is_sent_signed_and_versioned(
    store: Any, receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    order = place_order(store, make_product(store))
    assert send(store, endpoint) == 1
    pay(store, order)
    with seeing_all(store):
        row = Order.objects.get(pk=order["id"])
        fulfilment.ship_order(order=row, actor=STAFF)
    assert send(store, endpoint) == 1
    with seeing_all(store):
        owner = make_user(store, Role.OWNER)
    bodies = [json.loads(body) for _headers, body in receiver.received]
    assert [body["type"] for body in bodies] == ["order.placed", "shipment.shipped"]
    assert bodies[0]["resource"]["version"] < bodies[1]["resource"]["version"]
    assert bodies[0]["resource"]["id"] == bodies[0]["data"]["id"] == order["id"]
    assert bodies[1]["data"]["order_id"] == order["id"]
    shown = log_in(store, owner).get(f"orders/{order['id']}").json()
    assert shown["shipments"][0] == {
        name: value
        for name, value in bodies[1]["data"].items()
        if name not in ("order_id", "order_number")
    }
    assert set(bodies[0]["data"]) == set(shown)
    for headers, body in receiver.received:
        assert headers["webhook-id"] == json.loads(body)["id"]
        with seeing_all(store):
            assert verify(secret_of(endpoint), headers, body)
            assert not verify(secret_of(endpoint), headers, body + b" ")


def test_a_store_without_endpoints_writes_and_asks_nothing(store: Any, endpoint: Any) -> None:
    """Nor for topics that no endpoint wants, nor in a sandbox."""
    product = make_product(store)
    with seeing_all(store):
        assert is_wanted("order.placed")
        assert not is_wanted("order.paid")
        partners.delete_endpoint(endpoint=endpoint)
        assert not is_wanted("order.placed")
        found: list[str] = []
        with count_statements(found):
            assert not is_wanted("order.placed")
        assert found == []
    place_order(store, product)
    with seeing_all(store):
        assert not OutboxMessage.objects.filter(consumer="partners.write_webhooks").exists()
    sandbox = replace(store.active_store, is_sandbox=True)
    with seeing_all(store):
        partners.create_endpoint(url=endpoint.url, topics=["order.placed"], actor=STAFF)
        assert is_wanted("order.placed")
    with use_store(sandbox, actor=SYSTEM):
        assert not is_wanted("order.placed")
        assert partners.send_due(endpoint.pk) == 0


def test_failures_are_tried_again_under_the_same_id_by_the_table(
    store: Any, receiver: Receiver, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error, a redirect (not followed), a connection that is dropped, and answers byte by byte."""
    monkeypatch.setattr(outgoing, "DEADLINE_SECONDS", 0.5)
    place_order(store, make_product(store))
    receiver.behave[:] = [500, "redirect", "drop", "drip"]
    assert send(store, endpoint) == 0
    with seeing_all(store):
        delivery = WebhookDelivery.objects.get()
        for tried in range(1, 5):
            delivery.refresh_from_db()
            assert (delivery.attempts, delivery.state) == (tried, "pending")
            wait = delivery.due_at - now()
            assert timedelta(0) <= partners.WAITS[tried - 1] - wait < timedelta(seconds=30)
            make_due()
            delivered = partners.send_due(endpoint.pk)
        assert delivered == 1
        tries = list(delivery.tries.order_by("id"))
        assert [one.status for one in tries] == [500, 302, None, None, 200]
        assert "redirects" in tries[1].error
        assert "seconds" in tries[3].error
        assert len(tries[0].answer) == outgoing.KEPT_ANSWER
        delivery.refresh_from_db()
        assert delivery.state == "delivered"
    assert len({headers["webhook-id"] for headers, _body in receiver.received}) == 1
    assert len({body for _headers, body in receiver.received}) == 1
    assert sum(partners.WAITS, timedelta(0)) > timedelta(days=2, hours=23)


def test_what_is_given_up_waits_for_people_and_a_week_of_failures_switches_off(
    store: Any, receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    with seeing_all(store):
        owner = make_user(store, Role.OWNER)
    place_order(store, make_product(store))
    send(store, endpoint)
    with seeing_all(store):
        delivery = WebhookDelivery.objects.get()
        WebhookDelivery.objects.update(
            state="pending", attempts=partners.MOST_TRIES - 1, due_at=now()
        )
        receiver.behave[:] = [503]
        partners.send_due(endpoint.pk)
        delivery.refresh_from_db()
        assert delivery.state == "failed"
        kind = next(one for one in dead_end if one.code == "partners.webhook")
        assert [one.pk for one in kind.found.list(10)] == [delivery.pk]
        assert kind.resolve is not None
        kind.resolve(delivery, STAFF)
        assert partners.send_due(endpoint.pk) == 1  # the same id once more
        endpoint.refresh_from_db()
        assert endpoint.failing_since is None
        WebhookEndpoint.objects.update(failing_since=now() - timedelta(days=8))
        partners.replay_deliveries(deliveries=[WebhookDelivery.objects.get()])
        receiver.behave[:] = [500]
        partners.send_due(endpoint.pk)
        endpoint.refresh_from_db()
        assert endpoint.state == EndpointState.SWITCHED_OFF
        mails = SentMail.objects.filter(template="webhook_switched_off")
        assert [mail.to for mail in mails] == [owner.email]
        assert receiver.url in mails[0].text
        assert not is_wanted("order.placed")
        make_due()
        assert partners.send_due(endpoint.pk) == 0
        partners.set_active(endpoint=endpoint, is_active=True)
        assert partners.send_due(endpoint.pk) == 1  # what waited is sent now
        partners.replay_deliveries(deliveries=WebhookDelivery.objects.all())
        receiver.behave[:] = [410]
        partners.send_due(endpoint.pk)
        endpoint.refresh_from_db()
        assert endpoint.state == EndpointState.SWITCHED_OFF
    assert len({headers["webhook-id"] for headers, _body in receiver.received}) == 1


def test_one_worker_sends_to_an_endpoint_and_a_silent_one_costs_one_deadline(
    store: Any, receiver: Receiver, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "DEADLINE_SECONDS", 0.4)
    with seeing_all(store):
        for _ in range(3):
            partners.send_test(endpoint=endpoint)
        receiver.behave[:] = ["drip", "drip", "drip"]
        assert partners.send_due(endpoint.pk) == 0
        assert len(receiver.received) == 1
        assert sending.list_due_endpoints() == []  # it rests, though two more are due
        assert partners.send_due(endpoint.pk) == 0
        assert len(receiver.received) == 1
        WebhookEndpoint.objects.update(failing_since=now() - timedelta(hours=2), lease_until=None)
        assert partners.send_due(endpoint.pk) == 0
        endpoint.refresh_from_db()
        assert endpoint.lease_until is not None
        assert endpoint.lease_until > now() + timedelta(minutes=14)
        receiver.behave.clear()
        partners.send_test(endpoint=endpoint)  # people don't wait
        assert partners.send_due(endpoint.pk) == 2
        waiting = partners.send_test(endpoint=endpoint)
        WebhookEndpoint.objects.update(lease_until=now() + timedelta(seconds=30))
        assert partners.send_due(endpoint.pk) == 0  # another worker has it
        WebhookEndpoint.objects.update(lease_until=now() - timedelta(seconds=1))  # it died
        assert partners.send_due(endpoint.pk) == 1
        waiting.refresh_from_db()
        assert waiting.state == "delivered"


def test_a_message_that_comes_twice_is_one_delivery(store: Any, endpoint: WebhookEndpoint) -> None:
    place_order(store, make_product(store))
    with seeing_all(store):
        events.relay_outbox()
        message = OutboxMessage.objects.get(consumer="partners.write_webhooks")
        events.replay_message(message=message)
        events.relay_outbox()
        assert WebhookDelivery.objects.get().event_id == event_id_of(message.message_id)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/hooks",
        "https://localhost/hooks",
        "https://127.0.0.1/hooks",
        "https://[::ffff:10.0.0.1]/hooks",
        "https://169.254.169.254/latest",
        "https://user:secret@93.184.216.34/",
    ],
)
def test_addresses_of_our_own_network_are_refused(store: Any, settings: Any, address: str) -> None:
    settings.ALLOW_PRIVATE_WEB_HOSTS = False
    with seeing_all(store), pytest.raises(DomainError) as refused:
        partners.create_endpoint(url=address, topics=["order.placed"], actor=STAFF)
    assert "url" in refused.value.fields


def test_a_name_that_is_pointed_at_us_later_is_refused_when_it_is_sent(
    store: Any, settings: Any, receiver: Receiver
) -> None:
    settings.ALLOW_PRIVATE_WEB_HOSTS = False
    public = [(2, 1, 6, "", ("93.184.216.34", 443))]
    private = [(2, 1, 6, "", ("127.0.0.1", int(receiver.url.split(":")[2].split("/")[0])))]
    with seeing_all(store):
        with patch("apps.tenancy.addresses.socket.getaddrinfo", return_value=public):
            url = "https://hooks.example.com/"
            made = partners.create_endpoint(url=url, topics=["order.placed"], actor=STAFF)
        partners.send_test(endpoint=made)
        with patch("apps.tenancy.addresses.socket.getaddrinfo", return_value=private):
            assert partners.send_due(made.pk) == 0
        assert "private" in WebhookDelivery.objects.get().last_error
    assert receiver.received == []


def test_after_a_rotation_both_secrets_verify_for_a_day(
    store: Any, receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    with seeing_all(store):
        old = secret_of(endpoint)
        rotated = partners.rotate_secret(endpoint=endpoint, seen_generation=1)
        assert rotated is not None
        assert partners.rotate_secret(endpoint=endpoint, seen_generation=1) is None
        new = secret_of(rotated)
        partners.send_test(endpoint=rotated)
        partners.send_due(endpoint.pk)
        WebhookEndpoint.objects.update(previous_secret_until=now() - timedelta(seconds=1))
        partners.send_test(endpoint=rotated)
        partners.send_due(endpoint.pk)
    both, late = receiver.received
    assert new != old
    assert [verify(secret, *both) for secret in (old, new)] == [True, True]
    assert [verify(secret, *late) for secret in (old, new)] == [False, True]


def test_a_copy_of_a_store_has_no_keys_and_tells_the_outside_nothing(
    store: Any, receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    _key, api = make_key(store, "read_products")
    with seeing_all(store):
        partners.send_test(endpoint=endpoint)
        partners.close_copy()
        endpoint.refresh_from_db()
        assert endpoint.state == EndpointState.PAUSED
        assert WebhookDelivery.objects.get().state == "dropped"
        partners.send_due(endpoint.pk)
    assert receiver.received == []
    assert api.get("products").status_code == 401


def test_products_and_stock_tell_what_changed(store: Any, receiver: Receiver) -> None:
    product = make_product(store)
    with seeing_all(store):
        topics = ["product.changed", "product.deleted", "stock.changed"]
        made = partners.create_endpoint(url=receiver.url, topics=topics, actor=STAFF)
        changed = catalog.set_product_status(product=product, status="archived")
        inventory.receive_stock(
            variant_ref=product.variants[0].id,
            sku=product.variants[0].sku,
            quantity=3,
            reason="test",
        )
        assert send(store, made) == 2
        catalog.delete_product(product=changed)
        assert send(store, made) == 1
    bodies = [json.loads(body) for _headers, body in receiver.received]
    first, last, stock = (next(one for one in bodies if one["type"] == topic) for topic in topics)
    assert (first["resource"]["id"], first["data"]["status"]) == (str(product.pk), "archived")
    assert stock["data"]["items"][0]["on_hand"] == 13
    assert last["data"] == {"id": str(product.pk)}
    assert first["resource"]["version"] < last["resource"]["version"]


def test_old_deliveries_are_forgotten_with_the_data_of_buyers(store: Any, endpoint: Any) -> None:
    with seeing_all(store):
        partners.send_test(endpoint=endpoint)
        partners.send_due(endpoint.pk)
        assert partners.forget_old() == 0
        WebhookDelivery.objects.update(created_at=now() - timedelta(days=31))
        assert partners.forget_old() == 2  # with its try
        assert not WebhookDelivery.objects.exists()


def test_programs_keep_their_own_endpoints_by_rest(store: Any, receiver: Receiver) -> None:
    _key, api = make_key(store, "write_webhooks", "read_orders")
    body = {"url": receiver.url, "topics": ["order.placed"]}
    refused = api.post("webhook-endpoints", {**body, "topics": ["return.requested"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "scope_missing")
    made = api.post("webhook-endpoints", body)
    assert made.status_code == 201, made.content
    found = made.json()
    one = f"webhook-endpoints/{found['id']}"
    assert "secret" not in api.get(one).json()
    assert api.post(f"{one}/test").status_code == 202
    with seeing_all(store):
        endpoint = WebhookEndpoint.objects.get()
        assert endpoint.created_by == "API key ERP"
        assert partners.send_due(endpoint.pk) == 1
        assert verify(found["secret"], *receiver.received[0])
    listed = api.get(f"{one}/deliveries?state=delivered").json()["results"]
    assert [row["last_status"] for row in listed] == [200]
    replayed = api.post(f"{one}/deliveries/{listed[0]['id']}/replay")
    assert (replayed.status_code, replayed.json()["state"]) == (202, "pending")
    assert api.post(f"{one}/secret").json()["secret"] != found["secret"]
    paused = api.patch(one, {"is_active": False, "description": "Till"}).json()
    assert (paused["state"], paused["description"], paused["url"]) == (
        "paused",
        "Till",
        receiver.url,
    )
    assert api.post(f"{one}/deliveries/{listed[0]['id']}/replay").status_code == 409
    _other, blind = make_key(store, "write_webhooks")
    assert blind.delete(one).status_code == 403
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404


def test_a_program_sends_no_news_again_that_it_may_not_read(
    store: Any, endpoint: WebhookEndpoint
) -> None:
    """The log of an endpoint has what it wanted before its topics were changed."""
    _key, blind = make_key(store, "write_webhooks", "read_products")
    _other, api = make_key(store, "write_webhooks", "read_products", "read_orders")
    place_order(store, make_product(store))
    with seeing_all(store):
        events.relay_outbox()
        WebhookEndpoint.objects.update(topics=["product.changed"])
        kept = WebhookDelivery.objects.get()
    one = f"webhook-endpoints/{endpoint.pk}"
    for path in (f"{one}/deliveries/{kept.pk}/replay", f"{one}/secret", f"{one}/test"):
        assert blind.post(path).status_code == 403, path
    assert blind.patch(one, {"url": "https://93.184.215.14/mine"}).status_code == 403
    assert api.post(f"{one}/deliveries/{kept.pk}/replay").status_code == 202
    assert api.post(f"{one}/test").status_code == 202
    assert api.patch(one, {"description": "After a test"}).status_code == 200
    with seeing_all(store):
        WebhookDelivery.objects.all().delete()
    assert blind.patch(one, {"description": "Nothing kept"}).status_code == 200


def test_every_topic_is_one_that_the_outbox_has(store: Any) -> None:
    assert len(BY_CODE) == len(TOPICS) == len({topic.source for topic in TOPICS})
    assert {topic.resource for topic in TOPICS} == set(SCOPES)
