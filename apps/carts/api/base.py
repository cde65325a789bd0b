"""Finding the cart of a request."""

import re

from apps.accounts.api.base import ActorView
from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.errors import CartNotFound
from apps.carts.selectors import get_cart

HEADER = "X-Cart-Token"
_TOKEN = re.compile(r"[\w-]{8,40}", re.ASCII)


class CartAccess(ActorView):
    """A guest's cart is found by `X-Cart-Token`. A customer has one cart; a token sent along is merged into it."""

    def cart_or_none(self) -> Cart | None:
        token = self.cart_token
        if self.user is None:
            return get_cart(token=token)
        customer_ref = str(self.user.pk)
        if token is not None:
            return carts.merge_carts(guest_token=token, customer_ref=customer_ref)
        return get_cart(customer_ref=customer_ref)

    def require_cart(self) -> Cart:
        cart = self.cart_or_none()
        if cart is None:
            raise CartNotFound
        return cart

    def cart_or_new(self) -> Cart:
        """A new one is not stored before its first change."""
        cart = self.cart_or_none()
        if cart is not None:
            return cart
        customer_ref = str(self.user.pk) if self.user is not None else None
        return carts.find_or_build_cart(customer_ref=customer_ref)

    @property
    def cart_token(self) -> str | None:
        """The header, unless it can't be a token at all."""
        token = self.request.headers.get(HEADER, "")
        return token if _TOKEN.fullmatch(token) else None
