"""Webhook endpoints: made, changed, paused, given another secret."""

from collections.abc import Collection
from datetime import timedelta
from typing import Annotated, Final

from django.db import transaction
from django.utils.translation import gettext

from apps.common.actor import Actor, ActorKind
from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.typed_text import Line, WebAddress, cleans_text
from apps.partners.errors import AddressRefused, TooManyEndpoints
from apps.partners.models import ApiKey, WebhookEndpoint
from apps.partners.services.sending import end_rest
from apps.partners.services.starting import start_sending
from apps.partners.states import EndpointState
from apps.partners.topics import BY_CODE
from apps.partners.wanted import wanted_topics
from apps.platform.auditing import audited
from apps.tenancy.errors import HostRefused
from apps.tenancy.outgoing import check_address

MOST_ENDPOINTS: Final = 20
OVERLAP: Final = timedelta(days=1)


@cleans_text
def create_endpoint(
    *,
    url: Annotated[str, WebAddress(500, required=True)],
    topics: Collection[str],
    actor: Actor,
    description: Annotated[str, Line(120)] = "",
) -> WebhookEndpoint:
    """Raises `AddressRefused` for an address that is not HTTPS or leads into a private network, `InvalidInput` for a topic
    that does not exist or none at all, `TooManyEndpoints`."""
    _check(url, topics)
    with transaction.atomic():
        if WebhookEndpoint.objects.count() >= MOST_ENDPOINTS:
            raise TooManyEndpoints
        endpoint = WebhookEndpoint(
            url=url,
            topics=sorted(set(topics)),
            description=description,
            created_by=actor.label[:200],
            made_by_key=actor.id if actor.kind is ActorKind.KEY else None,
        )
        with audited("webhook_endpoint.created", endpoint):
            endpoint.save(force_insert=True)
        wanted_topics.forget()
    return endpoint


@cleans_text
def change_endpoint(
    *,
    endpoint: WebhookEndpoint,
    url: Annotated[str, WebAddress(500, required=True)],
    topics: Collection[str],
    description: Annotated[str, Line(120)],
    actor: Actor,
) -> WebhookEndpoint:
    """Raises as `create_endpoint`. What waits goes to the new address. A key that enters another address takes the endpoint
    along when it is revoked, as if it had made it."""
    _check(url, topics)
    with transaction.atomic(), audited("webhook_endpoint.changed", endpoint):
        locked = _lock(endpoint)
        if actor.kind is ActorKind.KEY and url != locked.url:
            locked.made_by_key = actor.id
        locked.url, locked.topics, locked.description = url, sorted(set(topics)), description
        locked.save(update_fields=["url", "topics", "description", "made_by_key"])
        wanted_topics.forget()
    return locked


def set_active(*, endpoint: WebhookEndpoint, is_active: bool) -> WebhookEndpoint:
    """Pause it, or let it run again: then what was waiting is sent. Nothing is written for it in between. Repeatable."""
    state = EndpointState.ACTIVE if is_active else EndpointState.PAUSED
    with transaction.atomic(), audited("webhook_endpoint.changed", endpoint):
        locked = _lock(endpoint)
        locked.state, locked.state_reason, locked.failing_since = state, "", None
        locked.save(update_fields=["state", "state_reason", "failing_since"])
        wanted_topics.forget()
        if is_active:
            end_rest(locked.pk)
            start_sending(locked.pk)
    return locked


def rotate_secret(*, endpoint: WebhookEndpoint, seen_generation: int) -> WebhookEndpoint | None:
    """Another secret; for a day messages have the signature of the one before, too. None if it was changed since."""
    with transaction.atomic(), audited("webhook_endpoint.secret_rotated", endpoint):
        locked = _lock(endpoint)
        if locked.secret_generation != seen_generation:
            return None
        locked.secret_generation += 1
        locked.previous_secret_until = now() + OVERLAP
        locked.save(update_fields=["secret_generation", "previous_secret_until"])
    return locked


def delete_endpoint(*, endpoint: WebhookEndpoint) -> None:
    """With its log of deliveries."""
    with transaction.atomic(), audited("webhook_endpoint.deleted", endpoint):
        WebhookEndpoint.objects.filter(pk=endpoint.pk).delete()
        wanted_topics.forget()


def pause_endpoints_of(*, key: ApiKey) -> None:
    """Those that a revoked key has made or sent elsewhere: who had the key may still get what is sent there."""
    with transaction.atomic():
        made = WebhookEndpoint.objects.filter(made_by_key=key.pk, state=EndpointState.ACTIVE)
        for endpoint in made:
            with audited("webhook_endpoint.changed", endpoint):
                locked = _lock(endpoint)
                locked.state = EndpointState.PAUSED
                locked.state_reason = gettext("The API key that made it was revoked.")
                locked.save(update_fields=["state", "state_reason"])
        wanted_topics.forget()


def _lock(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    return WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)


def _check(url: str, topics: Collection[str]) -> None:
    unknown = sorted(set(topics) - set(BY_CODE))
    if unknown or not topics:
        words = (
            gettext("There is no topic %(name)s.") % {"name": unknown[0]}
            if unknown
            else gettext("Choose at least one.")
        )
        raise InvalidInput(fields={"topics": [words]})
    try:
        check_address(url)
    except HostRefused as error:
        raise AddressRefused(fields={"url": [str(error)]}) from error
