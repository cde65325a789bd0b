"""GST of 18 % in prices without tax, by Oscar's own strategy: the default charges none."""

from decimal import Decimal
from typing import Any

from oscar.apps.partner import strategy


class Inland(
    strategy.UseFirstStockRecord,
    strategy.StockRequired,
    strategy.FixedRateTax,
    strategy.Structured,
):
    rate = Decimal("0.18")
    exponent = Decimal("0.01")


def charge_gst() -> None:
    def choose(self: Any, request: Any = None, user: Any = None, **more: Any) -> Inland:
        return Inland(request)

    strategy.Selector.strategy = choose
