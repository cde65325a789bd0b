"""The page of an order that staff have prepared: its buyer looks at it, chooses how to pay, and orders exactly this."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.checkout import services as checkout
from apps.checkout.drafts import get_draft_by_token, get_order_of
from apps.checkout.errors import DraftChanged
from apps.checkout.models import DraftOrder
from apps.checkout.payable import list_methods_for
from apps.checkout.services import PlacedOrder
from apps.checkout.states import DraftState
from apps.common.actor import Actor
from apps.common.text import line_of
from apps.storefront.answers import attempt
from apps.storefront.leaving import with_way_out
from apps.tenancy.context import show_order, system_scope


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, access_token: str) -> HttpResponse:
    """The link grants access to this draft alone, while it is sent; afterwards it leads to its order."""
    found = get_draft_by_token(access_token)
    if found.state == DraftState.PLACED:
        return _to_order(found)
    if request.method == "POST":
        method = line_of(request.POST.get("payment_method", ""), most=40)
        placed, problem = attempt(lambda: _place(request, found, method))
        if placed is not None:
            if placed.next_url:
                return redirect(placed.next_url)
            return redirect("storefront:order", access_token=placed.order.access_token)
        messages.error(request, problem)
        show_order(access_token)
    quote, problem = attempt(lambda: checkout.quote_draft(found))
    is_same = quote is not None and quote.priced.total_minor == found.total_minor
    offered = list_methods_for(quote) if quote is not None and is_same else []
    methods = [method for method in offered if not method.fee_minor]  # the total is agreed
    context = {
        "draft": found,
        "seen": _seen(found),
        "lines": quote.priced.lines if quote is not None else [],
        "sums": quote.priced if quote is not None else None,
        "no_delivery": quote is not None and not quote.needs_shipping,
        "methods": methods,
        "can_order": is_same and (bool(methods) or (quote is not None and quote.is_free)),
        "problem": problem,
    }
    page = render(request, "storefront/draft.html", context)
    return with_way_out(request, page, [method.code for method in methods])


def _place(request: HttpRequest, found: DraftOrder, method: str) -> PlacedOrder:
    """What the page has shown is ordered, and nothing that staff have sent since."""
    if request.POST.get("seen") != _seen(found):
        raise DraftChanged
    return checkout.place_draft(
        draft=found, version=found.version, payment_method=method, actor=Actor.guest()
    )


def _seen(found: DraftOrder) -> str:
    return f"{found.version}.{found.total_minor}"


def _to_order(found: DraftOrder) -> HttpResponse:
    with system_scope("draft"):
        token = get_order_of(found).access_token
    return redirect("storefront:order", access_token=token)
