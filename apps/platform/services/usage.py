"""How much each store uses, one row per store and day, and the notices of what comes near its limit.

Who changes a row locks the store's first or none: `record_orders` and files lock both, in this order.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import OperationalError
from django.db.models import BigIntegerField, F, Subquery, Sum, Value
from django.db.models.functions import Greatest

from apps.common.clock import now
from apps.platform.models import LimitName, LimitNotice, Store, UsageMetric
from apps.platform.selectors.limits import get_limits
from apps.platform.selectors.usage import NOTICE_PERCENTS, DueNotice
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform, in_platform_transaction

log = structlog.get_logger(__name__)
# A store has a row for each day: an older one is of a store that was away.
_LOOKED_BACK: Final = timedelta(days=40)


def count_products(
    store_id: UUID, on: date, *, created: int = 0, updated: int = 0, deleted: int = 0
) -> None:
    """Products of that day, after they were written. Without an answer of the master database the day lacks them: the
    products are there all the same, and the total is counted again at night."""
    try:
        change_day(
            store_id,
            on,
            products_created=at_least_0(F("products_created") + created),
            products_updated=at_least_0(F("products_updated") + updated),
            products_deleted=at_least_0(F("products_deleted") + deleted),
            products_total=at_least_0(F("products_total") + created - deleted),
        )
    except OperationalError:
        if in_platform_transaction():
            raise
        log.warning("A change of products was not counted.", store=str(store_id))


def count_files(store_id: UUID, on: date, *, uploaded: int = 0, deleted: int = 0) -> None:
    """Bytes of files, after the store's own counter. Below zero: what was counted did not happen."""
    total = Store.objects.filter(pk=store_id).values("storage_used_bytes")
    change_day(
        store_id,
        on,
        storage_uploaded_bytes=at_least_0(F("storage_uploaded_bytes") + uploaded),
        storage_deleted_bytes=at_least_0(F("storage_deleted_bytes") + deleted),
        storage_total_bytes=Subquery(total),
    )


def change_day(store_id: UUID, on: date, **changes: Any) -> None:
    """One UPDATE of a day's row; three statements more where it is the day's first. A store that is gone has no rows."""
    row = UsageMetric.objects.filter(store_id=store_id, on=on)
    if not row.update(**changes):
        begin_days({store_id: on})
        row.update(**changes)


def begin_days(days: Mapping[UUID, date]) -> None:
    """The rows of these stores' days, where they are missing, with the totals of the day before. Repeatable; two at once make
    one row."""
    stores = Store.objects.filter(pk__in=days).values_list("id", "currency", "storage_used_bytes")
    last = max(days.values())
    known = UsageMetric.objects.filter(store_id__in=days, on__range=(last - _LOOKED_BACK, last))
    latest = known.order_by("store_id", "-on").distinct("store_id")
    before = dict(latest.values_list("store_id", "products_total"))
    UsageMetric.objects.bulk_create(
        [
            UsageMetric(
                store_id=key,
                on=days[key],
                currency=currency,
                products_total=before.get(key, 0),
                storage_total_bytes=stored,
            )
            for key, currency, stored in stores
        ],
        ignore_conflicts=True,
    )


def at_least_0(expression: Any) -> Greatest:
    return Greatest(Value(0), expression, output_field=BigIntegerField())


def record_orders(
    *, store_id: UUID, on: date, orders: int, value_minor: int, currency: str
) -> UsageMetric:
    """Set the number of a day's orders and their value in the store's currency. The values are totals, so a repeated
    call changes nothing.

    A smaller number than the recorded one is a late message and is ignored. Orders beyond the month's limit are counted
    as `orders_over` of their day.
    """
    with outside_store(), atomic_on_platform():
        lock_store(store_id)
        metric = lock_day(store_id, on)
        if orders > metric.orders_created:
            more = orders - metric.orders_created
            metric.orders_created, metric.orders_value_minor = orders, value_minor
            metric.currency = currency
            metric.orders_over = count_over(metric)
            fields = ["orders_created", "orders_value_minor", "currency", "orders_over"]
            metric.save(update_fields=fields)
            Store.objects.filter(pk=store_id).update(
                order_count=F("order_count") + more, last_activity_at=now()
            )
    return metric


def lock_day(store_id: UUID, on: date) -> UsageMetric:
    """The row of a day, locked; made where it is missing. The store is locked already."""
    rows = UsageMetric.objects.select_for_update().filter(store_id=store_id, on=on)
    found = rows.first()
    if found is None:
        begin_days({store_id: on})
        found = rows.get()
    return found


def lock_store(store_id: UUID) -> None:
    """One writer of a store's orders at a time. Rows that refer to the store can still be added."""
    Store.objects.select_for_update(no_key=True).filter(pk=store_id).first()


def count_over(metric: UsageMetric) -> int:
    """How many of the month's orders are beyond the limit of now, without those that other days have counted."""
    allowed = get_limits(metric.store_id).numbers[LimitName.ORDERS]
    if allowed is None:
        return metric.orders_over
    others = UsageMetric.objects.filter(
        store_id=metric.store_id, on__year=metric.on.year, on__month=metric.on.month
    ).exclude(pk=metric.pk)
    found = others.aggregate(orders=Sum("orders_created"), over=Sum("orders_over"))
    beyond = (found["orders"] or 0) + metric.orders_created - allowed - (found["over"] or 0)
    return min(max(beyond, metric.orders_over), metric.orders_created)


def note_notice(notice: DueNotice) -> None:
    """The owners were notified of this share, and of those below. Repeatable."""
    LimitNotice.objects.bulk_create(
        [
            LimitNotice(
                store_id=notice.store_id,
                limit=LimitName.ORDERS,
                month=notice.month,
                percent=percent,
            )
            for percent in NOTICE_PERCENTS
            if percent <= notice.percent
        ],
        ignore_conflicts=True,
    )
