"""Errors of stock."""

from collections.abc import Mapping, Sequence
from typing import Any

from apps.common.errors import Conflict, InvalidInput


def words_for_short(name: str, left: int) -> str:
    """A sentence for buyers about something of which too little is left."""
    if left <= 0:
        return f"{name} is sold out."
    return f"Only {left} {name} {'is' if left == 1 else 'are'} left."


class OutOfStock(Conflict):
    """Not enough pieces; nothing was taken. `skus` names what is short, `details["available"]` how many are left.

    `names` (by SKU) are the products' titles; without them the message shows the SKU.
    """

    code = "out_of_stock"
    title = "Some of the products are sold out."

    def __init__(
        self,
        *,
        skus: Sequence[str],
        available: Mapping[str, int] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.skus = list(skus)
        self.available = dict(available or {})
        self.names = {sku: (names or {}).get(sku, sku) for sku in self.skus}
        sentences = [
            words_for_short(self.names[sku], self.available.get(sku, 0)) for sku in self.skus
        ]
        super().__init__(
            " ".join(sentences) or self.title,
            skus=self.skus,
            available=self.available,
            names=self.names,
        )

    def called(self, names: Mapping[str, str]) -> "OutOfStock":
        """The same with the names that buyers know."""
        return OutOfStock(skus=self.skus, available=self.available, names=names)


class ReservationGone(Conflict):
    """The order's reservation was released (or never made): its stock may be reserved for another order by now."""

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
