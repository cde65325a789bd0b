"""The page of one order: confirmation right after buying, tracking from then on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.orders.selectors import get_order_by_access_token
from apps.payments import services as payments
from apps.payments.errors import PaymentNotOpen
from apps.payments.gateways import RedirectTo
from apps.payments.selectors import get_payment_of
from apps.storefront.order_page import order_context


@never_cache
@require_safe
def order(request: HttpRequest, access_token: str) -> HttpResponse:
    """Whoever has the link sees the order: the token is random and belongs to this store."""
    return render(
        request, "storefront/order.html", order_context(get_order_by_access_token(access_token))
    )


@require_POST
def pay(request: HttpRequest, access_token: str) -> HttpResponse:
    """Open the payment again, for a buyer whose payment failed or who closed the page."""
    found = get_order_by_access_token(access_token)
    payment = get_payment_of(found)
    if payment is None:
        raise PaymentNotOpen
    opened = payments.pay_again(payment=payment)
    if isinstance(opened, RedirectTo):
        return redirect(opened.url)
    return redirect("storefront:order", access_token=access_token)
