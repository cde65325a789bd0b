"""Links to the content of a cart: made here, and opened with a page that asks first. Reading one changes nothing."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.sharing import (
    SharedCart,
    make_share_token,
    pieces_of,
    preview,
    read_share_token,
)
from apps.checkout import services as checkout
from apps.checkout.reminders import read_reminder_token
from apps.platform.selectors import current_url
from apps.storefront.answers import attempt
from apps.storefront.cookies import write_cart_cookies
from apps.storefront.visitor import Visitor, visitor_of

DAYS = (0, 7, 30)


@never_cache
@require_safe
def share(request: HttpRequest) -> HttpResponse:
    """The link to what is in the cart now."""
    current = visitor_of(request).find_cart()
    if current is None or not current.is_open or current.is_empty:
        return redirect("storefront:cart")
    chosen = request.GET.get("days", "")
    days = next((each for each in DAYS if str(each) == chosen), 0)
    token, problem = attempt(lambda: make_share_token(pieces_of(current), days=days))
    if token is None:
        messages.error(request, problem)
        return redirect("storefront:cart")
    url = current_url(reverse("storefront:cart_shared", args=[token]))
    context = {"url": url, "days": days, "choices": DAYS}
    return render(request, "storefront/cart_share.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What a link holds, at what the visitor pays today; the button adds it to the visitor's cart."""
    opened = read_share_token(token)
    if request.method == "POST":
        return put_into_cart(request, visitor_of(request), opened.pieces)
    found = preview(opened, customer_ref=visitor_of(request).customer_ref)
    context = {"preview": found, "view": found.view, "title": gettext("A cart for you")}
    return render(request, "storefront/cart_shared.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminder(request: HttpRequest, token: str) -> HttpResponse:
    """The cart of a reminder's link, on any device: its goods only. It logs in no visitor."""
    row, cart = read_reminder_token(token)
    pieces = pieces_of(cart)
    if request.method == "POST":
        visitor = visitor_of(request)
        response = put_into_cart(request, visitor, pieces)
        restored = visitor.find_cart()
        if restored is not None:
            checkout.note_return(reminder=row, cart=cart, restored=restored)
        return response
    found = preview(SharedCart(pieces, None), customer_ref=visitor_of(request).customer_ref)
    context = {"preview": found, "view": found.view, "title": gettext("Your cart")}
    return render(request, "storefront/cart_shared.html", context)


def put_into_cart(
    request: HttpRequest, visitor: Visitor, pieces: Mapping[str, int]
) -> HttpResponse:
    """Add what is available. Repeatable: a cart that has so many pieces already is left as it is."""
    changed, problem = attempt(lambda: carts.refill(cart=visitor.cart(), wanted=pieces))
    if changed is None:
        messages.error(request, problem)
        return redirect("storefront:cart")
    if is_short(changed, pieces):
        messages.warning(request, gettext("Not everything is available in this quantity."))
    response = redirect("storefront:cart")
    token = changed.token if visitor.user is None else None
    write_cart_cookies(response, token=token, count=changed.count)
    return response


def is_short(cart: Cart, pieces: Mapping[str, int]) -> bool:
    there = pieces_of(cart)
    return any(there.get(ref, 0) < wanted for ref, wanted in pieces.items())
