"""Reads of keys and webhooks."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from apps.common.clock import now
from apps.events.models import AuditEntry
from apps.partners.errors import DeliveryNotFound, EndpointNotFound
from apps.partners.models import ApiKey, WebhookDelivery, WebhookEndpoint
from apps.partners.states import DeliveryState


def list_changes_by(key: ApiKey, *, limit: int = 50) -> list[AuditEntry]:
    """What the program has changed, the latest first."""
    entries = AuditEntry.objects.filter(actor_ref=key.pk, actor_kind="key")
    return list(entries.order_by("-id")[:limit])


def expired_keys() -> QuerySet[ApiKey, UUID]:
    """The ids of keys whose time is over, for a query about what they made."""
    return ApiKey.objects.filter(expires_at__lte=now()).order_by().values_list("pk", flat=True)


def get_endpoint(endpoint_id: UUID) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.filter(pk=endpoint_id).first()
    if found is None:
        raise EndpointNotFound
    return found


def get_delivery(endpoint: WebhookEndpoint, delivery_id: UUID) -> WebhookDelivery:
    found = endpoint.deliveries.select_related("endpoint").filter(pk=delivery_id).first()
    if found is None:
        raise DeliveryNotFound
    return found


def list_deliveries(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """The latest first."""
    return endpoint.deliveries.select_related("endpoint").order_by("-id")


def list_kept_topics(endpoint: WebhookEndpoint) -> set[str]:
    """What the kept deliveries are about, those that wait included."""
    return set(endpoint.deliveries.order_by().values_list("topic", flat=True).distinct())


def count_deliveries(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """How many wait, and how many were given up, of those that are kept."""
    return endpoint.deliveries.aggregate(
        waiting=Count("pk", filter=Q(state=DeliveryState.PENDING)),
        failed=Count("pk", filter=Q(state=DeliveryState.FAILED)),
    )
