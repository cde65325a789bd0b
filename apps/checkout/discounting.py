"""The discounts of a cart as an order: who buys, and what is taken off."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext

from apps.carts.documents import Cart
from apps.catalog.selectors import read_lines
from apps.common.errors import InvalidInput
from apps.discounts.arithmetic import worth_of
from apps.discounts.choosing import NO_DISCOUNTS, Applied
from apps.discounts.conditions import Refusal
from apps.discounts.models import Discount
from apps.discounts.rules import Shopper
from apps.discounts.selectors import apply_discounts, explain
from apps.orders.models import Order
from apps.orders.selectors import has_ordered
from apps.prices.selectors import price_groups_of
from apps.pricing.models import ShippingMethod
from apps.pricing.selectors import shipping_cost
from apps.pricing.services import BasketLine, load_of


def shopper_of(cart: Cart, *, email: str = "", country: str = "") -> Shopper:
    """The buyer of a cart, as far as they are known by now."""
    customer_id = UUID(cart.customer_ref) if cart.customer_ref else None
    return Shopper(
        customer_id, email, country, lambda: has_ordered(customer_id=customer_id, email=email)
    )


def discount_basket(
    basket: Sequence[BasketLine], cart: Cart, method: ShippingMethod | None, shopper: Shopper
) -> tuple[list[BasketLine], Applied]:
    """The lines with their discounts. A draft order has the one of staff and those of its codes, no automatic ones.

    Raises `InvalidInput` when they are more together than the goods of a line cost.
    """
    if cart.draft_ref and not cart.coupon_codes:
        return list(basket), NO_DISCOUNTS
    load = load_of(basket)
    is_sent = method is not None and any(not line.item.is_digital for line in basket)
    applied = apply_discounts(
        basket,
        codes=cart.coupon_codes,
        currency=cart.currency,
        shopper=shopper,
        shipping=lambda worth: (
            shipping_cost(method, worth, load.grams, load.pieces) if method and is_sent else 0
        ),
        only_codes=bool(cart.draft_ref),
    )
    lines = [
        replace(line, discount_minor=line.discount_minor + part)
        for line, part in zip(basket, applied.parts, strict=True)
    ]
    if any(line.discount_minor > worth_of(line) for line in lines):
        raise InvalidInput(gettext("The discount and the codes are more than the goods cost."))
    return lines, applied


def explain_for_cart(discount: Discount, cart: Cart) -> list[Refusal]:
    """For staff: every reason why the discount does not apply to this cart now; none if it does."""
    offers = read_lines([line.variant_ref for line in cart.lines], cart.currency)
    groups = price_groups_of(cart.customer_ref)
    lines = [
        BasketLine(offers[line.variant_ref].for_buyer(line.quantity, groups), line.quantity)
        for line in cart.lines
        if line.variant_ref in offers
    ]
    return explain(discount, lines, currency=cart.currency, shopper=shopper_of(cart))


def explain_for_order(discount: Discount, order: Order) -> list[Refusal]:
    """The same for the goods of an order at the prices it has, as if it were placed now."""
    rows = list(order.lines.all())
    offers = read_lines([row.variant_ref for row in rows], order.currency)
    lines = [
        BasketLine(
            replace(offers[row.variant_ref], unit_price_minor=row.unit_price_minor), row.quantity
        )
        for row in rows
        if row.variant_ref in offers
    ]
    country = str(order.shipping_address.get("country") or "")
    shopper = Shopper(
        order.customer_id,
        order.email,
        country,
        lambda: has_ordered(customer_id=order.customer_id, email=order.email, besides=order.pk),
    )
    return explain(discount, lines, currency=order.currency, shopper=shopper)
