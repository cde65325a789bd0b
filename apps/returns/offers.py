"""What a buyer can choose in place of goods: the other variants of the same product that are in stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bson import ObjectId

from apps.catalog.selectors import SaleableLine, read_lines, read_products
from apps.inventory.selectors import NO_SUPPLY, get_supply
from apps.orders.models import Order, OrderLine
from apps.prices.rules import NO_GROUPS, Groups
from apps.prices.selectors import get_book, price_groups_of
from apps.returns.replacing import more_for_one
from apps.returns.selectors import get_return_settings


@dataclass(frozen=True)
class Offer:
    """`more_minor` is what the buyer pays more for a piece than the returned one was worth, with discount and taxes; below 0
    they get it back."""

    variant_ref: str
    title: str
    more_minor: int
    left: int


def list_offers(order: Order, lines: Sequence[OrderLine]) -> dict[UUID, list[Offer]]:
    """By line: two reads of the catalog and a query, up to three more for each line whose offers have other prices; none
    where the store does not exchange. The same variant is an offer too: a faulty piece for a good one."""
    if not get_return_settings().offers_exchange:
        return {}
    refs = sorted({line.product_ref for line in lines if ObjectId.is_valid(line.product_ref)})
    products = read_products([ObjectId(ref) for ref in refs], status="active")
    variants = {str(each.pk): [variant.id for variant in each.variants] for each in products}
    every = [ref for found in variants.values() for ref in found]
    items, left = read_lines(every, order.currency), get_supply(every)
    groups = price_groups_of(order.customer_id)
    found: dict[UUID, list[Offer]] = {}
    for line in lines:
        own = [
            items[ref].for_buyer(line.quantity, groups)
            for ref in variants.get(line.product_ref, [])
            if ref in items
            and _fits(items[ref])
            and items[ref].unit_price_minor is not None
            and left.get(ref, NO_SUPPLY).available > 0
        ]
        found[line.pk] = [
            Offer(
                variant_ref=item.variant_ref,
                title=item.variant_title or item.title,
                more_minor=more,
                left=left[item.variant_ref].available,
            )
            for item, more in zip(own, more_for_one(order, line, own), strict=True)
        ]
    return found


def _fits(item: SaleableLine) -> bool:
    return item.is_saleable and not item.parts


def groups_of_order(order_id: UUID) -> Groups:
    """The groups at whose prices its buyer exchanges; a statement only where a price list is for a group."""
    if not get_book().has_groups:
        return NO_GROUPS
    return price_groups_of(Order.objects.values_list("customer_id", flat=True).get(pk=order_id))
