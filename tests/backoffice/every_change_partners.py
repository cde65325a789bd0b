"""Changes of API keys and webhooks, by their pages and by the API."""

from typing import Any

from apps.partners import services as partners
from apps.partners.models import ApiKey, WebhookDelivery, WebhookEndpoint
from tests.backoffice.every_change import Cases, World
from tests.support.acting import STAFF, seeing_all

ACTIONS, BUTTONS, API = Cases(), Cases(), Cases()
FORMS = Cases()
URL = "https://93.184.216.34/hooks"


def _endpoint(world: World) -> WebhookEndpoint:
    with seeing_all(world.store):
        return partners.create_endpoint(url=URL, topics=["order.placed"], actor=STAFF)


def _delivery(world: World) -> WebhookDelivery:
    endpoint = _endpoint(world)
    with seeing_all(world.store):
        return partners.send_test(endpoint=endpoint)


@BUTTONS.of("store partners_apikey_new")
def _(world: World) -> None:
    form: dict[str, Any] = {"name": "ERP", "scopes": ["read_orders"]}
    assert world.client.post("/admin/partners/apikey/new/", form).status_code == 200
    with seeing_all(world.store):
        key = ApiKey.objects.get()
    url = f"/admin/partners/apikey/{key.pk}/change/"
    world.post(url, save="1", name="Till")
    assert world.client.post(url, {"rotate": "1", "prefix": key.prefix}).status_code == 200
    world.post(url, end_previous="1")
    world.post(url, revoke="1")


@BUTTONS.of("store partners_webhookendpoint_new")
def _(world: World) -> None:
    form: dict[str, Any] = {"url": URL, "topics": ["order.placed"]}
    page = world.client.post("/admin/partners/webhookendpoint/new/", form)
    assert page.status_code == 200
    with seeing_all(world.store):
        endpoint = WebhookEndpoint.objects.get()
    url = f"/admin/partners/webhookendpoint/{endpoint.pk}/change/"
    world.post(url, test="1")
    world.post(url, pause="1")
    world.post(url, resume="1")
    assert world.client.post(url, {"rotate": "1", "generation": "1"}).status_code == 200
    changed = {"save": "1", "url": URL, "description": "Till", "topics": ["order.paid"]}
    assert world.client.post(url, changed).status_code == 302
    world.post(url, delete="1")


@ACTIONS.of("store partners.webhookdelivery replay")
def _(world: World) -> None:
    world.act(_delivery(world), "replay")


@API.of("store POST webhook-endpoints")
def _(world: World) -> None:
    world.api("POST", "webhook-endpoints", {"url": URL, "topics": ["order.placed"]})


@API.of("store PATCH webhook-endpoints/<uuid:endpoint_id>")
def _(world: World) -> None:
    world.api("PATCH", f"webhook-endpoints/{_endpoint(world).pk}", {"description": "Till"})


@API.of("store DELETE webhook-endpoints/<uuid:endpoint_id>")
def _(world: World) -> None:
    world.api("DELETE", f"webhook-endpoints/{_endpoint(world).pk}")


@API.of("store POST webhook-endpoints/<uuid:endpoint_id>/test")
def _(world: World) -> None:
    world.api("POST", f"webhook-endpoints/{_endpoint(world).pk}/test", {})


@API.of("store POST webhook-endpoints/<uuid:endpoint_id>/secret")
def _(world: World) -> None:
    world.api("POST", f"webhook-endpoints/{_endpoint(world).pk}/secret", {})


@API.of("store POST webhook-endpoints/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/replay")
def _(world: World) -> None:
    row = _delivery(world)
    path = f"webhook-endpoints/{row.endpoint_id}/deliveries/{row.pk}/replay"
    world.api("POST", path, {})
