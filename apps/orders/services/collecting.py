"""Where a placed order is collected."""

from collections.abc import Mapping
from typing import Any

from apps.common.actor import Actor
from apps.orders.models import Order, OrderEvent
from apps.orders.services.history import record


def move_pickup(
    order: Order,
    *,
    pickup: Mapping[str, Any],
    address: Mapping[str, Any],
    actor: Actor | None = None,
) -> OrderEvent | None:
    """The locked order is collected there from now on. None where only what is said of the place is new, not its address."""
    is_elsewhere = dict(address) != order.shipping_address
    order.pickup, order.shipping_address = dict(pickup), dict(address)
    order.save(update_fields=["pickup", "shipping_address"])
    if not is_elsewhere:
        return None
    return record(
        order, kind="order.pickup_moved", changes={}, actor=actor, text=str(pickup["name"])
    )
