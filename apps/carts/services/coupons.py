"""Coupon codes of a cart. They are looked at again when the cart is shown and when it is ordered."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from apps.carts.documents import Cart
from apps.carts.selectors import Goods, apply_to_cart, present_cart
from apps.carts.services.changing import change_cart
from apps.common.typed_text import Code, cleans_text
from apps.discounts.codes import code_key
from apps.discounts.conditions import unknown
from apps.discounts.errors import CodeNotApplied, TooManyCodes
from apps.discounts.rules import Shopper

MOST_CODES: Final = 5


@cleans_text
def add_code(
    *,
    cart: Cart,
    code: Annotated[str, Code(100)],
    goods: Goods | None = None,
    shopper: Shopper | None = None,
) -> Cart:
    """Put a code into the cart, in its normal form. Repeatable. `shopper`: what is known of the buyer.

    Raises `CodeNotApplied` with the reason for a code that does nothing for the cart as it is now, `TooManyCodes`.
    """
    key = code_key(code)
    if not key:
        raise CodeNotApplied(unknown().text, reason=unknown().reason.value, code="")
    if key not in cart.coupon_codes:
        _require_effect(cart, key, goods, shopper)

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        if key in current.coupon_codes:
            return None
        if len(current.coupon_codes) >= MOST_CODES:
            raise TooManyCodes(limit=MOST_CODES)
        return {"codes": [*current.coupon_codes, key]}

    return change_cart(cart, work_out)


@cleans_text
def remove_code(*, cart: Cart, code: Annotated[str, Code(100)]) -> Cart:
    """Take a code out. Repeatable: a code that is gone already is fine."""
    key = code_key(code)

    def work_out(current: Cart) -> Mapping[str, Any] | None:
        if key not in current.coupon_codes:
            return None
        return {"codes": [each for each in current.coupon_codes if each != key]}

    return change_cart(cart, work_out)


def _require_effect(cart: Cart, key: str, goods: Goods | None, shopper: Shopper | None) -> None:
    view = present_cart(cart, goods)
    applied = apply_to_cart(view, codes=(*cart.coupon_codes, key), shopper=shopper)
    for each in applied.refused:
        if each.code == key:
            refusal = each.refusal
            raise CodeNotApplied(refusal.text, reason=refusal.reason.value, code=key)
