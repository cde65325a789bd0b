"""Endpoints of webhooks: where they may be, their secrets, and what programs may do with them."""

from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from apps.common.clock import now
from apps.common.errors import DomainError
from apps.events import services as events
from apps.partners import services as partners
from apps.partners.errors import TooManyEndpoints
from apps.partners.models import WebhookDelivery, WebhookEndpoint
from apps.partners.signing import secret_of
from apps.partners.states import EndpointState
from apps.tenancy.context import use_actor
from tests.api.shop import make_product, place_order
from tests.partners.programs import make_key, verify
from tests.support.acting import STAFF, seeing_all
from tests.support.hook_receiver import Receiver
from tests.support.threads import fails, run_at_once


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
        rotate = partial(partners.rotate_secret, endpoint=endpoint, seen_generation=1, actor=STAFF)
        rotated = rotate()
        assert rotated is not None
        assert rotate() is None
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


def test_a_program_gets_no_secret_of_what_staff_or_another_program_made(
    store: Any, endpoint: WebhookEndpoint
) -> None:
    scopes = ("write_webhooks", "read_orders", "read_products")
    (_key, api), (_other_key, other) = make_key(store, *scopes), make_key(store, *scopes)
    body = {"url": endpoint.url, "topics": ["order.placed"]}
    own = other.post("webhook-endpoints", body).json()["id"]
    for one in (endpoint.pk, own):
        refused = api.post(f"webhook-endpoints/{one}/secret")
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_its_endpoint")
    assert other.post(f"webhook-endpoints/{own}/secret").status_code == 200
    with seeing_all(store):
        assert WebhookEndpoint.objects.get(pk=endpoint.pk).secret_generation == 1
        assert WebhookEndpoint.objects.get(pk=own).secret_generation == 2


@pytest.mark.matrix
@pytest.mark.django_db(transaction=True)
def test_of_many_endpoints_at_once_twenty_are_made(throwaway_store: Any, settings: Any) -> None:
    settings.ALLOW_PRIVATE_WEB_HOSTS = True

    def create() -> WebhookEndpoint:
        with use_actor(STAFF):
            return partners.create_endpoint(
                url="https://127.0.0.1/x", topics=["order.placed"], actor=STAFF
            )

    answers = run_at_once(throwaway_store, [create] * (partners.MOST_ENDPOINTS + 6))
    assert [type(error) for error in fails(answers)] == [TooManyEndpoints] * 6


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
