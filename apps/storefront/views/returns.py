"""Returns of an order, for the holder of the order's link: asking, following, sending, withdrawing.

The fetch of the order decides who may; what is written afterwards is written by the store's own process, because stock and
outbox are not the visitor's.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.common.ids import random_token
from apps.invoices.answers import pdf_answer
from apps.orders.models import Order
from apps.orders.passes import make_pass, read_pass
from apps.orders.selectors import get_order_by_access_token
from apps.pictures.private import private_picture_answer
from apps.returns import services as returns
from apps.returns.destinations import list_places
from apps.returns.models import Exchange, ReturnPhoto, ReturnRequest
from apps.returns.offers import list_offers
from apps.returns.replacing import expected_difference
from apps.returns.returnable import list_returnable
from apps.returns.selectors import (
    find_exchange,
    get_request_of,
    list_reasons,
    return_address,
    timeline,
)
from apps.returns.slips import print_return_slip
from apps.returns.states import AWAITED, BUYER_MAY_WITHDRAW, ExchangeState, RequestState, Wish
from apps.storefront.answers import attempt
from apps.storefront.forms.returns import ReturnForm, SentForm, places_of
from apps.storefront.return_words import ADDRESS_FOLLOWS, WORDS, steps_of
from apps.storefront.visitor import visitor_of
from apps.tenancy.context import system_scope


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, access_token: str) -> HttpResponse:
    """The form, and its answer. A repeated press leads to the first request."""
    order = get_order_by_access_token(access_token)
    form = _form_of(request, order)
    if request.method == "POST" and form.is_valid():
        try:
            made = _ask(request, order, form)
        except DomainError as error:
            show_error(form, error, places=places_of)
        else:
            return redirect("storefront:order_return", access_token, made.number)
    context = {
        "order": order,
        "token": access_token,
        "form": form,
        "closed": [each for each in list_returnable(order) if not each.most],
        "key": request.POST.get("key") or random_token(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "storefront/return_new.html", context, status=status)


@never_cache
@require_safe
def show(request: HttpRequest, access_token: str, number: str) -> HttpResponse:
    """Where the return is, and what comes next."""
    order, found = _find(access_token, number)
    return render(request, "storefront/return.html", _present(order, found, access_token))


@require_POST
def withdraw(request: HttpRequest, access_token: str, number: str) -> HttpResponse:
    _order, found = _find(access_token, number)
    actor = visitor_of(request).actor
    with system_scope("returns"):
        _done, problem = attempt(lambda: returns.withdraw_return(request=found, actor=actor))
    if problem:
        messages.error(request, problem)
    return redirect("storefront:order_return", access_token, found.number)


@require_POST
def sent(request: HttpRequest, access_token: str, number: str) -> HttpResponse:
    """The buyer has sent it, with or without a tracking number."""
    _order, found = _find(access_token, number)
    form, actor = SentForm(request.POST), visitor_of(request).actor
    if not form.is_valid():
        messages.error(
            request, " ".join(str(text) for texts in form.errors.values() for text in texts)
        )
        return redirect("storefront:order_return", access_token, found.number)
    values = form.cleaned_data
    with system_scope("returns"):
        _done, problem = attempt(lambda: returns.mark_sent(request=found, actor=actor, **values))
    if problem:
        messages.error(request, problem)
    return redirect("storefront:order_return", access_token, found.number)


@never_cache
@require_safe
def slip(request: HttpRequest, access_token: str, number: str) -> HttpResponse:
    _order, found = _find(access_token, number)
    if found.state not in AWAITED:
        raise Http404
    return pdf_answer(print_return_slip(found), f"{found.number}.pdf")


@never_cache
@require_safe
def label(request: HttpRequest, access_token: str, number: str) -> HttpResponse:
    _order, found = _find(access_token, number)
    if not found.label_path or found.state not in AWAITED:
        raise Http404
    return pdf_answer(returns.read_label(found), f"{found.number}-label.pdf")


@never_cache
@require_safe
def photo(request: HttpRequest, access_token: str, number: str, photo_id: UUID) -> HttpResponse:
    """A photo of the request, for whom the order is shown to."""
    _order, found = _find(access_token, number)
    return private_picture_answer(get_object_or_404(ReturnPhoto, request=found, pk=photo_id).path)


def _find(access_token: str, number: str) -> tuple[Order, ReturnRequest]:
    order = get_order_by_access_token(access_token)
    return order, get_request_of(order, number)


def _token_like(token: str, other: Order) -> str:
    """Of another order of the same buyer: the holder of a pass gets a pass."""
    return make_pass(other) if read_pass(token) else other.access_token


def _form_of(request: HttpRequest, order: Order) -> ReturnForm:
    returnable = list_returnable(order)
    is_post = request.method == "POST"
    return ReturnForm(
        request.POST if is_post else None,
        request.FILES if is_post else None,
        returnable=returnable,
        reasons=list_reasons(),
        offers=list_offers(order, [each.line for each in returnable if each.most]),
        places=list_places(order, by_staff=False),
        currency=order.currency,
    )


def _ask(request: HttpRequest, order: Order, form: ReturnForm) -> ReturnRequest:
    values, actor = form.cleaned_data, visitor_of(request).actor
    with system_scope("returns"):
        return returns.request_return(
            order=order,
            lines=form.wanted(),
            wish=Wish(values["wish"]),
            destination=form.destination,
            note=values["note"],
            photos=values["photos"],
            request_key=values["key"] or "",
            actor=actor,
        )


def _present(order: Order, found: ReturnRequest, token: str) -> dict[str, Any]:
    history, state = timeline(found), RequestState(found.state)
    headline, next_thing, tone = WORDS[state]
    exchange = find_exchange(found)
    is_awaited = state in AWAITED
    address = return_address() if is_awaited else None
    if state == RequestState.APPROVED and address and not address["line1"]:
        next_thing = ADDRESS_FOLLOWS
    difference = _difference(found, exchange)
    return {
        "order": order,
        "token": token,
        "found": found,
        "more_minor": max(difference, 0),
        "less_minor": max(-difference, 0),
        "headline": headline,
        "next_thing": next_thing,
        "tone": tone,
        "lines": list(found.lines.select_related("order_line", "replacement")),
        "photos": list(found.photos.all()),
        "steps": steps_of(found, history),
        "history": history,
        "exchange": exchange,
        "exchange_token": _token_like(token, exchange.order) if exchange and exchange.order else "",
        "address": address,
        "can_withdraw": state in BUYER_MAY_WITHDRAW,
        "can_send": is_awaited,
        "sent_form": SentForm(
            initial={"carrier": found.carrier, "tracking_number": found.tracking_number},
            auto_id="sent-%s",
        ),
    }


def _difference(found: ReturnRequest, exchange: Exchange | None) -> int:
    """What the buyer is to pay for the replacement; below 0: to get back. 0 where that is over."""
    if exchange is not None and exchange.state == ExchangeState.UNPAID and exchange.order:
        return exchange.order.payable_minor - found.moved_minor
    is_open = exchange is not None and exchange.state in (
        ExchangeState.WISHED,
        ExchangeState.RESERVED,
    )
    return expected_difference(found) if is_open else 0
