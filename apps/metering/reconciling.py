"""Days of the active store that are over, compared with the store itself: what differs is set right and kept with the day.

From one o'clock at night on, so that the outbox has brought the last orders. A run that breaks off is repeated; days that
were missed, while no worker ran, are made up for.
"""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db.models import Max

from apps.catalog.selectors.products import count_products
from apps.common.clock import day_of, now, today
from apps.metering.api_log.times import measure_day
from apps.orders.selectors import count_orders_of
from apps.platform.models import Store, UsageMetric
from apps.platform.services.corrections import note_call_times, reconcile_day
from apps.tenancy.context import current_store, outside_store

log = structlog.get_logger(__name__)

BEGINS_AFTER: Final = timedelta(hours=1)
MOST_DAYS: Final = 31
_TRIES: Final = 3


def reconcile_days() -> int:
    """The number of days that were compared. One statement where there are none."""
    store, last = current_store(), day_of(now() - BEGINS_AFTER) - timedelta(days=1)
    done = _get_last_compared(store.id)
    if done is None and _get_first_day(store.id) > last:
        return 0
    first = last if done is None else max(done, last - timedelta(days=MOST_DAYS)) + timedelta(1)
    days = [first + timedelta(days=after) for after in range((last - first).days + 1)]
    for day in days:
        found = dict(
            zip(("orders_created", "orders_value_minor"), count_orders_of(day), strict=True)
        )
        if day == last:
            found |= _total_after(store.id)
        wrong = reconcile_day(store_id=store.id, on=day, found=found, is_first=done is None)
        if wrong:
            log.warning("A day of a store was corrected.", store=store.slug, day=str(day), **wrong)
        times = measure_day(store.id, day)
        if times.p50_ms is not None and times.p95_ms is not None:
            note_call_times(store_id=store.id, on=day, **times._asdict())
    return len(days)


def _get_last_compared(store_id: UUID) -> date | None:
    with outside_store():
        rows = UsageMetric.objects.filter(store_id=store_id, reconciled_at__isnull=False)
        found: date | None = rows.aggregate(day=Max("on"))["day"]
    return found


def _get_first_day(store_id: UUID) -> date:
    with outside_store():
        opened = Store.objects.values_list("created_at", flat=True).get(pk=store_id)
    return day_of(opened)


def _total_after(store_id: UUID) -> dict[str, int]:
    """The products at the end of yesterday: those of now without what today brought. Nothing while they change."""
    for _ in range(_TRIES):
        before = _changes_since(store_id, today())
        total = count_products()
        if before == _changes_since(store_id, today()):
            return {"products_total": max(0, total - before)}
    return {}


def _changes_since(store_id: UUID, day: date) -> int:
    """How many products were created since, less those that were deleted."""
    with outside_store():
        rows = UsageMetric.objects.filter(store_id=store_id, on__gte=day)
        return sum(a - b for a, b in rows.values_list("products_created", "products_deleted"))
