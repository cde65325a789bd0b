"""What a buyer does with lines beside the cart: saved for later, waiting for an answer, changed since they were seen."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from apps.carts import services as carts
from apps.carts.documents import Cart
from apps.carts.services import MergeChoice
from apps.storefront.answers import attempt
from apps.storefront.views.carts import after
from apps.storefront.visitor import visitor_of


@require_POST
def save(request: HttpRequest, line: str) -> HttpResponse:
    return _change(request, lambda cart: carts.save_for_later(cart=cart, line_id=line))


@require_POST
def saved(request: HttpRequest, line: str) -> HttpResponse:
    """Move a saved line into the cart, or remove it."""
    if "remove" in request.POST:
        return _change(request, lambda cart: carts.remove_saved(cart=cart, line_id=line))
    return _change(request, lambda cart: carts.take_back(cart=cart, line_id=line))


@require_POST
def seen(request: HttpRequest, line: str) -> HttpResponse:
    """The buyer has seen that the price, or the tax class, has changed."""
    return _change(request, lambda cart: carts.accept_changes(cart=cart, line_id=line))


@require_POST
def notices(request: HttpRequest) -> HttpResponse:
    """The buyer has seen one notice, or all of them."""
    notice = request.POST.get("notice", "")[:36]
    return _change(request, lambda cart: carts.dismiss_notices(cart=cart, notice_id=notice))


@require_POST
def merge(request: HttpRequest) -> HttpResponse:
    """What happens to the lines from before the login, where the store asks."""
    choice = request.POST.get("choice", "")
    if choice not in MergeChoice.values:
        return redirect("storefront:cart")
    answer = MergeChoice(choice)
    return _change(request, lambda cart: carts.answer_merge(cart=cart, choice=answer))


def _change(request: HttpRequest, change: Callable[[Cart], Cart]) -> HttpResponse:
    visitor = visitor_of(request)
    current = visitor.find_cart()
    if current is None:
        return redirect("storefront:cart")
    changed, problem = attempt(lambda: change(current))
    return after(request, visitor, changed, problem)
