"""Days of stores are set to what the stores have."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import F

from apps.common.clock import now
from apps.platform.models import Store, UsageMetric
from apps.platform.services.usage import at_least_0, count_over, lock_day, lock_store
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform

Wrong = dict[str, list[int]]
_KEPT: Final = ("orders_over", "reconciled_at", "corrections")


def reconcile_day(
    *, store_id: UUID, on: date, found: Mapping[str, int], is_first: bool = False
) -> Wrong:
    """Set the numbers of a day that is over to those that were found in the store; what differed, as `[counted, found]`.

    Repeatable. `is_first`: the store is of a release that did not count, so that nothing was wrong.
    """
    with outside_store(), atomic_on_platform():
        lock_store(store_id)
        day = lock_day(store_id, on)
        wrong = {
            name: [getattr(day, name), value]
            for name, value in found.items()
            if getattr(day, name) != value
        }
        for name, (_counted, value) in wrong.items():
            setattr(day, name, value)
        if "orders_created" in wrong:
            day.orders_over = count_over(day)
        _correct_later(day, wrong)
        day.reconciled_at = now()
        kept = {} if is_first else wrong
        if kept:
            day.corrections = {**(day.corrections or {}), **kept}
        day.save(update_fields=[*wrong, *_KEPT])
    return kept


def _correct_later(day: UsageMetric, wrong: Wrong) -> None:
    """What goes on from the corrected numbers: the store's orders in all, the totals of the days since."""
    orders, products = (
        wrong[name][1] - wrong[name][0] if name in wrong else 0
        for name in ("orders_created", "products_total")
    )
    if orders:
        store = Store.objects.filter(pk=day.store_id)
        store.update(order_count=at_least_0(F("order_count") + orders))
    if products:
        since = UsageMetric.objects.filter(store_id=day.store_id, on__gt=day.on)
        since.update(products_total=at_least_0(F("products_total") + products))


def note_call_times(*, store_id: UUID, on: date, p50_ms: int, p95_ms: int) -> None:
    """How long the API calls of a day that is over took."""
    with outside_store():
        day = UsageMetric.objects.filter(store_id=store_id, on=on)
        day.update(api_p50_ms=p50_ms, api_p95_ms=p95_ms)


def note_files(*, store_id: UUID, on: date, counted: int, found: int) -> None:
    """The store's files were counted again, and it has more or fewer bytes than were counted."""
    with outside_store(), atomic_on_platform():
        lock_store(store_id)
        day = lock_day(store_id, on)
        day.corrections = {**(day.corrections or {}), "storage_total_bytes": [counted, found]}
        day.storage_total_bytes = max(0, day.storage_total_bytes + found - counted)
        day.save(update_fields=["corrections", "storage_total_bytes"])
