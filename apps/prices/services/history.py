"""The history of what everyone pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.prices.models import PriceChange


@dataclass(frozen=True)
class PublicPrice:
    """What one piece of a variant costs everyone, and the product's own price. `amount_minor` None: it is not on sale, and
    would cost `shown_minor`."""

    variant_ref: str
    product_ref: str
    sku: str
    currency: str
    amount_minor: int | None
    own_minor: int | None
    shown_minor: int | None = None


def record_prices(prices: Sequence[PublicPrice], *, at: datetime, cause: str = "") -> int:
    """Add a row for each price that differs from the last one recorded; their number. Two statements for any number of them,
    one where nothing has changed. Repeatable."""
    if not prices:
        return 0
    last: dict[tuple[str, str], tuple[int | None, datetime]] = {}
    rows = PriceChange.objects.filter(variant_ref__in=sorted({each.variant_ref for each in prices}))
    for row in rows.order_by("at", "id"):
        last[(row.variant_ref, row.currency)] = (row.amount_minor, row.at)
    changed = [
        PriceChange(
            variant_ref=each.variant_ref,
            product_ref=each.product_ref,
            sku=each.sku,
            currency=each.currency,
            amount_minor=each.amount_minor,
            own_minor=each.own_minor,
            # a moment before the last row would change what applied in between
            at=max(at, last[(each.variant_ref, each.currency)][1])
            if (each.variant_ref, each.currency) in last
            else at,
            cause=cause[:120],
        )
        for each in prices
        if last.get((each.variant_ref, each.currency), (None, at))[0] != each.amount_minor
    ]
    PriceChange.objects.bulk_create(changed)
    return len(changed)


def has_history() -> bool:
    """Whether anything is recorded. One statement."""
    return PriceChange.objects.exists()
