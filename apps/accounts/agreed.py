"""Follows the hosts of stores: what their owners have to know becomes a mail."""

from apps.events import services as events
from apps.platform.agreements import follows_hosts
from apps.platform.models import Domain


@follows_hosts
def announce_host(domain: Domain, what: str) -> None:
    """A message of the platform's outbox, in the transaction of the change."""
    events.emit(
        topic="host.changed",
        key=str(domain.pk),
        payload={"host_id": str(domain.pk), "store": str(domain.tenant_id), "what": what},
    )
