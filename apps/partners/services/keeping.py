"""What is sent again by hand, what is forgotten, and what a copy of a store does not take over."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import transaction

from apps.common.clock import now
from apps.partners.errors import NotSendable
from apps.partners.keys import known_keys
from apps.partners.models import ApiKey, WebhookDelivery, WebhookEndpoint
from apps.partners.services import sending
from apps.partners.services.starting import publish, start_sending
from apps.partners.states import DeliveryState, EndpointState
from apps.partners.wanted import is_anything_wanted, wanted_topics
from apps.platform.auditing import note

KEPT: Final = timedelta(days=30)
_STEP: Final = 500
MOST_AT_ONCE: Final = 1_000


def replay_deliveries(*, deliveries: Iterable[WebhookDelivery]) -> int:
    """Send them again, under the same ids. Raises `NotSendable` where one belongs to an endpoint that is not active."""
    rows = list(deliveries)[:MOST_AT_ONCE]
    if any(row.endpoint.state != EndpointState.ACTIVE for row in rows):
        raise NotSendable
    with transaction.atomic():
        for endpoint_id in sending.replay(deliveries=rows):
            sending.end_rest(endpoint_id)
            start_sending(endpoint_id)
        for row in rows:
            note("webhook_delivery.sent_again", row)
    return len(rows)


def start_due() -> int:
    """Start a task for each endpoint that something is due for. A store without active endpoints is not asked."""
    if not is_anything_wanted():
        return 0
    found = sending.list_due_endpoints()
    for endpoint_id in found:
        publish(endpoint_id)
    return len(found)


def forget_old() -> int:
    """Deliveries are kept for 30 days, with the data of buyers in them. Some hundreds at a time."""
    old = WebhookDelivery.objects.filter(created_at__lt=now() - KEPT)
    ids = list(old.order_by().values_list("pk", flat=True)[:_STEP])
    if not ids:
        return 0
    return WebhookDelivery.objects.filter(pk__in=ids).delete()[0]


def close_copy() -> None:
    """In a store that is a copy: its keys are revoked (they would not open it anyway), its endpoints paused, and what
    waited is dropped."""
    with transaction.atomic():
        ApiKey.objects.filter(revoked_at=None).update(
            revoked_at=now(), previous_digest=None, previous_until=None
        )
        WebhookEndpoint.objects.update(state=EndpointState.PAUSED, lease_until=None)
        WebhookDelivery.objects.filter(state=DeliveryState.PENDING).update(
            state=DeliveryState.DROPPED, finished_at=now()
        )
        known_keys.forget()
        wanted_topics.forget()
