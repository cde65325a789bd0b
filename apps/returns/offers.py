"""What a buyer can choose in place of goods: the other variants of the same product that are in stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bson import ObjectId

from apps.catalog.selectors import SaleableLine, read_lines, read_products
from apps.inventory.selectors import NO_SUPPLY, get_supply
from apps.orders.models import OrderLine
from apps.returns.selectors import get_return_settings


@dataclass(frozen=True)
class Offer:
    """`more_minor` is what a piece costs more than the returned one, less where negative."""

    variant_ref: str
    title: str
    more_minor: int
    left: int


def list_offers(lines: Sequence[OrderLine], currency: str) -> dict[UUID, list[Offer]]:
    """By line: two reads of the catalog and a query; none where the store does not exchange. The same variant is an offer
    too: a faulty piece for a good one."""
    if not get_return_settings().offers_exchange:
        return {}
    refs = sorted({line.product_ref for line in lines if ObjectId.is_valid(line.product_ref)})
    products = read_products([ObjectId(ref) for ref in refs], status="active")
    variants = {str(each.pk): [variant.id for variant in each.variants] for each in products}
    every = [ref for found in variants.values() for ref in found]
    items, left = read_lines(every, currency), get_supply(every)
    return {
        line.pk: [
            Offer(
                variant_ref=ref,
                title=items[ref].variant_title or items[ref].title,
                more_minor=(items[ref].unit_price_minor or 0) - line.unit_price_minor,
                left=left.get(ref, NO_SUPPLY).available,
            )
            for ref in variants.get(line.product_ref, [])
            if ref in items and _fits(items[ref]) and left.get(ref, NO_SUPPLY).available > 0
        ]
        for line in lines
    }


def _fits(item: SaleableLine) -> bool:
    return item.is_saleable and not item.parts
