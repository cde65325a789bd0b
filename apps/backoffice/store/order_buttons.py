"""What each button of an order's page does.

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
from apps.backoffice.store.order_page import may
from apps.common.amounts import read_amount
from apps.common.errors import InvalidInput
from apps.common.fields import CodeField, LineField, WebAddressField
from apps.common.ids import random_token
from apps.common.money import to_minor
from apps.common.text import ascii_digits, clean_code
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.models import Payment
from apps.tenancy.context import current_store

_MOST_DIGITS = 6


class ShipForm(forms.Form):
    carrier = LineField(max_length=80, required=False)
    tracking_number = CodeField(max_length=80, required=False)
    tracking_url = WebAddressField(max_length=500, required=False)


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
    details = _details(request)
    if details is None:
        return
    call_service(
        request,
        lambda: fulfilment.ship_order(
            order=order,
            lines=_quantities(request, order),
            request_key=_request_key(request),
            actor=staff_actor(request),
            **details,
        ),
        "Shipped. The customer can follow it now.",
    )


def _correct(request: HttpRequest, order: Order) -> None:
    shipment, details = _parcel(request, order), _details(request)
    if details is None:
        return
    call_service(
        request,
        lambda: fulfilment.correct_shipment(
            shipment=shipment,
            is_buyer_told="tell" in request.POST,
            actor=staff_actor(request),
            **details,
        ),
        "Corrected. The customer's page shows it.",
    )


def _deliver(request: HttpRequest, order: Order) -> None:
    shipment = _parcel(request, order)
    call_service(
        request,
        lambda: fulfilment.mark_delivered(shipment=shipment, actor=staff_actor(request)),
        f"{shipment.number} is delivered.",
    )


def _undo(request: HttpRequest, order: Order) -> None:
    shipment = _parcel(request, order)
    call_service(
        request,
        lambda: fulfilment.undo_delivery(
            shipment=shipment, reason=request.POST.get("reason", ""), actor=staff_actor(request)
        ),
        f"{shipment.number} is on its way again.",
    )


def _refused(request: HttpRequest, order: Order) -> None:
    shipment = _parcel(request, order)
    call_service(
        request,
        lambda: fulfilment.expect_return(
            shipment=shipment, reason=request.POST.get("reason", ""), actor=staff_actor(request)
        ),
        f"{shipment.number} is on its way back. Record what is in it when it is here.",
    )


def _resume(request: HttpRequest, order: Order) -> None:
    shipment = _parcel(request, order)
    call_service(
        request,
        lambda: fulfilment.resume_delivery(shipment=shipment, actor=staff_actor(request)),
        f"{shipment.number} is on its way to the customer again.",
    )


def _return(request: HttpRequest, order: Order) -> None:
    shipment = _parcel(request, order)
    call_service(
        request,
        lambda: fulfilment.receive_return(
            shipment=shipment,
            lines={
                line.order_line_id: fulfilment.Pieces(
                    restock=_count(request, f"restock-{line.order_line_id}"),
                    write_off=_count(request, f"write_off-{line.order_line_id}"),
                )
                for line in shipment.lines.all()
            },
            credit=_credit(request, order),
            reason=request.POST.get("reason", ""),
            request_key=_request_key(request),
            actor=staff_actor(request),
        ),
        "Recorded. The stock is counted again, and the customer gets a mail.",
    )


def _credit(request: HttpRequest, order: Order) -> fulfilment.Credit | None:
    """What the form gives back. Without an amount it is what the pieces were sold for."""
    if "credit" not in request.POST:
        return None
    if not may(request, "refund"):
        raise PermissionDenied
    typed = request.POST.get("amount", "")
    amount = read_amount(typed, order.currency, current_store().language) if typed.strip() else None
    return fulfilment.Credit(
        amount_minor=to_minor(amount) if amount is not None else None,
        with_shipping="shipping" in request.POST,
    )


def _cancel(request: HttpRequest, order: Order) -> None:
    reason = request.POST.get("reason", "")
    call_service(
        request,
        lambda: fulfilment.cancel(order=order, reason=reason, actor=staff_actor(request)),
        "Cancelled. The pieces are back in stock, and money that was paid goes back.",
    )


def _rest(request: HttpRequest, order: Order) -> None:
    reason = request.POST.get("reason", "")
    call_service(
        request,
        lambda: fulfilment.cancel_rest(order=order, reason=reason, actor=staff_actor(request)),
        "The rest is cancelled. Its pieces can be sold again.",
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


def _details(request: HttpRequest) -> dict[str, Any] | None:
    """Carrier and tracking as they were typed; None when they can't be, and the page says why."""
    form = ShipForm(request.POST)
    if form.is_valid():
        return form.cleaned_data
    wrong = [str(text) for texts in form.errors.values() for text in texts]
    messages.error(request, " ".join(wrong))
    return None


def _quantities(request: HttpRequest, order: Order) -> dict[UUID, int] | None:
    """Pieces per line from fields named `quantity-<line id>`; None (all that is left) when there are none."""
    wanted = {
        line.pk: _count(request, name)
        for line in order.lines.all()
        if (name := f"quantity-{line.pk}") in request.POST
    }
    if wanted and not any(wanted.values()):
        raise InvalidInput("Say how many pieces go into the parcel.")
    return {line: quantity for line, quantity in wanted.items() if quantity} or None


def _count(request: HttpRequest, field: str) -> int:
    """A number of pieces, in the digits of any script; nothing is 0."""
    digits = ascii_digits(request.POST.get(field, "").strip())
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS):
        raise InvalidInput(f"{digits[:20]} is not a number of pieces.")
    return int(digits)


def _parcel(request: HttpRequest, order: Order) -> Shipment:
    return get_object_or_404(Shipment, pk=_uuid(request, "shipment"), order=order)


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
    "undo": _button("undo", _undo),
    "correct": _button("correct", _correct),
    "refused": _button("refused", _refused),
    "resume": _button("resume", _resume),
    "return": _button("return", _return),
    "cancel": _button("cancel", _cancel),
    "rest": _button("rest", _rest),
    "refund": _button("refund", _refund),
    "note": _button("note", _note),
}
