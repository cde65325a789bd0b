"""Rows live in the store's own SQL database: stock is counted exactly, so it is never a document."""

from apps.inventory.models.bundles import Bundle, BundlePart
from apps.inventory.models.counting import StockTake, StockTakeLine
from apps.inventory.models.importing import StockImport, StockImportFault
from apps.inventory.models.stock import (
    Consignment,
    ConsignmentLine,
    Movement,
    Reservation,
    StockItem,
    Warehouse,
)
from apps.inventory.models.watching import StockAlertSettings, StockNotice

__all__ = [
    "Bundle",
    "BundlePart",
    "Consignment",
    "ConsignmentLine",
    "Movement",
    "Reservation",
    "StockAlertSettings",
    "StockImport",
    "StockImportFault",
    "StockItem",
    "StockNotice",
    "StockTake",
    "StockTakeLine",
    "Warehouse",
]
