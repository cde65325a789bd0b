"""Reads of what is at EasyEcom."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext

from apps.common.clock import now
from apps.easyecom.models import PushedOrder
from apps.easyecom.states import KEPT_THERE, PushState
from apps.integrations.documents import EasyEcomOrder
from apps.integrations.selectors import find_integration
from apps.orders.models import Order
from apps.orders.selectors import has_counted_since
from apps.orders.states import SHIPPABLE_PAYMENT, FulfilmentState
from apps.tenancy.documents.access import ScopedCollection, scoped_collection

# Older orders than these are pushed by staff.
MISSED_FOR: Final = timedelta(days=30)


def is_to_push(order: Order) -> bool:
    """Whether a warehouse of EasyEcom is to send it now: it counts, is confirmed, nothing of it has left, and it goes by a
    carrier. What buyers collect is handed over by the store itself."""
    return (
        order.needs_shipping
        and not order.is_pickup
        and not order.is_cancelled
        and not order.awaits_confirmation
        and order.payment_state in SHIPPABLE_PAYMENT
        and order.fulfilment_state == FulfilmentState.UNFULFILLED
    )


def find_pushed(order: Order) -> PushedOrder | None:
    return PushedOrder.objects.filter(order=order).first()


def describe_awaited(order: Order) -> str:
    """Why EasyEcom does not have an order that it is to get, in words; "" where it has it, or is not to get it."""
    row = find_pushed(order)
    state = row.state if row is not None else ""
    if state != PushState.QUEUED and not is_to_push(order):
        return ""  # a part of it has left: it would be refused there
    if state == PushState.REFUSED:
        return gettext("EasyEcom did not take the order. Push it again, or book this parcel now.")
    is_on_its_way = state in (PushState.WAITING, PushState.QUEUED) or (
        row is None and has_counted_since(order, missed_since())
    )
    return gettext("EasyEcom does not have the order yet.") if is_on_its_way else ""


def missed_since() -> datetime:
    """The sweep sends orders that count from then on: after the connection, and in the last 30 days."""
    connected = find_integration("easyecom")
    return max(connected.created_at if connected is not None else now(), now() - MISSED_FOR)


def has_pieces_there(order: Order) -> bool:
    """Whether it was split from an order whose pieces EasyEcom has."""
    if not order.split_from:
        return False
    states = (*KEPT_THERE, PushState.QUEUED)
    return PushedOrder.objects.filter(order__number=order.split_from, state__in=states).exists()


def invoices_of(number: str) -> list[EasyEcomOrder]:
    """The documents about an order of ours, the oldest first. One command."""
    collection: ScopedCollection[EasyEcomOrder] = scoped_collection(EasyEcomOrder)
    return sorted(collection.list_all({"number": number}), key=lambda each: each.first_seen_at)


def find_invoice(ref: str) -> EasyEcomOrder | None:
    """The document of an invoice as it is now."""
    return scoped_collection(EasyEcomOrder).get(ref=ref)
