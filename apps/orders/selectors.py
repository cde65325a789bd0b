"""Reading orders: scoped to who asks, and rebuilt from their events."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.common.actor import Actor, ActorKind
from apps.common.clock import end_of, start_of
from apps.common.progress import show_message
from apps.common.text import NotText, clean_code
from apps.common.web import normalize_email
from apps.orders.errors import OrderNotFound
from apps.orders.finding import number_in
from apps.orders.models import Order, OrderEvent, OrderLine, OrderTag
from apps.orders.passes import read_pass
from apps.orders.shown_status import with_status
from apps.orders.states import CAN_BE_HELD, CHANGEABLE_PAYMENT, FulfilmentState
from apps.tenancy.context import current_store, show_order, system_scope

# What the timeline says; a kind that is not here shows as its own name.
TITLES = {
    "order.created": _("Order placed"),
    "order.payment_pending": _("Payment started"),
    "order.payment_confirming": _("The bank is confirming the payment"),
    "order.paid": _("Paid"),
    "order.paid_by_gift_card": _("Paid with a gift card"),
    "order.paid_by_store_credit": _("Paid with store credit"),
    "order.nothing_to_pay": _("Nothing to pay"),
    "order.payment_failed": _("Payment failed"),
    "order.cash_due": _("To be paid on delivery"),
    "order.confirmed": _("Confirmed"),
    "order.authorized": _("The bank holds the money"),
    "order.partially_captured": _("Partly received"),
    "order.underpaid": _("A part of the money has come"),
    "order.hold_lost": _("The bank does not hold the money any more"),
    "order.hold_void": _("The money was released at the bank"),
    "order.rest_waived": _("Less to pay"),
    "order.due_reduced": _("Less to pay on delivery"),
    "order.cash_void": _("Nothing to pay on delivery"),
    "order.cash_undone": _("Cash not received after all"),
    "order.partially_paid": _("Partly paid on delivery"),
    "order.due_settled": _("Nothing more to pay"),
    "order.partially_refunded": _("Partly refunded"),
    "order.refunded": _("Refunded"),
    "order.partially_shipped": _("Partly shipped"),
    "order.shipped": _("Shipped"),
    "order.delivered": _("Delivered"),
    "order.downloads_delivered": _("Downloads delivered"),
    "order.parcel_delivered": _("Parcel delivered"),
    "order.delivery_undone": _("Not delivered after all"),
    "order.parcel_corrected": _("Tracking corrected"),
    "order.parcel_refused": _("Not delivered, on its way back"),
    "order.attempt_failed": _("Could not be delivered"),
    "order.attempt_again": _("Another attempt of delivery"),
    "order.parcel_answered": _("Answer to a failed attempt of delivery"),
    "order.parcel_resumed": _("On its way to the customer again"),
    "order.partially_returned": _("Partly returned"),
    "order.returned": _("Returned"),
    "order.return_requested": _("Return requested"),
    "order.return_closed": _("Return finished"),
    "order.return_ended": _("Return ended without goods"),
    "order.exchanged": _("Exchanged for the order"),
    "order.exchange_of": _("Exchange for the order"),
    "order.rest_cancelled": _("Rest cancelled"),
    "order.cancelled": _("Cancelled"),
    "order.pickup_moved": _("Collected at another address"),
    "order.days_moved": _("Another day of what is awaited"),
    "order.changed": _("Changed"),
    "order.lines_cancelled": _("Pieces cancelled"),
    "order.pieces_moved": _("Pieces moved to the order"),
    "order.split_off": _("Split from the order"),
    "order.sent_with": _("Sent in one parcel with the order"),
    "order.sent_alone": _("Not sent in one parcel any more"),
    "order.added_to_account": _("Added to an account"),
    "order.note_added": _("Note"),
    "order.held": _("On hold"),
    "order.hold_released": _("Not on hold any more"),
    "order.tagged": _("Tags changed"),
    "order.message_added": _("Message to the customer"),
}

# Their amount is one of several, such as what is not to be paid any more.
_CHANGES = frozenset({"order.changed", "order.lines_cancelled", "order.pieces_moved"})

# How an order is connected to others.
LINKS = frozenset({"order.pieces_moved", "order.split_off", "order.sent_with"})

# What only staff read.
INTERNAL = frozenset({"order.note_added", "order.held", "order.hold_released", "order.tagged"})


_COUNTED: Final = ("order.paid", "order.authorized", "order.confirmed")


@dataclass(frozen=True)
class TimelineEntry:
    """One line of an order's history, ready to print. `amount_minor` is in the order's currency."""

    sequence: int
    kind: str
    title: str
    detail: str
    actor_kind: str
    actor_label: str
    at: datetime
    amount_minor: int | None = None


def list_orders() -> QuerySet[Order]:
    """All orders of the store, newest first (the key sorts by time)."""
    return Order.objects.order_by("-id")


def has_ordered(*, customer_id: UUID | None, email: str = "", besides: UUID | None = None) -> bool:
    """Whether this account, or a buyer with this e-mail address, has an order that was not cancelled. One query, none for
    a visitor of whom nothing is known. It sees the orders of all people and says only that."""
    theirs = Q(email=normalize_email(email)) if email else Q()
    if customer_id is not None:
        theirs |= Q(customer_id=customer_id)
    if not theirs:
        return False
    with system_scope("orders"):
        found = Order.objects.filter(theirs, cancelled_at__isnull=True)
        return (found if besides is None else found.exclude(pk=besides)).exists()


def list_orders_for(*, actor: Actor, status: str = "", q: str = "") -> QuerySet[Order]:
    """The orders this actor may see: staff and the system all, a customer their own, a guest none.

    `q` is the number of an order or of a parcel as people type it, the beginning of a number, a part of an e-mail address,
    or a SKU.
    """
    orders = list_orders().filter(_scope(actor))
    if status:
        orders = orders.filter(with_status(status))
    if q:
        try:
            code = clean_code(q)
        except NotText:
            return orders.none()
        orders = orders.filter(
            Q(number__istartswith=code.lstrip("#"))
            | Q(number=number_in(code))
            | Q(email__icontains=normalize_email(code))
            | Q(pk__in=OrderLine.objects.filter(sku__iexact=code).values("order_id"))
        )
    return orders


def counted_since(moment: datetime) -> Q:
    """Orders that count since then or later: placed, or first paid, held by a bank or confirmed. What was placed before and
    counts only now is to be sent now."""
    counted = OrderEvent.objects.filter(order=OuterRef("pk"), kind__in=_COUNTED)
    now_first = Exists(counted.filter(created_at__gte=moment)) & ~Exists(
        counted.filter(created_at__lt=moment)
    )
    return Q(placed_at__gte=moment) | Q(now_first)


def has_counted_since(order: Order, moment: datetime) -> bool:
    """One query for an order that was placed before."""
    if order.placed_at >= moment:
        return True
    return Order.objects.filter(counted_since(moment), pk=order.pk).exists()


def get_order_for(*, actor: Actor, number: str) -> Order:
    """The order with that number if it is theirs (or they are staff); `OrderNotFound` otherwise."""
    try:
        code = clean_code(number).upper()
    except NotText:
        raise OrderNotFound from None
    return _get(Order.objects.filter(_scope(actor), number=code))


def get_order_by_id_for(*, actor: Actor, order_id: UUID) -> Order:
    """As `get_order_for`, by the order's id."""
    return _get(Order.objects.filter(_scope(actor), pk=order_id))


