"""What can go wrong with stock."""

from collections.abc import Sequence
from typing import Any

from apps.common.errors import Conflict, InvalidInput


class OutOfStock(Conflict):
    """Not enough pieces; nothing was taken. `skus` names what is short, `details["available"]` how many are left."""

    code = "out_of_stock"
    title = "Some of the products are sold out."

    def __init__(self, *, skus: Sequence[str], available: dict[str, int] | None = None) -> None:
        self.skus = list(skus)
        self.available = available or {}
        super().__init__(self._sentence(), skus=self.skus, available=self.available)

    def _sentence(self) -> str:
        parts = []
        for sku in self.skus:
            left = self.available.get(sku, 0)
            if left <= 0:
                parts.append(f"{sku} is sold out.")
            elif left == 1:
                parts.append(f"Only 1 of {sku} is left.")
            else:
                parts.append(f"Only {left} of {sku} are left.")
        return " ".join(parts) or self.title


class ReservationGone(Conflict):
    """The order's reservation was released (or never made): its stock may be somebody else's by now."""

    code = "reservation_gone"
    title = "The stock of this order is no longer reserved."


class StockPromised(Conflict):
    """The count would fall below what is promised to orders."""

    code = "stock_promised"
    title = "More pieces are promised to orders than that."


class QuantityNotAllocated(Conflict):
    """More pieces should leave (or come back) than the order has allocated (or sent)."""

    code = "quantity_not_allocated"
    title = "The order does not have that many pieces."


class NoWarehouse(Conflict):
    """The store has no active warehouse to receive into."""

    code = "no_warehouse"
    title = "There is no active warehouse."


class InvalidQuantity(InvalidInput):
    """A quantity that can't be: negative, zero where one is needed, or beyond every warehouse."""

    code = "invalid_quantity"
    title = "The quantity is not valid."

    def __init__(self, message: str | None = None, **details: Any) -> None:
        super().__init__(message, fields={"quantity": [message or self.title]}, **details)
