"""The visitor of a page and their cart: a customer's by login, a guest's by cookie."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.selectors import user_of
from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.selectors import CartView, get_cart, present_cart
from apps.common.actor import Actor, ActorKind
from apps.prices.rules import NO_GROUPS, Groups
from apps.prices.selectors import get_book, price_groups_of
from apps.storefront.cookies import read_cart_token


@dataclass(frozen=True)
class Visitor:
    """Nothing is read until a cart is asked for; the session only where its cookie came along."""

    user: User | None
    token: str | None

    @property
    def customer_ref(self) -> str | None:
        return str(self.user.pk) if self.user is not None else None

    @property
    def actor(self) -> Actor:
        """The buyer. Staff who shop are customers here: these pages show a user's own rows only."""
        if self.user is None:
            return Actor.guest()
        return Actor(ActorKind.CUSTOMER, self.user.pk, self.user.full_name)

    @property
    def customer_id(self) -> UUID | None:
        return self.user.pk if self.user is not None else None

    def find_cart(self) -> Cart | None:
        """The cart in use; one document read, none for a guest without a cookie."""
        if self.user is None and self.token is None:
            return None
        return get_cart(token=self.token, customer_ref=self.customer_ref)

    def cart(self) -> Cart:
        """The cart in use, a new one where there is none: it is stored by its first change."""
        return carts.find_or_build_cart(token=self.token, customer_ref=self.customer_ref)


def visitor_of(request: HttpRequest) -> Visitor:
    return Visitor(user_of(request), read_cart_token(request))


def price_groups_for(request: HttpRequest) -> Groups:
    """The groups at whose prices the visitor buys; the session is read only where a price list is for a group. A page that
    is made for the cache is for no group."""
    if getattr(request, "is_for_cache", False) or not get_book().has_groups:
        return NO_GROUPS
    return price_groups_of(visitor_of(request).customer_ref)


def view_of(cart: Cart | None) -> CartView | None:
    """The open cart as it stands now, also one that has only saved lines or notices. A cart that is being ordered can't be
    changed any more and shows nothing."""
    if cart is None or not cart.is_open or not cart.has_anything:
        return None
    return present_cart(cart)
