"""Rows live in the store's own SQL database."""

from apps.orders.models.events import OrderEvent, OrderTag
from apps.orders.models.lines import OrderLine
from apps.orders.models.orders import Order

__all__ = ["Order", "OrderEvent", "OrderLine", "OrderTag"]
