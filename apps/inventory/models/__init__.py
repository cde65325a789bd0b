"""Rows live in the store's own SQL database: stock is counted exactly, so it is never a document."""

from apps.inventory.models.bundles import Bundle, BundlePart
from apps.inventory.models.stock import (
    Consignment,
    ConsignmentLine,
    Movement,
    Reservation,
    StockItem,
    Warehouse,
)

__all__ = [
    "Bundle",
    "BundlePart",
    "Consignment",
    "ConsignmentLine",
    "Movement",
    "Reservation",
    "StockItem",
    "Warehouse",
]
