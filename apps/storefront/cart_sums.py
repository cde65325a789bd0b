"""What a cart comes to with its discounts, before delivery; and its coupon codes."""

from dataclasses import dataclass

from django.http import HttpRequest

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.selectors import CartView, apply_to_cart
from apps.checkout.discounting import shopper_of
from apps.common.api.throttles import is_within_rate
from apps.common.money import Money, from_minor
from apps.discounts.choosing import Applied
from apps.discounts.errors import TooManyTries
from apps.pricing.rules import NamedDiscount
from apps.storefront.forms.cart import CodeForm


@dataclass(frozen=True)
class CartSums:
    """`applied.parts` are for the lines that can be ordered, in their order."""

    view: CartView
    applied: Applied

    @property
    def discounts(self) -> tuple[NamedDiscount, ...]:
        return self.applied.named

    @property
    def currency(self) -> str:
        return self.view.cart.currency

    @property
    def total(self) -> Money:
        """The goods with their discounts."""
        return self.view.subtotal - from_minor(self.applied.discount_minor, self.currency)

    @property
    def goods(self) -> Money:
        """The total without gift cards: what counts for free delivery."""
        cards = [line.total for line in self.view.lines if line.is_gift_card and line.is_orderable]
        return self.total - sum(cards, start=from_minor(0, self.currency))

    def amounts(self) -> list[tuple[Money, str]]:
        """What each line that can be ordered comes to, and its tax class."""
        lines = [line for line in self.view.lines if line.is_orderable and line.item is not None]
        return [
            (line.total - from_minor(part, self.currency), line.tax_class)
            for line, part in zip(lines, self.applied.parts, strict=True)
        ]


def sums_of(view: CartView) -> CartSums:
    return CartSums(view, apply_to_cart(view, shopper=shopper_of(view.cart)))


def change_codes(request: HttpRequest, cart: Cart, form: CodeForm) -> Cart:
    """Use or take out the code of the form. Raises `CodeNotApplied` with the reason, `TooManyTries` for an address that
    tries too many."""
    values = form.cleaned_data if form.is_valid() else {"code": form.data.get("code", "")}
    if values.get("remove"):
        return carts.remove_code(cart=cart, code=values["remove"])
    if not values.get("code"):
        return cart
    return use_code(request, cart, values.get("code", ""))


def use_code(request: HttpRequest, cart: Cart, code: str) -> Cart:
    """As `change_codes`, for a code to use."""
    if not is_within_rate("codes", request):
        raise TooManyTries
    return carts.add_code(cart=cart, code=code, shopper=shopper_of(cart))
