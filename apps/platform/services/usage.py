"""How much each store uses, one row per store and day."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from apps.common.clock import now
from apps.platform.models import Store, UsageMetric
from apps.tenancy.context import outside_store
from apps.tenancy.routers import PLATFORM


def record_orders(
    *, store_id: UUID, on: date, orders: int, value_minor: int, currency: str
) -> UsageMetric:
    """Set the number of a day's orders and their value in the store's currency. The values are totals, so a repeated
    call changes nothing.

    A smaller number than the recorded one is a late message and is ignored.
    """
    with outside_store(), transaction.atomic(using=PLATFORM):
        Store.objects.select_for_update().filter(pk=store_id).first()  # one writer at a time
        metric, _created = UsageMetric.objects.get_or_create(
            store_id=store_id, on=on, defaults={"currency": currency}
        )
        if orders > metric.orders_created:
            metric.orders_created, metric.orders_value_minor = orders, value_minor
            metric.currency = currency
            metric.save(update_fields=["orders_created", "orders_value_minor", "currency"])
            everything = UsageMetric.objects.filter(store_id=store_id).aggregate(
                orders=Sum("orders_created")
            )
            Store.objects.filter(pk=store_id).update(
                order_count=everything["orders"] or 0, last_activity_at=now()
            )
    return metric
