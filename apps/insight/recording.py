"""The history of agreements: a row for each change of what a store pays or is, in the transaction of that change."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import structlog
from django.utils.crypto import salted_hmac

from apps.common.clock import now, today
from apps.common.portions import portions
from apps.insight.models import AgreementChange, GoneDay
from apps.platform.models import BillingInterval, Store, Subscription, UsageMetric
from apps.platform.selectors.limits import OPEN
from apps.platform.states import StoreStatus, SubscriptionStatus
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform

log = structlog.get_logger(__name__)

_PAYS: Final = (SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE)
_AT_ONCE: Final = 500


class State(NamedTuple):
    """What a store is at a moment, as the figures see it."""

    is_open: bool
    status: str
    plan: str
    currency: str
    yearly: int

    @classmethod
    def of(cls, row: AgreementChange) -> "State":
        return cls(row.is_open, row.status, row.plan, row.currency, row.yearly_minor)


NOTHING: Final = State(False, "", "", "", 0)


def record_agreement(store_id: UUID) -> bool:
    """Write what the store is now, where it is not what its last row says. In the caller's transaction, which has locked the
    store's row."""
    with outside_store():
        found = list(_present([store_id]))
        if not found:
            return False
        _store, state = found[0]
        moment = now()
        if not AgreementChange.objects.filter(store_key=store_id).exists():
            _write_past(store_id)
        rows = AgreementChange.objects.filter(store_key=store_id, at__lte=moment)
        last = rows.order_by("-at", "-id").first()
        if last is not None and State.of(last) == state:
            return False
        _write(store_id, moment, state)
    return True


def record_deletion(store_id: UUID) -> None:
    """The store is gone; its past is kept for the figures, under a key that names no store. In the caller's transaction."""
    with outside_store():
        if not Store.objects.filter(pk=store_id, is_sandbox=False).exists():
            return
        key = key_of_gone(store_id)
        AgreementChange.objects.filter(store_key=store_id).update(store_key=key)
        _write(key, now(), NOTHING)
        names = [
            field.name
            for field in GoneDay._meta.concrete_fields
            if field.name not in ("id", "store_key", "on")
        ]
        days = {
            day.on: GoneDay(
                store_key=key, on=day.on, **{name: getattr(day, name) for name in names}
            )
            for day in UsageMetric.objects.filter(store_id=store_id)
        }
        last = max([today(), *days])
        days.setdefault(last, GoneDay(store_key=key, on=last)).storage_total_bytes = 0
        GoneDay.objects.bulk_create(days.values(), ignore_conflicts=True)


def key_of_gone(store_id: UUID) -> UUID:
    """The same for the same store. The id can't be found from it, nor it from the id without the platform's secret."""
    return UUID(bytes=salted_hmac("insight.gone", str(store_id), algorithm="sha256").digest()[:16])


def compare_agreements() -> int:
    """Write what no door has written: the past of stores that are older than this history, and changes that were made in
    the database by hand. The number of stores."""
    count = 0
    with outside_store():
        keys = Store.objects.filter(is_sandbox=False).order_by("id").values_list("id", flat=True)
        for some in portions(keys.iterator(chunk_size=_AT_ONCE), _AT_ONCE):
            last = AgreementChange.objects.filter(store_key__in=some, at__lte=now())
            known = {
                row.store_key: State.of(row)
                for row in last.order_by("store_key", "-at", "-id").distinct("store_key")
            }
            for key, state in _present(some):
                if known.get(key) != state:
                    count += _catch_up(key, is_new=key not in known)
    return count


def _catch_up(store_id: UUID, *, is_new: bool) -> bool:
    with atomic_on_platform():
        store = Store.objects.select_for_update().filter(pk=store_id).first()
        if store is None:
            return False
        if not is_new:
            log.warning("A change of a subscription was found late.", store=store.slug)
        return record_agreement(store_id) or is_new


def _write_past(store_id: UUID) -> None:
    """Of a store that is older than this history."""
    for moment, state in _derive(Store.objects.get(pk=store_id)):
        _write(store_id, moment, state)


def _write(store_id: UUID, moment: datetime, state: State) -> None:
    AgreementChange.objects.create(
        store_key=store_id,
        at=moment,
        is_open=state.is_open,
        status=state.status,
        plan=state.plan,
        currency=state.currency,
        yearly_minor=state.yearly,
    )


def _present(store_ids: Iterable[UUID]) -> Iterator[tuple[UUID, State]]:
    """What these stores are now: by the open subscription, else the latest. Two statements."""
    keys = list(store_ids)
    latest: dict[UUID, Subscription] = {}
    rows = Subscription.objects.filter(store_id__in=keys).select_related("plan")
    for row in rows.order_by("created_at", "id"):
        known = latest.get(row.store_id)
        if known is None or known.status not in OPEN or row.status in OPEN:
            latest[row.store_id] = row
    for store in Store.objects.filter(pk__in=keys, is_sandbox=False).select_related(None):
        yield store.pk, _state_of(store, latest.get(store.pk))


def _state_of(store: Store, subscription: Subscription | None) -> State:
    is_open = _is_open(store)
    if subscription is None:
        return State(is_open, "", "", "", 0)
    yearly = _yearly(subscription) if is_open and subscription.status in _PAYS else 0
    return State(
        is_open, subscription.status, subscription.plan.code, subscription.currency, yearly
    )


def _is_open(store: Store) -> bool:
    """Without a reason it is suspended by work of the platform's own, such as a restore."""
    is_at_work = store.status == StoreStatus.SUSPENDED and not store.suspension_reason
    return store.status == StoreStatus.ACTIVE or is_at_work


def _yearly(subscription: Subscription) -> int:
    """What it brings a year; nothing before periods are counted, as for what is not billed at all."""
    if subscription.anchored_at is None:
        return 0
    is_annual = subscription.interval == BillingInterval.ANNUAL
    return subscription.price_annual_minor if is_annual else 12 * subscription.price_monthly_minor


def _derive(store: Store) -> Iterator[tuple[datetime, State]]:
    """The past of a store from its subscriptions: when each began, when its trial ended and when it was cancelled. What
    happened between, such as a suspension, is not known."""
    if store.status == StoreStatus.PROVISIONING:
        return
    rows = list(
        Subscription.objects.filter(store=store).select_related("plan").order_by("created_at", "id")
    )
    for number, row in enumerate(rows):
        ended = row.cancelled_at
        trial = row.trial_ends_at if row.trial_ends_at else None
        begins = min(row.created_at, store.created_at) if number == 0 else row.created_at
        paid = State(True, SubscriptionStatus.ACTIVE, row.plan.code, row.currency, _yearly(row))
        if trial is not None and trial > begins:
            yield begins, paid._replace(status=SubscriptionStatus.TRIAL, yearly=0)
            begins = trial
        until = min(now(), ended or now())
        anchor = row.anchored_at
        if anchor is not None and begins < anchor <= until:
            yield begins, paid._replace(yearly=0)  # billing began later
            begins = anchor
        if begins <= until:
            yield begins, paid
        if ended is not None and number == len(rows) - 1:
            yield ended, paid._replace(is_open=False, status=SubscriptionStatus.CANCELLED, yearly=0)
