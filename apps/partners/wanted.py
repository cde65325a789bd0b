"""Which news a store's endpoints want: read from memory at every message, so that a store without endpoints pays nothing."""

from typing import Final

from apps.partners.kept import KeptRows
from apps.partners.models import WebhookEndpoint
from apps.partners.states import EndpointState
from apps.tenancy.context import current_store_or_none, system_scope

wanted_topics: Final = KeptRows[frozenset[str]]("topics", trusted_seconds=1.0)


def is_wanted(topic: str) -> bool:
    """Whether an active endpoint of the store wants this topic. A sandbox tells the outside nothing."""
    return topic in _wanted()


def is_anything_wanted() -> bool:
    return bool(_wanted())


def _wanted() -> frozenset[str]:
    store = current_store_or_none()
    if store is None or store.is_sandbox:
        return frozenset()
    return wanted_topics.get("", _read)


def _read() -> frozenset[str]:
    """In a system scope: a visitor's request may be what has news."""
    with system_scope("webhooks"):
        active = WebhookEndpoint.objects.filter(state=EndpointState.ACTIVE)
        return frozenset(
            topic for topics in active.values_list("topics", flat=True) for topic in topics
        )
