"""What the platform's audit log keeps of the opening of a store, by whichever door."""

from apps.common.actor import Actor
from apps.events.services import record_audit
from apps.platform.models import Store
from apps.platform.services.hearing import when_opened


@when_opened
def remember(store: Store, actor: Actor) -> None:
    """One entry in the master's log, in the transaction that registers the store."""
    after = {"slug": store.slug, "plan": store.plan.code, "region": store.region}
    record_audit(actor=actor, action="store.opened", target=store, after=after)
