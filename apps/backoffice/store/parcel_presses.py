"""The buttons of parcels that did not arrive, or wait to be collected."""

from typing import Final

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, gettext_lazy

from apps.backoffice.base import staff_actor
from apps.backoffice.columns import money
from apps.backoffice.typed import posted_uuid, read_day
from apps.fulfilment import services as fulfilment
from apps.fulfilment.models import Shipment
from apps.orders.models import Order

REFUNDS: Final = "payments.add_refund"
NO_REFUND: Final = gettext_lazy("What was paid is not refunded: your role has no right to refund.")
_PLACE = ("line1", "line2", "city", "postal_code")


def note_failure(request: HttpRequest, order: Order) -> str:
    parcel = fulfilment.note_failed_attempt(
        shipment=parcel_of(request, order),
        reason=request.POST.get("failure", ""),
        note=request.POST.get("reason", ""),
        actor=staff_actor(request),
    )
    words = {"parcel": parcel.number}
    return gettext("%(parcel)s could not be delivered. Say what is next.") % words


def try_again(request: HttpRequest, order: Order) -> str:
    parcel = fulfilment.attempt_again(
        shipment=parcel_of(request, order),
        on=read_day(request.POST.get("on", ""), "on"),
        phone=request.POST.get("phone", ""),
        address={name: request.POST.get(name, "") for name in _PLACE},
        actor=staff_actor(request),
    )
    return gettext("%(parcel)s goes to the customer again.") % {"parcel": parcel.number}


def hand_over(request: HttpRequest, order: Order) -> str:
    parcel = fulfilment.hand_over(
        shipment=parcel_of(request, order),
        code=request.POST.get("code", ""),
        name=request.POST.get("name", ""),
        reason=request.POST.get("reason", ""),
        actor=staff_actor(request),
    )
    done = gettext("%(parcel)s is collected.") % {"parcel": parcel.number}
    if not parcel.cash_minor:
        return done
    amount = {"amount": money(parcel.cash_minor, order.currency)}
    return f"{done} {gettext('%(amount)s in cash is booked.') % amount}"


def give_up(request: HttpRequest, order: Order) -> str:
    may_refund = request.user.has_perm(REFUNDS)
    fulfilment.give_up_collecting(
        shipment=parcel_of(request, order), actor=staff_actor(request), with_refund=may_refund
    )
    done = gettext("Its pieces are back in stock, and the customer gets a mail.")
    return done if may_refund else f"{done} {NO_REFUND}"


def parcel_of(request: HttpRequest, order: Order) -> Shipment:
    return get_object_or_404(Shipment, pk=posted_uuid(request, "shipment"), order=order)


PARCEL_PRESSES = {
    "failed": note_failure,
    "attempt": try_again,
    "collected": hand_over,
    "uncollected": give_up,
}