def get_order(order_id: UUID) -> Order:
    """The order without a check of permissions: for our own processes, never for a view."""
    return _get(Order.objects.filter(pk=order_id))


def get_order_by_access_token(token: str) -> Order:
    """The order of a guest's link, or of a pass. From here on row security shows this order and its rows to the request."""
    order_id = read_pass(token)
    if order_id is not None:
        token = _token_of(order_id)
    show_order(token)
    return _get(Order.objects.filter(access_token=token))


def list_tags(*, most: int = 200) -> list[str]:
    """The tags that orders of the store have, by their letters."""
    return list(OrderTag.objects.order_by("tag").values_list("tag", flat=True).distinct()[:most])


def can_change(order: Order) -> bool:
    """Whether "change" is shown: no parcel has left, and the money can follow. The service decides."""
    return (
        not order.is_cancelled
        and order.fulfilment_state == FulfilmentState.UNFULFILLED
        and order.payment_state in CHANGEABLE_PAYMENT
    )


def can_cancel_lines(order: Order) -> bool:
    """Whether pieces can be taken off: something is left to send. The service decides."""
    return (
        not order.is_cancelled
        and order.fulfilment_state in CAN_BE_HELD
        and order.payment_state in CHANGEABLE_PAYMENT
    )


def can_hold(order: Order) -> bool:
    """Whether "hold" is shown: something is left to send. The service decides."""
    return not order.is_cancelled and not order.is_on_hold and order.fulfilment_state in CAN_BE_HELD


def _token_of(order_id: UUID) -> str:
    with system_scope("orders"):
        found = Order.objects.filter(pk=order_id).values_list("access_token", flat=True)
        return str(found.first() or "")


def timeline(order: Order) -> list[TimelineEntry]:
    """The order's history from the first event on. One query."""
    return [
        TimelineEntry(
            sequence=event.sequence,
            kind=event.kind,
            title=str(TITLES.get(event.kind, event.kind)),
            detail=_detail(event.data),
            actor_kind=event.actor_kind,
            actor_label=event.actor_label,
            at=event.created_at,
            amount_minor=event.data.get(
                "difference_minor" if event.kind in _CHANGES else "amount_minor"
            ),
        )
        for event in order.events.order_by("sequence")
    ]


def _scope(actor: Actor) -> Q:
    if actor.sees_all:
        return Q()
    if actor.kind == ActorKind.CUSTOMER and actor.id is not None:
        return Q(customer_id=actor.id)
    return Q(pk__in=[])


def _get(orders: QuerySet[Order]) -> Order:
    order = orders.first()
    if order is None:
        raise OrderNotFound
    return order


def _detail(data: dict[str, Any]) -> str:
    """The facts a person wants to read, in one line."""
    carrier = " ".join(part for part in (data.get("carrier"), data.get("tracking_number")) if part)
    parcel = data.get("shipment_number") if not carrier else ""
    parts = (
        data.get("text"),
        f"…{data['last_four']}" if data.get("last_four") else "",
        _count(data.get("pieces")),
        parcel,
        show_message(data.get("reason", "")),
        carrier,
    )
    return " · ".join(part for part in parts if part)


def _count(pieces: int | None) -> str:
    if not pieces:
        return ""
    return ngettext("%(count)s piece", "%(count)s pieces", pieces) % {"count": pieces}


def count_orders_of(day: date) -> tuple[int, int]:
    """How many orders were placed on a day of the store, and the value of those in its currency. One statement."""
    of_day = Order.objects.filter(placed_at__gte=start_of(day), placed_at__lt=end_of(day))
    found = of_day.aggregate(
        orders=Count("id"),
        value=Sum("total_minor", filter=Q(currency=current_store().currency)),
    )
    return found["orders"], found["value"] or 0
