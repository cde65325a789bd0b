"""A message of the outbox as deliveries: one for each endpoint that wants it, with the body as it is sent."""

from apps.common.clock import now
from apps.common.ids import new_id
from apps.events.consumers import Message
from apps.partners.models import WebhookDelivery, WebhookEndpoint
from apps.partners.payloads import Body, build_body, build_test_body, event_id_of
from apps.partners.services.sending import end_rest
from apps.partners.services.starting import start_sending
from apps.partners.states import EndpointState
from apps.partners.topics import BY_SOURCE, TEST
from apps.platform.auditing import note
from apps.tenancy.context import current_store
from apps.tenancy.transactions import atomic_at_home


def write_deliveries(message: Message) -> int:
    """Repeatable: a message that comes twice has the same event id. Returns the number of endpoints."""
    topic = BY_SOURCE[message.topic]
    active = WebhookEndpoint.objects.filter(state=EndpointState.ACTIVE)
    endpoints = [endpoint for endpoint in active if topic.code in endpoint.topics]
    if not endpoints or current_store().is_sandbox:
        return 0
    event_id = event_id_of(message.id)
    body = build_body(topic, event_id, message.payload, message.created_at)
    if body is None:
        return 0
    rows = [_delivery(endpoint, event_id, topic.code, body) for endpoint in endpoints]
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    for endpoint in endpoints:
        start_sending(endpoint.pk)
    return len(endpoints)


def send_test(*, endpoint: WebhookEndpoint) -> WebhookDelivery:
    """A message that says it is a test, through the way of all others. Its result is in the log of deliveries."""
    event_id = event_id_of(new_id())
    with atomic_at_home():
        delivery = _delivery(endpoint, event_id, TEST, build_test_body(event_id, now()))
        delivery.save(force_insert=True)
        note("webhook_endpoint.tested", endpoint)
        end_rest(endpoint.pk)
        start_sending(endpoint.pk)
    return delivery


def _delivery(endpoint: WebhookEndpoint, event_id: str, topic: str, body: Body) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint=endpoint,
        event_id=event_id,
        topic=topic,
        resource_id=body.resource_id,
        version=body.version,
        body=body.text,
    )
