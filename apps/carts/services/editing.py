"""Adding, changing and removing lines of a cart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from apps.carts.documents import Cart, CartLine, CartStatus
from apps.carts.errors import CartChanged, CartLineNotFound, TooManyLines
from apps.carts.selectors import Goods, get_cart, present_cart, read_goods
from apps.carts.services.changing import change_cart, store_cart
from apps.carts.services.offers import check_quantity, offers_of, read_offer
from apps.common.clock import now
from apps.common.ids import random_token
from apps.tenancy.context import current_store
from apps.tenancy.documents.access import scoped_collection


def get_or_create_cart(*, token: str | None = None, customer_ref: str | None = None) -> Cart:
    """The cart in use of that customer or of that guest's token, or a new cart.

    A cart that is being ordered is still in use. A new cart has a fresh token of its own, never the given one: a
    cookie can't choose it. The caller puts `cart.token` into the guest's cookie.
    """
    for _ in range(2):
        cart = find_or_build_cart(token=token, customer_ref=customer_ref)
        stored = cart if cart.pk is not None else store_cart(cart)
        if stored is not None:
            return stored
    raise CartChanged


def find_or_build_cart(*, token: str | None = None, customer_ref: str | None = None) -> Cart:
    """As `get_or_create_cart`, but a new cart is stored by its first change, in one write with it."""
    found = get_cart(token=token, customer_ref=customer_ref)
    return found if found is not None else _build_cart(customer_ref)


def add_item(
    *, cart: Cart, variant_ref: str, quantity: int = 1, goods: Goods | None = None
) -> Cart:
    """Add a quantity of a variant to the cart, within the stock. Answers the new cart. `goods`: what the
    caller has read of the variant just now."""
    check_quantity(quantity)
    offer = read_offer(variant_ref, cart.currency, goods)

    def work_out(current: Cart) -> Mapping[str, Any]:
        line = next((line for line in current.lines if line.variant_ref == variant_ref), None)
        in_cart = line.quantity if line else 0
        wanted = quantity + in_cart
        offer.require(wanted, in_cart=in_cart)
        if line is not None:
            return {"lines": _with_quantity(current, line.id, wanted)}
        limit = settings.CART_MAX_LINES
        if len(current.lines) >= limit:
            raise TooManyLines(
                gettext("A cart holds at most %(limit)s different products.") % {"limit": limit},
                limit=limit,
            )
        return {"lines": [*current.lines, offer.as_cart_line(wanted)]}

    return change_cart(cart, work_out)


def set_quantity(*, cart: Cart, line_id: str, quantity: int, goods: Goods | None = None) -> Cart:
    """Set the quantity of a line. A smaller quantity is always possible, even for a sold-out variant. `goods`: what
    the caller has read of the cart just now."""
    check_quantity(quantity)
    line = cart.line(line_id)
    if line is None:
        raise CartLineNotFound
    grows = quantity > line.quantity
    offer = read_offer(line.variant_ref, cart.currency, goods) if grows else None

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        stored = current.line(line_id)
        if stored is None:
            raise CartLineNotFound
        if stored.quantity == quantity:
            return None
        if offer is not None:
            offer.require(quantity)
        return {"lines": _with_quantity(current, line_id, quantity)}

    return change_cart(cart, work_out)


def remove_item(*, cart: Cart, line_id: str) -> Cart:
    """Take a line out. Repeatable: a line that is gone already is fine."""

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        if current.line(line_id) is None:
            return None
        return {"lines": [line for line in current.lines if line.id != line_id]}

    return change_cart(cart, work_out)


def refill(*, cart: Cart, wanted: Mapping[str, int]) -> Cart:
    """Add the available pieces of those variants (reference -> pieces) to the cart. Repeatable.

    A variant that is already in the cart has at least the given quantity afterwards, not the sum. Lines that are no
    longer sold are skipped; compare the result.
    """
    offers = offers_of(read_goods(wanted, cart.currency))

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        lines = list(current.lines)
        before = [(line.variant_ref, line.quantity) for line in lines]
        for ref, quantity in wanted.items():
            offer = offers.get(ref)
            take = offer.most(quantity) if offer else 0
            line = next((line for line in lines if line.variant_ref == ref), None)
            if line is not None:
                line.quantity = max(line.quantity, take)
            elif offer and take and len(lines) < settings.CART_MAX_LINES:
                lines.append(offer.as_cart_line(take))
        same = before == [(line.variant_ref, line.quantity) for line in lines]
        return None if same else {"lines": lines}

    return change_cart(cart, work_out)


def take_what_is_left(*, cart: Cart) -> Cart:
    """Reduce every line to the available quantity, and remove lines that are sold out. Repeatable."""

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        left = {line.id: line.quantity_left for line in present_cart(current).lines}
        kept = [line for line in current.lines if left[line.id]]
        if len(kept) == len(current.lines) and all(left[line.id] == line.quantity for line in kept):
            return None
        for line in kept:
            line.quantity = left[line.id]
        return {"lines": kept}

    return change_cart(cart, work_out)


def purge_expired() -> int:
    """Delete expired open and closed carts; carts that are being ordered stay. The number of deleted carts."""
    stored, deleted = scoped_collection(Cart), 0
    for status in (CartStatus.OPEN, CartStatus.CLOSED):
        expired = {"status": status.value, "expires_at": {"$lt": now()}}
        deleted += stored.delete_many(expired).deleted_count
    return deleted


def _build_cart(customer_ref: str | None) -> Cart:
    token, moment = random_token(), now()
    return Cart(
        token=token,
        slot=f"customer:{customer_ref}" if customer_ref else f"cart:{token}",
        customer_ref=customer_ref,
        currency=current_store().currency,
        created_at=moment,
        updated_at=moment,
        expires_at=moment + timedelta(days=settings.CART_DAYS),
    )


def _with_quantity(cart: Cart, line_id: str, quantity: int) -> list[CartLine]:
    for line in cart.lines:
        if line.id == line_id:
            line.quantity = quantity
    return list(cart.lines)
