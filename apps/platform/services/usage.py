"""How much each store uses, one row per store and day, and the notices of what comes near its limit."""

from datetime import date
from uuid import UUID

from django.db.models import Sum

from apps.common.clock import now
from apps.platform.models import LimitName, LimitNotice, Store, UsageMetric
from apps.platform.selectors.limits import get_limits
from apps.platform.selectors.usage import NOTICE_PERCENTS, DueNotice
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform


def record_orders(
    *, store_id: UUID, on: date, orders: int, value_minor: int, currency: str
) -> UsageMetric:
    """Set the number of a day's orders and their value in the store's currency. The values are totals, so a repeated
    call changes nothing.

    A smaller number than the recorded one is a late message and is ignored. Orders beyond the month's limit are counted
    as `orders_over` of their day.
    """
    with outside_store(), atomic_on_platform():
        Store.objects.select_for_update().filter(pk=store_id).first()  # one writer at a time
        metric, _created = UsageMetric.objects.get_or_create(
            store_id=store_id, on=on, defaults={"currency": currency}
        )
        if orders > metric.orders_created:
            metric.orders_created, metric.orders_value_minor = orders, value_minor
            metric.currency = currency
            metric.orders_over = _count_over(metric)
            fields = ["orders_created", "orders_value_minor", "currency", "orders_over"]
            metric.save(update_fields=fields)
            everything = UsageMetric.objects.filter(store_id=store_id).aggregate(
                orders=Sum("orders_created")
            )
            Store.objects.filter(pk=store_id).update(
                order_count=everything["orders"] or 0, last_activity_at=now()
            )
    return metric


def _count_over(metric: UsageMetric) -> int:
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
