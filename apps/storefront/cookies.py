"""The two cookies of a visitor's cart, and the one of the postal code that they have checked.

`cart` is the random token of a guest's cart: HttpOnly, no session needed. `cart_count` is the number beside the cart's
icon, for display only, so that pages need not read the cart. Both last as long as the store keeps a guest's cart.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.carts.rules import days_of

GUEST_COOKIE = "cart"
COUNT_COOKIE = "cart_count"
POSTAL_COOKIE = "postal_code"
_DAY = 24 * 60 * 60
_TOKEN_LENGTH = 40


def read_cart_token(request: HttpRequest) -> str | None:
    """The token as sent; None if it is missing or malformed."""
    token = request.COOKIES.get(GUEST_COOKIE, "")
    fits = 0 < len(token) <= _TOKEN_LENGTH and token.replace("-", "").replace("_", "").isalnum()
    return token if fits and token.isascii() else None


def read_cart_count(request: HttpRequest) -> int:
    count = request.COOKIES.get(COUNT_COOKIE, "")
    return min(int(count), 9999) if count.isascii() and count.isdigit() and len(count) < 6 else 0


def write_cart_cookies(response: HttpResponse, *, token: str | None, count: int) -> None:
    """Remember the cart; `token` None for a customer, whose cart is found by who they are."""
    if token is not None:
        _set(response, GUEST_COOKIE, token, httponly=True)
    _set(response, COUNT_COOKIE, str(count), httponly=False)


def read_postal_code(request: HttpRequest) -> str:
    """That the visitor checked last; "" for none, or text that can't be one."""
    code = request.COOKIES.get(POSTAL_COOKIE, "").replace("_", " ")
    return code if len(code) <= 20 and code.replace(" ", "").replace("-", "").isalnum() else ""


def write_postal_code(response: HttpResponse, code: str) -> None:
    """Blanks are not allowed in a cookie."""
    _set(response, POSTAL_COOKIE, code.replace(" ", "_"), httponly=False)


def forget_cart(response: HttpResponse) -> None:
    for name in (GUEST_COOKIE, COUNT_COOKIE):
        response.delete_cookie(name, samesite="Lax")


def _set(response: HttpResponse, name: str, value: str, *, httponly: bool) -> None:
    response.set_cookie(
        name,
        value,
        max_age=days_of(None) * _DAY,
        httponly=httponly,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )
