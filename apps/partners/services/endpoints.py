"""Webhook endpoints: made, changed, paused, given another secret."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.accounts.services import count_alone
from apps.common.actor import Actor, ActorKind
from apps.common.clock import now
from apps.common.errors import InvalidInput
from apps.common.typed_text import Line, WebAddress, cleans_text
from apps.partners.errors import AddressRefused, NotItsEndpoint, TooManyEndpoints
from apps.partners.models import ApiKey, WebhookEndpoint
from apps.partners.selectors import expired_keys
from apps.partners.services.sending import end_rest
from apps.partners.services.starting import start_sending
from apps.partners.states import EndpointState
from apps.partners.topics import BY_CODE
from apps.partners.wanted import wanted_topics
from apps.platform import services as platform
from apps.platform.auditing import audited
from apps.tenancy.context import current_store
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
        count_alone()
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
    along when it ends, as if it had made it."""
    _check(url, topics)
    with transaction.atomic(), audited("webhook_endpoint.changed", endpoint):
        locked = _lock(endpoint)
        if actor.kind is ActorKind.KEY and url != locked.url:
            locked.made_by_key = actor.id
        locked.url, locked.topics, locked.description = url, sorted(set(topics)), description
        locked.save(update_fields=["url", "topics", "description", "made_by_key"])
        wanted_topics.forget()
    return locked


def set_active(*, endpoint: WebhookEndpoint, is_active: bool, actor: Actor) -> WebhookEndpoint:
    """Pause it, or let it run again: then what was waiting is sent. Nothing is written for it in between. Repeatable.

    One that ended with its key is let run again by staff, and is theirs from then on. Raises `NotItsEndpoint` for a key."""
    state = EndpointState.ACTIVE if is_active else EndpointState.PAUSED
    with transaction.atomic(), audited("webhook_endpoint.changed", endpoint):
        locked = _lock(endpoint)
        if is_active and _has_ended(locked.made_by_key):
            if actor.kind is ActorKind.KEY:
                raise NotItsEndpoint
            locked.made_by_key = None
        locked.state, locked.state_reason, locked.failing_since = state, "", None
        locked.save(update_fields=["state", "state_reason", "failing_since", "made_by_key"])
        wanted_topics.forget()
        if is_active:
            end_rest(locked.pk)
            start_sending(locked.pk)
    return locked


def rotate_secret(
    *, endpoint: WebhookEndpoint, seen_generation: int, actor: Actor
) -> WebhookEndpoint | None:
    """Another secret; for a day messages have the signature of the one before, too. None if it was changed since. Raises
    `NotItsEndpoint` for a key that neither made the endpoint nor entered its address."""
    with transaction.atomic(), audited("webhook_endpoint.secret_rotated", endpoint):
        locked = _lock(endpoint)
        if actor.kind is ActorKind.KEY and locked.made_by_key != actor.id:
            raise NotItsEndpoint
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
    made = WebhookEndpoint.objects.filter(made_by_key=key.pk)
    _pause(made, gettext("The API key that made it was revoked."))


def pause_endpoints_of_expired() -> int:
    """Those of keys whose time is over. How many there were; one statement where there are none."""
    made = WebhookEndpoint.objects.filter(made_by_key__in=expired_keys())
    return _pause(made, gettext("The API key that made it has expired."))


def note_end(expires_at: datetime | None) -> None:
    """Have the store looked at when a key expires: its endpoints end then. Before the transaction that saves it."""
    if expires_at is not None:
        platform.note_wake_up(store_id=current_store().id, due_at=expires_at)


def _pause(endpoints: QuerySet[WebhookEndpoint], reason: str) -> int:
    active = list(endpoints.filter(state=EndpointState.ACTIVE))
    if not active:
        return 0
    with transaction.atomic():
        for endpoint in active:
            with audited("webhook_endpoint.changed", endpoint):
                locked = _lock(endpoint)
                locked.state, locked.state_reason = EndpointState.PAUSED, reason
                locked.save(update_fields=["state", "state_reason"])
        wanted_topics.forget()
    return len(active)


def _has_ended(key_id: UUID | None) -> bool:
    key = ApiKey.objects.filter(pk=key_id).first() if key_id else None
    return key is not None and not key.is_valid()


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
