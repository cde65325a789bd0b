"""Adding, changing and removing lines of a cart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from apps.carts.documents import Cart, CartLine, CartStatus, NoticeCode, line_key
from apps.carts.errors import CartChanged, CartLineNotFound, TooManyLines
from apps.carts.gifts import GiftDetails, check_gift
from apps.carts.notices import notice_of, with_notices
from apps.carts.selectors import Goods, get_cart, present_cart, read_goods
from apps.carts.services.changing import build_cart, change_cart, store_cart
from apps.carts.services.offers import Offer, check_quantity, offers_of, read_offer
from apps.catalog.selectors import read_shown_lines
from apps.common.clock import now
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
    return found if found is not None else build_cart(customer_ref)


def add_item(
    *,
    cart: Cart,
    variant_ref: str,
    quantity: int = 1,
    goods: Goods | None = None,
    gift: GiftDetails | None = None,
) -> Cart:
    """Add a quantity of a variant to the cart, within the stock. Answers the new cart. `goods`: what the
    caller has read of the variant just now. `gift` are the details of a gift card; with others it is another line. Raises
    `InvalidGift`."""
    check_quantity(quantity)
    offer = read_offer(variant_ref, cart.currency, goods)
    details = check_gift(gift, offer.line)
    key = line_key(variant_ref, details)

    def work_out(current: Cart) -> Mapping[str, Any]:
        line = next((line for line in current.lines if line.key == key), None)
        in_cart = line.quantity if line else 0
        wanted = quantity + in_cart
        offer.require(wanted, in_cart=in_cart)
        if line is not None:
            return {"lines": _with_quantity(current, line.id, wanted, offer)}
        limit = settings.CART_MAX_LINES
        if len(current.lines) >= limit:
            raise TooManyLines(
                gettext("A cart holds at most %(limit)s different products.") % {"limit": limit},
                limit=limit,
            )
        added = offer.as_cart_line(wanted, current.customer_ref, details)
        return {"lines": [*current.lines, added]}

    return change_cart(cart, work_out)


def set_quantity(*, cart: Cart, line_id: str, quantity: int, goods: Goods | None = None) -> Cart:
    """Set the quantity of a line. Fewer are possible for a sold-out variant, too, as far as they can be ordered at all.
    `goods`: what the caller has read of the cart just now."""
    check_quantity(quantity)
    line = cart.line(line_id)
    if line is None:
        raise CartLineNotFound
    grows = quantity > line.quantity
    offer = read_offer(line.variant_ref, cart.currency, goods) if grows else None
    if offer is None:
        _require_whole_packs(line, quantity, cart.currency)
    priced = offer or (offers_of(goods).get(line.variant_ref) if goods is not None else None)

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        stored = current.line(line_id)
        if stored is None:
            raise CartLineNotFound
        if stored.quantity == quantity:
            return None
        if offer is not None:
            offer.require(quantity)
        return {"lines": _with_quantity(current, line_id, quantity, priced)}

    return change_cart(cart, work_out)


def _require_whole_packs(line: CartLine, quantity: int, currency: str) -> None:
    """No statement: the stock does not matter. What is no longer sold has no rule."""
    item = read_shown_lines([line.variant_ref], currency).get(line.variant_ref)
    if item is not None and quantity != line.quantity:
        item.quantity_rule.require(quantity, title=item.full_title, sku=item.sku)


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
    longer sold are skipped, and gift cards, which are for a person; compare the result.
    """
    known = offers_of(read_goods(wanted, cart.currency))
    offers = {ref: offer for ref, offer in known.items() if not offer.line.is_gift_card}

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
                lines.append(offer.as_cart_line(take, current.customer_ref))
        same = before == [(line.variant_ref, line.quantity) for line in lines]
        return None if same else {"lines": lines}

    return change_cart(cart, work_out)


def take_what_is_left(*, cart: Cart) -> Cart:
    """Reduce every line to the available quantity, and remove lines that are sold out, with a notice for each of them.
    Repeatable."""

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        left = {line.id: line.quantity_left for line in present_cart(current).lines}
        kept = [line for line in current.lines if left[line.id]]
        if len(kept) == len(current.lines) and all(left[line.id] == line.quantity for line in kept):
            return None
        news = [
            notice_of(
                NoticeCode.REDUCED if left[line.id] else NoticeCode.REMOVED,
                line,
                before=line.quantity,
                after=left[line.id],
            )
            for line in current.lines
            if left[line.id] != line.quantity
        ]
        for line in kept:
            line.quantity = left[line.id]
        return {"lines": kept, "notices": with_notices(current, news)}

    return change_cart(cart, work_out)


def purge_expired() -> int:
    """Delete expired open and closed carts; carts that are being ordered stay. The number of deleted carts."""
    stored, deleted = scoped_collection(Cart), 0
    for status in (CartStatus.OPEN, CartStatus.CLOSED):
        expired = {"status": status.value, "expires_at": {"$lt": now()}}
        deleted += stored.delete_many(expired).deleted_count
    return deleted


def _with_quantity(
    cart: Cart, line_id: str, quantity: int, offer: Offer | None = None
) -> list[CartLine]:
    """Where the price depends on the quantity, the line remembers that of the new one: the buyer has changed it."""
    for line in cart.lines:
        if line.id == line_id:
            line.quantity = quantity
            if offer is not None and offer.line.has_steps:
                line.unit_price_minor = offer.unit_price_for(quantity, cart.customer_ref)
    return list(cart.lines)
