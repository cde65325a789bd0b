"""The page of one order: confirmation right after buying, tracking from then on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.orders.selectors import get_order_by_access_token
from apps.payments import services as payments
from apps.payments.gateways import RedirectTo
from apps.payments.selectors import can_pay_now, get_payment_of
from apps.storefront.answers import attempt
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
    """Open the payment again, for a buyer whose payment failed or who closed the page.

    What can't be paid any more, or is paid by now, is said by the order's page itself.
    """
    found = get_order_by_access_token(access_token)
    payment = get_payment_of(found)
    if payment is not None and can_pay_now(found, payment):
        opened, problem = attempt(lambda: payments.pay_again(payment=payment))
        if isinstance(opened, RedirectTo):
            return redirect(opened.url)
        messages.error(request, problem)
    return redirect("storefront:order", access_token=access_token)
