"""Requests to the store: the contact form, and the page of one request for its buyer."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.common.api.throttles import is_within_rate
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.orders.models import Order
from apps.orders.selectors import get_order_by_access_token
from apps.storefront.forms.support import ContactForm, RatingForm, ReplyForm
from apps.storefront.listing import page_window
from apps.storefront.visitor import Visitor, visitor_of
from apps.support import selectors
from apps.support import services as support
from apps.support.answers import attachment_answer
from apps.support.models import Ticket
from apps.support.states import TicketState, Way
from apps.support.words import sentence_of_event

PER_PAGE = 15


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, access_token: str = "") -> HttpResponse:
    """For anyone. With the link of an order the request is about that order, and its address is the order's."""
    visitor = visitor_of(request)
    order = get_order_by_access_token(access_token) if access_token else None
    form = ContactForm(
        request.POST or None,
        request.FILES or None,
        user=visitor.user,
        order=order,
        initial={"subject": _subject_of(order) if order else ""},
    )
    if request.method == "POST" and form.is_trap:
        return redirect("storefront:contact_sent")
    if request.method == "POST" and form.is_valid():
        if not is_within_rate("contact", request):
            form.add_error(None, gettext("That was a lot at once. Please try again in an hour."))
            return _contact_page(request, form, order, status=429)
        try:
            ticket = _open(form, visitor, order)
        except DomainError as error:
            show_error(form, error)
        else:
            return _after_opening(request, ticket, visitor)
    return _contact_page(request, form, order, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """After a request without a login: its link comes by mail, to the owner of the mailbox."""
    return render(request, "storefront/contact_sent.html")


@never_cache
@login_required
@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    mine = selectors.list_tickets_for(actor=visitor_of(request).actor)
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page", "")[:6])
    context = {"page": page, "page_numbers": page_window(page.number, page.paginator.num_pages)}
    return render(request, "storefront/account/tickets.html", context)


@never_cache
@require_safe
def ticket(request: HttpRequest, access_token: str = "", number: str = "") -> HttpResponse:
    if number and visitor_of(request).user is None:
        login = reverse("account_login")
        return redirect(f"{login}?{urlencode({'next': request.get_full_path()})}")
    return _page(request, _find(request, access_token, number))


@never_cache
@require_POST
def reply(request: HttpRequest, access_token: str = "", number: str = "") -> HttpResponse:
    found = _find(request, access_token, number)
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    if not is_within_rate("contact", request):
        form.add_error(None, gettext("That was a lot at once. Please try again in an hour."))
        return _page(request, found, form=form, status=429)
    values = form.cleaned_data
    try:
        support.reply_as_buyer(
            ticket=found,
            text=values["text"],
            actor=visitor_of(request).actor,
            files=values["attachments"],
            way=Way.PAGE,
            request_key=values["request_key"],
        )
    except DomainError as error:
        show_error(form, error)
        return _page(request, found, form=form, status=422)
    messages.success(request, gettext("Sent. We answer here and by mail."))
    return redirect(f"{_base(found, access_token)}#end")


@require_POST
def close(request: HttpRequest, access_token: str = "", number: str = "") -> HttpResponse:
    return _move(request, access_token, number, TicketState.CLOSED)


@require_POST
def reopen(request: HttpRequest, access_token: str = "", number: str = "") -> HttpResponse:
    return _move(request, access_token, number, TicketState.WAITING_STORE)


@require_POST
def rate(request: HttpRequest, access_token: str = "", number: str = "") -> HttpResponse:
    found = _find(request, access_token, number)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return _page(request, found, rating=form, status=422)
    values = form.cleaned_data
    return _do(
        request,
        found,
        access_token,
        lambda: support.rate(
            ticket=found,
            score=values["score"],
            comment=values["comment"],
            actor=visitor_of(request).actor,
        ),
        gettext("Thank you."),
    )


@never_cache
@require_safe
def attachment(
    request: HttpRequest, file_id: UUID, access_token: str = "", number: str = ""
) -> HttpResponse:
    found = _find(request, access_token, number)
    return attachment_answer(selectors.get_attachment_of(ticket=found, attachment_id=file_id))


def _find(request: HttpRequest, access_token: str, number: str) -> Ticket:
    if access_token:
        return selectors.get_ticket_by_token(access_token)
    return selectors.get_ticket_for(actor=visitor_of(request).actor, number=number)


def _move(
    request: HttpRequest, access_token: str, number: str, target: TicketState
) -> HttpResponse:
    found = _find(request, access_token, number)
    actor = visitor_of(request).actor
    done = (
        gettext("The request is closed.")
        if target == TicketState.CLOSED
        else gettext("The request is open again.")
    )
    return _do(
        request,
        found,
        access_token,
        lambda: support.set_state(ticket=found, target=target, actor=actor, way=Way.PAGE),
        done,
    )


def _do(
    request: HttpRequest,
    found: Ticket,
    access_token: str,
    work: Callable[[], object],
    done: str,
) -> HttpResponse:
    try:
        work()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(_base(found, access_token))


def _page(
    request: HttpRequest,
    found: Ticket,
    *,
    form: ReplyForm | None = None,
    rating: RatingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    token = request.resolver_match.kwargs.get("access_token", "") if request.resolver_match else ""
    desk = selectors.get_support_settings()
    entries: list[Any] = selectors.list_conversation(found)
    context = {
        "ticket": found,
        "entries": [(entry, sentence_of_event(entry)) for entry in entries],
        "base": _base(found, token),
        "is_account": not token,
        "form": form or ReplyForm(),
        "rating": rating or (RatingForm() if selectors.can_rate(found, desk) else None),
        "can_reopen": selectors.can_reopen(found),
        "can_close": selectors.can_close(found),
        "is_merged": found.merged_into_id is not None,
    }
    return render(request, "storefront/ticket.html", context, status=status)


def _base(found: Ticket, access_token: str) -> str:
    """The address of its page: by login where it was reached so, else by its link."""
    if access_token:
        return reverse("storefront:ticket", args=[access_token])
    return reverse("storefront:account_ticket", args=[found.number])


def _contact_page(
    request: HttpRequest, form: ContactForm, order: Order | None, *, status: int
) -> HttpResponse:
    context = {"form": form, "order": order}
    return render(request, "storefront/contact.html", context, status=status)


def _open(form: ContactForm, visitor: Visitor, order: Order | None) -> Ticket:
    values, user = form.cleaned_data, visitor.user
    return support.open_ticket(
        email=form.known_email or values["email"],
        name=_name_of(user, order) or values.get("name", ""),
        subject=values["subject"],
        text=values["text"],
        actor=visitor.actor,
        order=order,
        customer_id=user.pk if user is not None and _is_of(user, order) else None,
        files=values["attachments"],
        request_key=values["request_key"],
    )


def _is_of(user: User, order: Order | None) -> bool:
    """Another person's order may be asked about by its link; the request is its buyer's then."""
    return order is None or order.customer_id == user.pk


def _name_of(user: User | None, order: Order | None) -> str:
    if order is not None:
        return str(order.shipping_address.get("name") or "")
    return user.full_name if user is not None and user.full_name != user.email else ""


def _after_opening(request: HttpRequest, ticket: Ticket, visitor: Visitor) -> HttpResponse:
    if visitor.user is not None and ticket.customer_id == visitor.user.pk:
        messages.success(request, gettext("We have got your request. We answer here and by mail."))
        return redirect("storefront:account_ticket", number=ticket.number)
    return redirect("storefront:contact_sent")


def _subject_of(order: Order) -> str:
    return gettext("Order %(number)s") % {"number": order.number}
