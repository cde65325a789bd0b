"""Lines that are saved for later, and news that a buyer has seen. Every write is repeatable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from apps.carts.documents import Cart, CartLine, NoticeCode
from apps.carts.errors import CartLineNotFound, NotEnoughStock, TooManyLines, TooManySaved
from apps.carts.notices import notice_of, with_notices
from apps.carts.selectors import Goods, read_goods_of
from apps.carts.services.changing import change_cart
from apps.carts.services.offers import Offer, read_offer


def save_for_later(*, cart: Cart, line_id: str) -> Cart:
    """Move a line out of the cart; it is not ordered, and kept as long as the cart. Raises `TooManySaved`."""

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        line = current.line(line_id)
        if line is None:
            if find_line(current.saved_lines, line_id) is not None:
                return None
            raise CartLineNotFound
        saved, left = add_saved(current.saved_lines, [line])
        if left:
            raise TooManySaved(limit=settings.CART_MAX_SAVED)
        return {"saved": saved, "lines": [each for each in current.lines if each.id != line_id]}

    return change_cart(cart, work_out)


def take_back(*, cart: Cart, line_id: str, goods: Goods | None = None) -> Cart:
    """Move a saved line into the cart, at the price of today: as many pieces as there are, with a notice where these are fewer.

    Raises `ItemNotAvailable`, `NotEnoughStock`, `TooManyLines`; the line then stays saved.
    """
    wanted = find_line(cart.saved_lines, line_id)
    if wanted is None:
        if cart.line(line_id) is not None:
            return cart
        raise CartLineNotFound
    if goods is None or not goods.covers(cart):
        goods = read_goods_of(cart)
    offer = read_offer(wanted.variant_ref, cart.currency, goods)

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        line = find_line(current.saved_lines, line_id)
        if line is None:
            return None
        saved = [each for each in current.saved_lines if each.id != line_id]
        return {"saved": saved, **_with_taken(current, line, offer)}

    return change_cart(cart, work_out)


def _with_taken(current: Cart, line: CartLine, offer: Offer) -> dict[str, Any]:
    there = next((each for each in current.lines if each.key == line.key), None)
    before = there.quantity if there is not None else 0
    wanted = min(before + line.quantity, settings.CART_MAX_QUANTITY)
    after = offer.most(wanted)
    if after <= before:
        offer.require(wanted, in_cart=before)
        raise NotEnoughStock(
            name=offer.line.full_title, sku=offer.line.sku, available=after, in_cart=before
        )
    if there is None and len(current.lines) >= settings.CART_MAX_LINES:
        limit = settings.CART_MAX_LINES
        raise TooManyLines(
            gettext("A cart holds at most %(limit)s different products.") % {"limit": limit},
            limit=limit,
        )
    lines = [each for each in current.lines if each is not there]
    if there is not None:
        there.quantity = after
        lines = list(current.lines)
    else:
        line.quantity = after
        lines.append(line)
    changes: dict[str, Any] = {"lines": lines}
    if after < wanted:
        fewer = notice_of(NoticeCode.REDUCED, line, before=wanted, after=after)
        changes["notices"] = with_notices(current, [fewer])
    return changes


def remove_saved(*, cart: Cart, line_id: str) -> Cart:
    """Take a line out of what is saved. A line that is gone already is fine."""

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        if find_line(current.saved_lines, line_id) is None:
            return None
        return {"saved": [each for each in current.saved_lines if each.id != line_id]}

    return change_cart(cart, work_out)


def accept_changes(*, cart: Cart, line_id: str, goods: Goods | None = None) -> Cart:
    """The buyer has seen the line's present price and tax class. What stops an order is not dismissed."""
    line = cart.line(line_id)
    if line is None:
        raise CartLineNotFound
    offer = read_offer(line.variant_ref, cart.currency, goods)

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        seen = current.line(line_id)
        if seen is None:
            return None
        present_minor = offer.unit_price_for(seen.quantity, current.customer_ref, seen.gift)
        present = (present_minor, offer.line.tax_class)
        if (seen.unit_price_minor, seen.tax_class) == present:
            return None
        seen.unit_price_minor, seen.tax_class = present
        return {"lines": list(current.lines)}

    return change_cart(cart, work_out)


def dismiss_notices(*, cart: Cart, notice_id: str = "") -> Cart:
    """The buyer has seen that notice, or all of them. One that is gone already is fine."""

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        kept = [each for each in current.open_notices if notice_id and each.id != notice_id]
        return None if len(kept) == len(current.open_notices) else {"notices": kept}

    return change_cart(cart, work_out)


def find_line(lines: Sequence[CartLine], line_id: str) -> CartLine | None:
    return next((line for line in lines if line.id == line_id), None)


def add_saved(
    saved: Sequence[CartLine], lines: Sequence[CartLine]
) -> tuple[list[CartLine], list[CartLine]]:
    """What is saved with these lines, one line for each variant, and the lines without room."""
    found, left = {line.key: line for line in saved}, []
    for line in lines:
        there = found.get(line.key)
        if there is not None:
            there.quantity = min(there.quantity + line.quantity, settings.CART_MAX_QUANTITY)
        elif len(found) < settings.CART_MAX_SAVED:
            found[line.key] = line
        else:
            left.append(line)
    return list(found.values()), left
