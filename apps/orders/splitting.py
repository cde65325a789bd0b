"""Pieces of an order as an order of their own, at what they were sold for: arithmetic on rows, no query."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from apps.common.money import allocate
from apps.orders.models import Order, OrderLine
from apps.orders.worth import NOTHING, Worth, worth_of_pieces
from apps.pricing.rules import NamedDiscount, percent_text, read_discounts
from apps.pricing.services import PricedLine, PricedOrder


def price_pieces(
    order: Order,
    lines: Sequence[OrderLine],
    pieces: Mapping[UUID, int],
    *,
    delivery: Worth = NOTHING,
    delivery_shown_minor: int = 0,
) -> PricedOrder:
    """These pieces with the tax that they were sold with, and a part of the delivery. The totals are exactly what the order
    loses by it."""
    chosen = [line for line in lines if pieces.get(line.pk)]
    worth = delivery
    priced = []
    for line in chosen:
        own = worth_of_pieces(line, pieces[line.pk])
        worth += own
        priced.append(_line(order, line, pieces[line.pk], own))
    discount = sum(line.discount_minor for line in priced)
    return PricedOrder(
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
        lines=tuple(priced),
        subtotal_minor=sum(line.subtotal_minor for line in priced),
        discount_minor=discount,
        shipping_minor=delivery_shown_minor,
        shipping_tax_minor=delivery.tax_minor,
        shipping_total_minor=delivery.total_minor,
        tax_minor=worth.tax_minor,
        total_minor=worth.total_minor,
        tax_components=worth.tax_parts,
        seller_tax_number=order.seller_tax_number,
        tax_treatment=order.tax_treatment,
        discounts=_discounts(order, discount),
    )


def _line(order: Order, line: OrderLine, count: int, worth: Worth) -> PricedLine:
    before = line.given_quantity
    shares = [before, count, line.quantity - before - count]
    discount = allocate(line.discount_minor, shares)[1]
    shown = worth.total_minor - (0 if order.prices_include_tax else worth.tax_minor)
    return PricedLine(
        product_ref=line.product_ref,
        variant_ref=line.variant_ref,
        sku=line.sku,
        title=line.title,
        variant_title=line.variant_title,
        image_url=line.image_url,
        is_digital=line.is_digital,
        hsn_code=line.hsn_code,
        weight_grams=0,
        quantity=count,
        unit_price_minor=line.unit_price_minor,
        subtotal_minor=shown + discount,
        discount_minor=discount,
        net_minor=worth.total_minor - worth.tax_minor,
        tax_minor=worth.tax_minor,
        tax_percent=percent_text(line.tax_percent),
        tax_name=line.tax_name,
        tax_components=worth.tax_parts,
        total_minor=worth.total_minor,
        parts=line.bundle_parts,
    )


def _discounts(order: Order, amount_minor: int) -> tuple[NamedDiscount, ...]:
    """The names under which the pieces cost less. No code: its use is that of the first order."""
    named = [each for each in read_discounts(order.discounts) if each.amount_minor]
    if not (amount_minor and named):
        return ()
    parts = allocate(amount_minor, [each.amount_minor for each in named])
    return tuple(
        NamedDiscount(f"{each.name} ({each.code})" if each.code else each.name, "", part)
        for each, part in zip(named, parts, strict=True)
    )
