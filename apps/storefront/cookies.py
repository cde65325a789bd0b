"""The two cookies of a visitor's cart, and the one of the postal code that they have checked.

`cart` is the random token of a guest's cart: HttpOnly, no session needed. `cart_count` is the number beside the cart's
icon, for display only, so that pages need not read the cart. Both last as long as the store keeps a guest's cart.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.carts.rules import days_of
from apps.tenancy.context import current_store

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


def read_postal_code(request: HttpRequest) -> tuple[str, str]:
    """Country and code that the visitor checked last; the store's own country as "". Both are "" for none, or text that can't
    be one."""
    country, dot, code = request.COOKIES.get(POSTAL_COOKIE, "").replace("_", " ").rpartition(".")
    is_country = not dot or (len(country) == 2 and country.isascii() and country.isalpha())
    is_code = len(code) <= 20 and code.replace(" ", "").replace("-", "").isalnum()
    if not is_country or not (is_code or (dot and not code)):
        return "", ""
    return country, code


def write_postal_code(response: HttpResponse, country: str, code: str) -> None:
    """`560001`, or `DE.10115` of another country than the store's. Blanks are not allowed in a cookie."""
    own = country == current_store().country
    text = code if own else f"{country}.{code}"
    _set(response, POSTAL_COOKIE, text.replace(" ", "_"), httponly=False)


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
