"""What the services share: the lock of a store's billing, and the change of a subscription's state."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.billing.due import next_step
from apps.billing.selectors import find_subscription, unpaid_since
from apps.billing.states import SUBSCRIPTION_TRANSITIONS
from apps.common.clock import now
from apps.common.states import require_transition
from apps.operations import store_status
from apps.platform.agreements import agreement_changed
from apps.platform.auditing import note
from apps.platform.models import Store, Subscription
from apps.platform.states import StoreStatus, SubscriptionStatus
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform


@dataclass
class Case:
    """A store and its subscription, both locked, at one moment. The subscription is None where the store has none."""

    store: Store
    subscription: Subscription | None
    moment: datetime


@contextmanager
def locked_case(store_id: UUID) -> Iterator[Case]:
    """Everything that decides about the store's billing, under the lock of its row, in one transaction."""
    with outside_store(), atomic_on_platform():
        store = Store.objects.select_for_update().select_related(None).get(pk=store_id)
        yield Case(store, find_subscription(store_id), now())


def move(case: Case, subscription: Subscription, target: SubscriptionStatus) -> None:
    """Change its state, unsaved, and that of the store's row. Changes by the clock are in the audit log, too."""
    before = subscription.status
    require_transition(
        SUBSCRIPTION_TRANSITIONS,
        subject=f"The subscription of {case.store.name}",
        current=before,
        target=target,
    )
    subscription.status = target
    note(
        "subscription.moved",
        case.store,
        before={"status": before},
        after={"status": str(target)},
        always=True,
    )


def save(case: Case, subscription: Subscription, *, is_due_now: bool = False) -> None:
    """Write the subscription with the moment of its next step, and what the store's row has of it."""
    subscription.due_at = (
        case.moment
        if is_due_now
        else next_step(subscription, unpaid_since=unpaid_since(case.store.pk), after=case.moment)
    )
    subscription.save()
    Store.objects.filter(pk=case.store.pk).update(
        subscription_status=subscription.status, trial_ends_at=subscription.trial_ends_at
    )
    agreement_changed(case.store.pk)


def close_shop(case: Case, subscription: Subscription, sentence: str) -> None:
    """Suspend the store, unless it is closed already: what closed it then decides when it opens."""
    if case.store.status == StoreStatus.ACTIVE:
        subscription.suspension_reason = sentence
        store_status.suspend_store(store=case.store, reason=sentence)


def open_shop(store_id: UUID) -> bool:
    """Reinstate a store that was closed because of its subscription, once that is active. Idempotent.

    A store that staff have suspended meanwhile, for a reason of theirs, stays suspended. Raises `Conflict` where the store
    can't be opened now; the clock tries again.
    """
    with locked_case(store_id) as case:
        subscription = case.subscription
        if subscription is None or not subscription.suspension_reason:
            return False
        if subscription.status not in (SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIAL):
            return False
        is_ours = case.store.suspension_reason == subscription.suspension_reason
        if case.store.status == StoreStatus.SUSPENDED and is_ours:
            store_status.reinstate_store(store=case.store)
        subscription.suspension_reason = ""
        save(case, subscription)
    return True
