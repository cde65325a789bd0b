"""The clock of subscriptions: takes each step that is due, one subscription at a time, by the index of `due_at`."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from apps.billing.services.moving import locked_case, open_shop
from apps.billing.services.stepping import take_step
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.platform.models import Subscription
from apps.tenancy.context import outside_store

log = structlog.get_logger(__name__)

_BATCH: Final = 200
_POSTPONED: Final = timedelta(minutes=10)
_SOON: Final = timedelta(minutes=1)
# More than these are a mistake of the rules: the rest waits for the next run.
_MOST_STEPS: Final = 60


def take_due_steps(*, most: int = 5_000) -> int:
    """Take what is due now; the number of subscriptions. Repeatable, also at once: each step is decided under the lock of
    the store's row, in the transaction that says when the next one is due. A failing one is tried again in ten minutes
    and does not stop the others."""
    done = 0
    with outside_store():
        while done < most:
            batch = _list_due(min(_BATCH, most - done))
            for subscription_id, store_id in batch:
                _take_steps_of(subscription_id, store_id)
            done += len(batch)
            if not batch:
                return done
    return done


def _list_due(most: int) -> list[tuple[UUID, UUID]]:
    rows = Subscription.objects.filter(due_at__lte=now()).order_by("due_at", "id")
    return list(rows.values_list("pk", "store_id")[:most])


def _take_steps_of(subscription_id: UUID, store_id: UUID) -> None:
    try:
        for _ in range(_MOST_STEPS):
            if not _take_one(subscription_id, store_id):
                return
        _postpone(subscription_id, _POSTPONED)
        log.error("A subscription does not come to rest.", subscription=str(subscription_id))
    except DomainError as error:
        _postpone(subscription_id, _POSTPONED)
        log.warning(
            "A step of a subscription was postponed.", store=str(store_id), reason=str(error)
        )
    except Exception:  # one broken row must not keep the others from being billed
        _postpone(subscription_id, _POSTPONED)
        log.exception("A step of a subscription failed.", store=str(store_id))


def _take_one(subscription_id: UUID, store_id: UUID) -> bool:
    """One step; False where nothing is due any more."""
    with locked_case(store_id) as case:
        subscription = case.subscription
        if subscription is None or subscription.pk != subscription_id:
            # another one has taken its place
            Subscription.objects.filter(pk=subscription_id).update(due_at=None)
            return False
        if subscription.due_at is None or subscription.due_at > case.moment:
            return False
        opens = bool(subscription.suspension_reason)
        if not opens:
            take_step(case, subscription)
    return _opens(subscription_id, store_id) if opens else True


def _opens(subscription_id: UUID, store_id: UUID) -> bool:
    """A shop that can't be opened now, because a restore works on it, is tried again in a minute."""
    try:
        return open_shop(store_id)
    except DomainError as error:
        _postpone(subscription_id, _SOON)
        log.warning("A paid store was not opened yet.", store=str(store_id), reason=str(error))
        return False


def _postpone(subscription_id: UUID, wait: timedelta) -> None:
    Subscription.objects.filter(pk=subscription_id, due_at__lte=now()).update(due_at=now() + wait)
