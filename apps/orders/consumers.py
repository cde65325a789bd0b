"""Reactions of orders to messages of other apps."""

from uuid import UUID

from apps.accounts.plan_notices import mail_near_limit
from apps.common.clock import day_of
from apps.events.consumers import Message, consumes
from apps.orders.models import Order
from apps.orders.selectors import count_orders_of
from apps.platform import services as platform
from apps.platform.selectors.usage import find_due_notice
from apps.tenancy.context import current_store


@consumes("order.placed")
def count_order(message: Message) -> None:
    """Record how many orders the store's day has by now, and mail its owners when the plan's limit comes near. The order is
    placed already: a limit never refuses one. Repeatable."""
    store = current_store()
    order = Order.objects.get(pk=UUID(message.payload["checkout_id"]))
    day = day_of(order.placed_at)
    orders, value_minor = count_orders_of(day)
    platform.record_orders(
        store_id=store.id,
        on=day,
        orders=orders,
        value_minor=value_minor,
        currency=store.currency,
    )
    notice = find_due_notice(store.id, day)
    if notice is not None:
        mail_near_limit(notice)
