"""When the storm is over: what both vendors and the shop have to say of each order."""

from collections import Counter
from typing import Any

from apps.clickpost.models import Booking, FollowedParcel
from apps.easyecom.models import PushedOrder
from apps.easyecom.states import DUE_STATES, PushState
from apps.events.models import OutboxMessage
from apps.fulfilment.models import ParcelReturn, Shipment
from apps.fulfilment.services import SCAN_KINDS
from apps.fulfilment.states import ReturnState
from apps.inbox.models import InboxMessage
from apps.inbox.states import InboxState
from apps.orders.folding import compare_with_events
from apps.orders.models import Order
from apps.platform.dead_ends import dead_end, list_dead_ends
from apps.platform.ledgers import check_ledgers
from apps.platform.outside_checks import Limits, check_outside
from tests.soak.storm import Sale, Storm

_SYSTEMS = ("easyecom", "clickpost", "inbox", "events")
_END = {"delivered": "delivered", "second try": "delivered", "back": "returned"}


def is_at_rest(storm: Storm) -> bool:
    """Nothing waits for a worker."""
    with storm.inside():
        waiting = (
            OutboxMessage.objects.filter(state="pending"),
            InboxMessage.objects.filter(state=InboxState.WAITING),
            PushedOrder.objects.filter(state__in=DUE_STATES),
            Booking.objects.filter(due_at__isnull=False),
            FollowedParcel.objects.filter(is_over=False),
        )
        return not any(rows.exists() for rows in waiting)


def parcels_back() -> list[ParcelReturn]:
    """The carrier has brought them; staff have to look into them."""
    rows = ParcelReturn.objects.filter(state=ReturnState.EXPECTED, shipment__followed__is_over=True)
    return list(rows.select_related("shipment"))


def list_faults(storm: Storm) -> list[str]:
    """Empty where each order is at EasyEcom once, has one waybill, its history in order, and all books agree."""
    books = storm.vendors.books()
    made = Counter(books["created"])
    invoices = {each["reference_code"]: each for each in books["invoices"]}
    with storm.inside():
        found = _of_the_shop()
        for sale in storm.sales.values():
            order = Order.objects.get(pk=sale.order_id)
            parcels = [
                each for each in books["parcels"] if each["reference"].startswith(sale.number)
            ]
            live = [each for each in parcels if not each["is_cancelled"]]
            theirs = invoices.get(sale.number)
            faults = [str(each) for each in compare_with_events(order)]
            if order.is_cancelled:
                faults += _of_cancelled(order, made[sale.number], theirs, live)
            else:
                faults += _of_sent(order, sale, made[sale.number], live)
            found += [f"{sale.number} ({sale.fate}): {each}" for each in faults]
    return found


def _of_the_shop() -> list[str]:
    found = [str(each) for each in check_ledgers()]
    rows: dict[str, Any] = {
        "outbox": OutboxMessage.objects.exclude(state="delivered"),
        "inbox": InboxMessage.objects.exclude(state=InboxState.DONE),
        "bookings": Booking.objects.exclude(state__in=("shipped", "cancelled")),
    }
    for name, left in rows.items():
        found += [f"{name}: {each} {each.state}: {_error_of(each)}" for each in left[:5]]
    found += [str(each) for each in check_outside(Limits()) if each.is_bad]
    for kind in dead_end:
        if kind.code.startswith(_SYSTEMS):
            found += [f"{kind.code}: {each.what}: {each.why}" for each in list_dead_ends(kind)]
    return found


def _error_of(row: Any) -> str:
    return str(getattr(row, "last_error", "") or getattr(row, "error", ""))[-300:]


def _of_cancelled(
    order: Order, made: int, invoice: dict[str, Any] | None, live: list[dict[str, Any]]
) -> list[str]:
    found = []
    if made > 1 or (invoice is not None and invoice["order_status"] != "Cancelled"):
        found.append(f"cancelled here; at EasyEcom {made} times, {invoice}")
    if live or Shipment.objects.filter(order=order).exists():
        found.append(f"cancelled, and a parcel is on its way: {live}")
    row = PushedOrder.objects.filter(order=order).first()
    if row is not None and row.state != PushState.CANCELLED:
        found.append(f"cancelled, and {row.state} at EasyEcom: {row.last_error}")
    return found


def _of_sent(order: Order, sale: Sale, made: int, live: list[dict[str, Any]]) -> list[str]:
    found = []
    if made != 1:
        found.append(f"at EasyEcom {made} times")
    if PushedOrder.objects.get(order=order).state != PushState.SENT:
        found.append(f"{PushedOrder.objects.get(order=order).state} at EasyEcom")
    shipments = list(Shipment.objects.filter(order=order))
    booked = Booking.objects.filter(order=order, state="shipped").values_list("waybill", flat=True)
    waybills = [[each["waybill"] for each in live], list(booked)]
    waybills.append([each.tracking_number for each in shipments])
    if any(len(each) != 1 or each != waybills[0] for each in waybills):
        return [*found, f"waybills at ClickPost, in bookings, of parcels: {waybills}"]
    if shipments[0].state != _END.get(sale.fate, "delivered"):
        found.append(f"its parcel is {shipments[0].state}")
    if order.payment_state != "paid" and sale.fate != "back":
        found.append(f"its payment is {order.payment_state}")
    return found + _of_history(shipments[0], live[0]["scans"])


def _of_history(shipment: Shipment, scans: list[dict[str, Any]]) -> list[str]:
    events = list(shipment.events.order_by("sequence"))
    found = []
    if [each.sequence for each in events] != list(range(1, len(events) + 1)):
        found.append(f"numbers of events: {[each.sequence for each in events]}")
    ours = sorted(
        (each.data["at"], each.data["code"]) for each in events if each.kind in SCAN_KINDS
    )
    theirs = [str(each["clickpost_status_code"]) for each in scans]
    if [code for _at, code in ours] != theirs:
        found.append(f"scans {[code for _at, code in ours]}, at the carrier {theirs}")
    moves = [each.kind for each in events if each.kind not in SCAN_KINDS]
    ends = {"delivered": "shipment.delivered", "returned": "shipment.returned"}
    if moves[0] != "shipment.shipped" or moves[-1] != ends[shipment.state]:
        found.append(f"history {moves}")
    if any(moves.count(each) > 1 for each in ("shipment.shipped", *ends.values())):
        found.append(f"twice in the history: {moves}")
    return found
