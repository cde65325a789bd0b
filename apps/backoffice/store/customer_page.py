"""A buyer's page: contact data, orders, turnover, addresses, and notes of staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Min, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts import notes
from apps.accounts.models import Customer, CustomerNote, User
from apps.accounts.roles import SEES_TURNOVER
from apps.accounts.selectors import get_user_by_email, list_addresses_for, list_notes_about
from apps.backoffice.base import call_service, staff_actor
from apps.backoffice.columns import moment, money
from apps.backoffice.sites import store_admin
from apps.common.addresses import address_lines
from apps.common.fields import BlockField
from apps.common.graphemes import first_grapheme
from apps.notifications.selectors import find_refused_address
from apps.orders.buyers import list_orders_by, sum_spending
from apps.orders.models import Order

SEES_PEOPLE: Final = "accounts.view_user"
SEES_ORDERS: Final = "orders.view_order"
SEES_NOTES: Final = "accounts.view_customernote"
LATEST: Final = 20
MOST_ADDRESSES: Final = 6


@dataclass(frozen=True)
class Buyer:
    """A user with an account, or a guest with the data of the latest order."""

    email: str
    name: str
    phone: str
    user: User | None = None


class NoteForm(forms.Form):
    text = BlockField(
        max_length=2000,
        label=_("A note for the team"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "bo-input"}),
    )


def person_view(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A user with an account, including staff."""
    _require(request, SEES_PEOPLE)
    user = get_object_or_404(User, pk=user_id)
    return _page(request, Buyer(user.email, user.full_name, user.phone, user))


def guest_view(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The guest who placed this order. Their address is in no link. A guest who has an account now is shown on the
    account's page."""
    _require(request, SEES_PEOPLE)
    _require(request, SEES_ORDERS)
    order = get_object_or_404(Order, pk=order_id, customer=None)
    user = get_user_by_email(order.email)
    if user is not None:
        return HttpResponseRedirect(reverse("store_admin:accounts_customer_page", args=[user.pk]))
    name = str(order.shipping_address.get("name") or order.email)
    return _page(request, Buyer(order.email, name, order.phone))


def _page(request: HttpRequest, buyer: Buyer) -> HttpResponse:
    form = NoteForm(request.POST or None)
    if request.method == "POST" and _press(request, buyer, form):
        return HttpResponseRedirect(request.path)
    context = {
        **store_admin.each_context(request),
        "refused_address": find_refused_address(buyer.email),
        "title": buyer.name,
        "opts": (User if buyer.user and buyer.user.is_staff else Customer)._meta,
        "buyer": buyer,
        "initial": first_grapheme(buyer.name).upper(),
        "form": form,
        **_orders_of(request, buyer),
        **_links(request, buyer),
        "notes": list_notes_about(buyer.email) if request.user.has_perm(SEES_NOTES) else None,
        "may_add_note": request.user.has_perm("accounts.add_customernote"),
        "may_delete_note": request.user.has_perm("accounts.delete_customernote"),
    }
    return TemplateResponse(request, "backoffice/customer.html", context)


def _press(request: HttpRequest, buyer: Buyer, form: NoteForm) -> bool:
    """Write a note, or delete one. False for one that can't be written: the form says why."""
    if "delete" in request.POST:
        _require(request, "accounts.delete_customernote")
        _delete_note(request, buyer)
        return True
    _require(request, "accounts.add_customernote")
    if not form.is_valid():
        return False
    text = form.cleaned_data["text"]
    return call_service(
        request,
        lambda: notes.add_note(email=buyer.email, text=text, actor=staff_actor(request)),
        gettext("Noted."),
    )


def _delete_note(request: HttpRequest, buyer: Buyer) -> None:
    try:
        key = UUID(request.POST["delete"])
    except ValueError as error:
        raise Http404 from error
    written = CustomerNote.objects.filter(pk=key, email=buyer.email).first()
    if written is None:
        messages.info(request, gettext("This note is gone already."))
        return
    call_service(
        request, lambda: notes.delete_note(written=written), gettext("The note is deleted.")
    )


def _orders_of(request: HttpRequest, buyer: Buyer) -> dict[str, Any]:
    """Four queries, however many orders there are; none for those who may not see orders."""
    if not request.user.has_perm(SEES_ORDERS):
        return {"sees_orders": False, "addresses": _addresses(request, buyer, [])}
    orders = list_orders_by(user_id=buyer.user.pk if buyer.user else None, email=buyer.email)
    total = orders.order_by().aggregate(
        count=Count("id"), first=Min("placed_at"), last=Max("placed_at")
    )
    latest = list(orders.annotate(pieces=Sum("lines__quantity"))[:LATEST])
    everything = f"{reverse('store_admin:orders_order_changelist')}?{urlencode({'q': buyer.email})}"
    return {
        "sees_orders": True,
        "orders": latest,
        "first_placed_at": total["first"],
        "all_orders_url": everything if total["count"] > len(latest) else "",
        "order_count": total["count"],
        "figures": _figures(request, orders, total),
        "addresses": _addresses(request, buyer, latest),
    }


def _figures(
    request: HttpRequest, orders: QuerySet[Order], total: dict[str, Any]
) -> list[dict[str, Any]]:
    figures = [
        {"title": "Orders", "values": [total["count"]]},
        {"title": gettext("Last order"), "values": [moment(total["last"])]},
    ]
    if request.user.has_perm(SEES_TURNOVER):
        spent = sum_spending(orders)
        figures[:0] = [
            {"title": "Spent", "values": [money(one.total_minor, one.currency) for one in spent]},
            {
                "title": gettext("An order on average"),
                "values": [money(one.average_minor, one.currency) for one in spent],
            },
        ]
    return [{**figure, "values": figure["values"] or ["-"]} for figure in figures]


def _addresses(request: HttpRequest, buyer: Buyer, orders: Sequence[Order]) -> list[dict[str, Any]]:
    """The saved ones, the default first, then those that parcels went to; each once."""
    saved = list_addresses_for(buyer.user) if buyer.user and _sees_addresses(request) else []
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for one in saved:
        label = gettext("Default address") if one.is_default else "Saved"
        found.setdefault(tuple(address_lines(one.as_dict())), {"label": label})
    for order in orders:
        if order.shipping_address:
            label = gettext("Order %(number)s") % {"number": order.number}
            found.setdefault(tuple(address_lines(order.shipping_address)), {"label": label})
    return [{"lines": lines, **about} for lines, about in found.items()][:MOST_ADDRESSES]


def _sees_addresses(request: HttpRequest) -> bool:
    return request.user.has_perm("accounts.view_address")


def _links(request: HttpRequest, buyer: Buyer) -> dict[str, str]:
    """Links to the form and the history of the person, by permission."""
    user = buyer.user
    if user is None:
        return {"list_url": reverse("store_admin:accounts_customer_guests"), "list_title": "Guests"}
    kind, title = ("user", "Staff") if user.is_staff else ("customer", "Customers")
    name = f"store_admin:accounts_{kind}"
    links = {"list_url": reverse(f"{name}_changelist"), "list_title": title}
    if request.user.has_perm("accounts.change_user"):
        links["edit_url"] = reverse(f"{name}_change", args=[user.pk])
    links["history_url"] = reverse(f"{name}_history", args=[user.pk])
    return links


def _require(request: HttpRequest, right: str) -> None:
    if not request.user.has_perm(right):
        raise PermissionDenied
