"""One order's page: what it shows, which buttons are allowed now, and what each button does.

A button is a small form that posts; it calls one service and comes back. `request_key` makes a double click one action.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.backoffice.base import call_service, staff_actor
from apps.backoffice.columns import money
from apps.backoffice.store.timeline import timeline_rows
from apps.common.amounts import read_amount
from apps.common.errors import InvalidInput
from apps.common.fields import CodeField, LineField, WebAddressField
from apps.common.ids import random_token
from apps.common.money import to_minor
from apps.common.text import clean_code
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.fulfilment.selectors import can_cancel, can_ship
from apps.fulfilment.states import ShipmentState
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.gateways import gateway_label
from apps.payments.models import Payment
from apps.platform.tenancy.context import current_store

PERMISSIONS = {
    "ship": "fulfilment.add_shipment",
    "deliver": "fulfilment.change_shipment",
    "cancel": "orders.change_order",
    "refund": "payments.add_refund",
    "note": "orders.change_order",
}


class ShipForm(forms.Form):
    carrier = LineField(max_length=80, required=False)
    tracking_number = CodeField(max_length=80, required=False)
    tracking_url = WebAddressField(max_length=500, required=False)


def may(request: HttpRequest, verb: str) -> bool:
    return request.user.has_perm(PERMISSIONS[verb])


def present(order: Order, request: HttpRequest) -> dict[str, Any]:
    """Everything the template needs, in a constant number of queries."""
    lines = list(order.lines.all())
    shipments = list(order.shipments.prefetch_related("lines__order_line"))
    paid = list(order.payments.prefetch_related("attempts", "refunds"))
    return {
        "order": order,
        "lines": lines,
        "shipments": shipments,
        "payments": [_present_payment(payment) for payment in paid],
        "refundable": next((p for p in paid if p.refundable_minor > 0), None),
        "timeline": timeline_rows(order),
        "request_key": random_token(),
        "allowed": _allowed(order, shipments, paid, request),
    }


def _present_payment(payment: Payment) -> dict[str, Any]:
    return {
        "row": payment,
        "gateway": gateway_label(payment.gateway),
        "amount": money(payment.amount_minor, payment.currency),
        "captured": money(payment.captured_minor, payment.currency),
        "refunded": money(payment.refunded_minor, payment.currency)
        if payment.refunded_minor
        else "",
    }


def _allowed(
    order: Order, shipments: list[Shipment], paid: list[Payment], request: HttpRequest
) -> dict[str, bool]:
    """Buttons by the same tables the services obey; the services have the last word."""
    return {
        "ship": can_ship(order) and may(request, "ship"),
        "deliver": any(s.state == ShipmentState.SHIPPED for s in shipments)
        and may(request, "deliver"),
        "cancel": can_cancel(order) and may(request, "cancel"),
        "refund": any(p.refundable_minor > 0 for p in paid) and may(request, "refund"),
        "note": may(request, "note"),
    }


def _button(verb: str, press: Callable[[HttpRequest, Order], None]) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, order_id: UUID) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not may(request, verb):
            raise PermissionDenied
        order = get_object_or_404(Order, pk=order_id)
        press(request, order)
        return HttpResponseRedirect(reverse("store_admin:orders_order_change", args=[order.pk]))

    return view


def _ship(request: HttpRequest, order: Order) -> None:
    form = ShipForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, " ".join(str(text) for texts in form.errors.values() for text in texts)
        )
        return
    call_service(
        request,
        lambda: fulfilment.ship_order(
            order=order,
            lines=_quantities(request, order),
            request_key=_request_key(request),
            actor=staff_actor(request),
            **form.cleaned_data,
        ),
        "Shipped. The customer can follow it now.",
    )


def _quantities(request: HttpRequest, order: Order) -> dict[UUID, int] | None:
    """Pieces per line from fields named `quantity-<line id>`; None (all that is left) when there are none."""
    wanted: dict[UUID, int] = {}
    for line in order.lines.all():
        text = request.POST.get(f"quantity-{line.pk}")
        if text is None:
            continue
        if not text.isdecimal() or len(text) > 6:
            raise InvalidInput(f"{line.title}: how many pieces is not a number.")
        wanted[line.pk] = int(text)
    if wanted and not any(wanted.values()):
        raise InvalidInput("Say how many pieces go into the parcel.")
    return {line: quantity for line, quantity in wanted.items() if quantity} or None


def _deliver(request: HttpRequest, order: Order) -> None:
    shipment = get_object_or_404(Shipment, pk=_uuid(request, "shipment"), order=order)
    call_service(
        request,
        lambda: fulfilment.mark_delivered(shipment=shipment, actor=staff_actor(request)),
        f"{shipment.number} is delivered.",
    )


def _cancel(request: HttpRequest, order: Order) -> None:
    reason = request.POST.get("reason", "")
    call_service(
        request,
        lambda: fulfilment.cancel(order=order, reason=reason, actor=staff_actor(request)),
        "Cancelled. The pieces are back in stock, and money that was paid goes back.",
    )


def _refund(request: HttpRequest, order: Order) -> None:
    payment = get_object_or_404(Payment, pk=_uuid(request, "payment"), order=order)

    def refund() -> None:
        typed = request.POST.get("amount", "")
        amount = read_amount(typed, payment.currency, current_store().language)
        payments.refund_payment(
            payment=payment,
            amount_minor=to_minor(amount),
            reason=request.POST.get("reason", ""),
            request_key=_request_key(request),
            actor=staff_actor(request),
        )

    call_service(request, refund, "The refund is on its way.")


def _note(request: HttpRequest, order: Order) -> None:
    text = request.POST.get("text", "")
    call_service(
        request,
        lambda: orders.add_note(order=order, text=text, actor=staff_actor(request)),
        "Noted.",
    )


def _request_key(request: HttpRequest) -> str:
    return clean_code(request.POST.get("request_key", ""), most=100) or random_token()


def _uuid(request: HttpRequest, field: str) -> UUID | None:
    try:
        return UUID(request.POST.get(field, ""))
    except ValueError:
        return None


BUTTONS: dict[str, Callable[..., HttpResponse]] = {
    "ship": _button("ship", _ship),
    "deliver": _button("deliver", _deliver),
    "cancel": _button("cancel", _cancel),
    "refund": _button("refund", _refund),
    "note": _button("note", _note),
}
