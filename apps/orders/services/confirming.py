"""Records that an order which is paid on delivery is meant: by the buyer, or by staff who asked them."""

from typing import Any

from django.db import transaction

from apps.common.actor import Actor
from apps.orders.models import Order
from apps.orders.services.goods import require_not_cancelled
from apps.orders.services.history import lock_order, record
from apps.tenancy.retrying import repeated_on_deadlock


@repeated_on_deadlock
def mark_confirmed(*, order: Order, actor: Actor | None = None, **facts: Any) -> bool:
    """Record that the order can be shipped. False where it waits for no confirmation (any more). Raises
    `OrderCancelled`."""
    with transaction.atomic():
        lock_order(order)
        require_not_cancelled(order)
        if order.confirm_by is None:
            return False
        record(order, kind="order.confirmed", changes={"confirm_by": None}, actor=actor, **facts)
    return True
