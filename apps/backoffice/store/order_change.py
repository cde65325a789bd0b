"""The page on which staff change a placed order: they see the difference before anything is done."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from apps.backoffice.base import sentence_of, staff_actor
from apps.backoffice.sites import store_admin
from apps.backoffice.store.order_change_form import (
    AddedRow,
    Typed,
    change_of,
    empty_form,
    read_form,
    removed_of,
)
from apps.backoffice.store.order_page import SEES, may
from apps.backoffice.typed import read_count
from apps.catalog.selectors import find_variant_refs, read_lines
from apps.common.errors import DomainError, InvalidInput
from apps.common.places import country_choices
from apps.common.text import line_of
from apps.fulfilment import services as fulfilment
from apps.fulfilment.change_prospects import prospect_of
from apps.fulfilment.changes import ChangeInput, Plan, plan_change
from apps.orders.models import Order
from apps.orders.selectors import can_cancel_lines, can_change
from apps.orders.states import HELD
from apps.payments.selectors import list_payment_methods
from apps.pricing.models import ShippingMethod

MOST_FOUND: Final = 12
_ORDER: Final = "store_admin:orders_order_change"


def edit_view(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """The form, and its buttons: find a product, show the difference, do it, or split the pieces off."""
    if not (may(request, "edit") and request.user.has_perm(SEES)):
        raise PermissionDenied
    order = get_object_or_404(Order, pk=order_id)
    if request.method != "POST":
        return _show(request, order, empty_form(order))
    typed = _with_added(read_form(request), request, order)
    try:
        return _press(request, order, typed)
    except DomainError as error:
        messages.error(request, sentence_of(error))
        order.refresh_from_db()
        return _show(request, order, typed, faults=_faults(error))


def _press(request: HttpRequest, order: Order, typed: Typed) -> HttpResponse:
    if "split" in request.POST:
        return _split(request, order, typed)
    if "apply" in request.POST:
        return _apply(request, order, typed)
    if "preview" in request.POST:
        return _show(request, order, typed, plan=plan_change(order, _change(request, order, typed)))
    return _show(request, order, typed)


def _apply(request: HttpRequest, order: Order, typed: Typed) -> HttpResponse:
    fulfilment.change_order(
        order=order,
        change=_change(request, order, typed),
        version=_version(request),
        expected_minor=_expected(request),
        gateway_code=typed.texts["gateway"][:40],
        may_refund=may(request, "refund"),
        actor=staff_actor(request),
    )
    messages.success(request, gettext("Changed. The customer gets a mail."))
    return HttpResponseRedirect(reverse(_ORDER, args=[order.pk]))


def _change(request: HttpRequest, order: Order, typed: Typed) -> ChangeInput:
    """Amounts by hand are for those who may refund."""
    change = change_of(request, order, typed)
    if change.is_bargain and not may(request, "refund"):
        raise InvalidInput(gettext("You are not allowed to give discounts."))
    return change


def _split(request: HttpRequest, order: Order, typed: Typed) -> HttpResponse:
    new = fulfilment.split_order(
        order=order,
        lines=removed_of(request, order),  # type: ignore[arg-type]  # keys of lines are UUIDs
        with_delivery=typed.with_delivery,
        reason=typed.texts["reason"],
        version=_version(request),
        actor=staff_actor(request),
    )
    said = gettext("The pieces are the order %(number)s now.") % {"number": new.number}
    messages.success(request, said)
    return HttpResponseRedirect(reverse(_ORDER, args=[order.pk]))


def _show(
    request: HttpRequest,
    order: Order,
    typed: Typed,
    *,
    plan: Plan | None = None,
    faults: Mapping[str, str] | None = None,
) -> HttpResponse:
    lines = [line for line in order.lines.all() if line.open_quantity and not line.is_fee]
    sought = line_of(request.POST.get("q", ""))
    context: dict[str, Any] = {
        **store_admin.each_context(request),
        "title": gettext("Change order %(number)s") % {"number": order.number},
        "opts": Order._meta,
        "order": order,
        "rows": [(line, typed.removed.get(str(line.pk), "")) for line in lines],
        "typed": typed,
        "texts": typed.texts,
        "faults": faults or {},
        "plan": plan,
        "prospect": prospect_of(order, plan) if plan else None,
        "may_apply": plan is None or not plan.refund_minor or may(request, "refund"),
        "version": plan.version if plan else order.event_count,
        "sought": sought,
        "found": _find(sought, order.currency) if "find" in request.POST else None,
        "ways": ShippingMethod.objects.filter(is_active=True, currency=order.currency),
        "methods": [each for each in list_payment_methods() if not each.pays_on_delivery],
        "countries": country_choices("en"),
        "is_whole": can_change(order),
        "is_possible": can_cancel_lines(order),
        "is_held": order.payment_state in HELD,
    }
    return TemplateResponse(request, "backoffice/order_change.html", context)


def _with_added(typed: Typed, request: HttpRequest, order: Order) -> Typed:
    """One more product, if its button was pressed."""
    ref = line_of(request.POST.get("add", ""), most=36)
    if not ref or any(row.ref == ref for row in typed.added):
        return typed
    offer = read_lines([ref], order.currency).get(ref)
    if offer is not None:
        typed.added.append(AddedRow(ref, offer.full_title, offer.sku))
    return typed


def _find(sought: str, currency: str) -> list[Any]:
    if not sought:
        return []
    refs = find_variant_refs(sought)[:MOST_FOUND]
    known = read_lines(refs, currency)
    return [known[ref] for ref in refs if ref in known]


def _version(request: HttpRequest) -> int:
    return read_count(request.POST.get("version", ""), "version")


def _expected(request: HttpRequest) -> int:
    """The difference that was shown; without one nothing was looked at."""
    text = request.POST.get("expected", "")
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 17):
        raise InvalidInput(gettext("Look at the difference first."))
    return sign * int(digits)


def _faults(error: DomainError) -> dict[str, str]:
    return {path.rpartition(".")[2]: " ".join(said) for path, said in error.fields.items()}
