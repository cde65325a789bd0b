"""Buttons of an order that book an answer from outside: a transfer on the store's account, a buyer on the phone, the
proof of a delivery."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from apps.backoffice.base import staff_actor
from apps.backoffice.columns import money
from apps.backoffice.store.parcel_presses import parcel_of
from apps.backoffice.typed import posted_amount, posted_uuid, read_day
from apps.common.clock import today
from apps.fulfilment import services as fulfilment
from apps.orders.models import Order
from apps.payments import services as payments
from apps.payments.balances import balance_of
from apps.payments.models import Payment


def confirm(request: HttpRequest, order: Order) -> str:
    fulfilment.confirm_order(order=order, actor=staff_actor(request))
    return gettext("Confirmed. It can be shipped.")


def prove(request: HttpRequest, order: Order) -> str:
    fulfilment.save_proof(
        shipment=parcel_of(request, order),
        received_by=request.POST.get("received_by", ""),
        photo=request.FILES.get("photo"),
        actor=staff_actor(request),
    )
    return gettext("The proof of delivery is kept.")


def book_transfer(request: HttpRequest, order: Order) -> str:
    """The message says what is missing, too much, or to be transferred back."""
    is_next = "after" in request.POST
    name = "after" if is_next else "payment"
    payment = get_object_or_404(Payment, order=order, pk=posted_uuid(request, name))
    came: dict[str, Any] = {
        "amount_minor": posted_amount(request, payment.currency),
        "received_on": read_day(request.POST.get("received_on", ""), "received_on") or today(),
        "reference": request.POST.get("reference", ""),
        "actor": staff_actor(request),
    }
    if is_next:
        booked = payments.book_next_transfer(after=payment, **came)
    else:
        booked = payments.book_transfer(payment=payment, **came)
    order.refresh_from_db()
    whole = {"amount": money(booked.captured_minor, booked.currency)}
    said = [gettext("%(amount)s is booked.") % whole]
    balance = balance_of(order)
    if booked.needs_attention:
        said.append(gettext(booked.needs_attention))
    elif balance.missing_minor:
        missing = {"amount": money(balance.missing_minor, order.currency)}
        said.append(gettext("%(amount)s is missing.") % missing)
    return " ".join(said)
