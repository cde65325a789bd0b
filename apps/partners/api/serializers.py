"""Input and output of webhook endpoints."""

from typing import Any

from rest_framework import serializers

from apps.common.api.fields import FlagField, LineField, MomentField, WebAddressField
from apps.common.api.pagination import PageQuery
from apps.common.api.serializers import StrictSerializer
from apps.partners.models import WebhookDelivery, WebhookEndpoint
from apps.partners.signing import secret_of
from apps.partners.states import DeliveryState, EndpointState
from apps.partners.topics import TOPICS

_TOPICS = [topic.code for topic in TOPICS]


class EndpointInput(StrictSerializer):
    url = WebAddressField(max_length=500)
    topics = serializers.ListField(
        child=serializers.ChoiceField(choices=_TOPICS), allow_empty=False, max_length=100
    )
    description = LineField(max_length=120, required=False, default="", allow_blank=True)


class EndpointChangeInput(StrictSerializer):
    url = WebAddressField(max_length=500, required=False)
    topics = serializers.ListField(
        child=serializers.ChoiceField(choices=_TOPICS),
        allow_empty=False,
        max_length=100,
        required=False,
    )
    description = LineField(max_length=120, required=False, allow_blank=True)
    is_active = FlagField(required=False)


class DeliveryQuery(PageQuery):
    state = serializers.ChoiceField(choices=DeliveryState.choices, required=False)


class EndpointSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField()
    topics = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=EndpointState.choices)
    state_reason = serializers.CharField()
    failing_since = MomentField(allow_null=True)
    created_at = MomentField()


class EndpointListSerializer(serializers.Serializer[Any]):
    results = EndpointSerializer(many=True)


class EndpointWithSecretSerializer(EndpointSerializer):
    secret = serializers.CharField(help_text="Shown in this answer only.")


class DeliverySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    event_id = serializers.CharField()
    topic = serializers.CharField()
    resource_id = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempts = serializers.IntegerField()
    last_status = serializers.IntegerField(allow_null=True)
    last_error = serializers.CharField()
    next_try_at = MomentField(allow_null=True)
    created_at = MomentField()


def present_endpoint(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": str(endpoint.pk),
        "url": endpoint.url,
        "description": endpoint.description,
        "topics": endpoint.topics,
        "state": endpoint.state,
        "state_reason": endpoint.state_reason,
        "failing_since": endpoint.failing_since,
        "created_at": endpoint.created_at,
    }


def present_with_secret(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {**present_endpoint(endpoint), "secret": secret_of(endpoint)}


def present_delivery(delivery: WebhookDelivery) -> dict[str, Any]:
    waits = delivery.state == DeliveryState.PENDING
    return {
        "id": str(delivery.pk),
        "event_id": delivery.event_id,
        "topic": delivery.topic,
        "resource_id": delivery.resource_id,
        "version": delivery.version,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
        "next_try_at": delivery.due_at if waits else None,
        "created_at": delivery.created_at,
    }
