"""Outgoing webhooks, against a receiver that is slow, refuses, redirects and hangs up."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.catalog import services as catalog
from apps.common.clock import now
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
from tests.partners.programs import verify
from tests.support.acting import STAFF, SYSTEM, seeing_all
from tests.support.hook_receiver import Receiver
from tests.support.statements import count_statements


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
        partners.set_active(endpoint=endpoint, is_active=True, actor=STAFF)
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


def test_every_topic_is_one_that_the_outbox_has(store: Any) -> None:
    assert len(BY_CODE) == len(TOPICS) == len({topic.source for topic in TOPICS})
    assert {topic.resource for topic in TOPICS} == set(SCOPES)
