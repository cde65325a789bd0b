"""What orders do when something happened elsewhere."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum

from apps.events.consumers import Message, consumes
from apps.orders.models import Order
from apps.platform import services as platform
from apps.platform.tenancy.context import current_store


@consumes("order.placed")
def count_order(message: Message) -> None:
    """Tell the platform how many orders the store's day has by now. Repeatable."""
    store = current_store()
    order = Order.objects.get(pk=UUID(message.payload["checkout_id"]))
    zone = ZoneInfo(store.time_zone)
    day = order.placed_at.astimezone(zone).date()
    begin = datetime(day.year, day.month, day.day, tzinfo=zone)
    found = Order.objects.filter(
        placed_at__gte=begin, placed_at__lt=begin + timedelta(days=1)
    ).aggregate(orders=Count("id"), value=Sum("total_minor"))
    platform.record_orders(
        store_id=store.id,
        on=day,
        orders=found["orders"],
        value_minor=found["value"] or 0,
        currency=store.currency,
    )
