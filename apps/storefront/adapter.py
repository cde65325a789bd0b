"""Merges the cart at login. `accounts` implements the other methods of allauth's adapter."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.accounts.adapter import AccountAdapter
from apps.accounts.models import User
from apps.carts import services as carts
from apps.storefront.answers import attempt
from apps.storefront.cookies import GUEST_COOKIE, read_cart_token, write_cart_cookies


class StorefrontAccountAdapter(AccountAdapter):
    """At login (and right after registering) the guest's cart joins the customer's."""

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **details)
        token = read_cart_token(request)
        cart, problem = attempt(
            lambda: carts.merge_carts(guest_token=token, customer_ref=str(user.pk))
        )
        if (
            problem
        ):  # concurrent changes won every try: the cookie stays and the next login merges again
            return response
        write_cart_cookies(response, token=None, count=cart.count if cart and cart.is_open else 0)
        response.delete_cookie(GUEST_COOKIE, samesite="Lax")
        return response
