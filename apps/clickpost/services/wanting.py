"""Which parcels are to be booked: one for each warehouse that an order leaves from."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from apps.clickpost.errors import NothingToBook
from apps.clickpost.models import Booking, CarrierAccount
from apps.clickpost.selectors import get_settings, pieces_to_book
from apps.clickpost.services.sending import send_soon
from apps.clickpost.states import ACTOR, HOLDS_PIECES, Booker, BookingState
from apps.common.actor import Actor
from apps.common.clock import now
from apps.fulfilment.selectors import list_sent_with
from apps.inventory.queue import pieces_by_warehouse
from apps.orders import services as orders
from apps.orders.models import Order, OrderLine
from apps.orders.selectors import counted_since, has_counted_since
from apps.orders.states import SHIPPABLE_PAYMENT, OrderStatus
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock

_MOST_AT_ONCE: Final = 200
_LOOKS_BACK: Final = timedelta(days=60)

Plan = dict[UUID | None, dict[UUID, int]]


@repeated_on_deadlock
def begin_bookings(
    *, order: Order, actor: Actor, account: CarrierAccount | None = None
) -> list[Booking]:
    """Note that all pieces that can be sent now are to be booked; the worker does it. Pieces that are in a booking already
    are left there: twice is once. `account`: the carrier that staff chose. Raises `NothingToBook`."""
    with transaction.atomic():
        orders.lock_order(order)
        pieces = pieces_to_book(order)
        if not pieces:
            raise NothingToBook(_why_nothing(order))
        rows = [
            Booking(
                order=order,
                reference=reference,
                pieces={str(line): count for line, count in parcel.items()},
                warehouse_id=warehouse,
                cp_id=account.cp_id if account is not None else None,
                account_code=account.account_code if account is not None else "",
                carrier=account.name if account is not None else "",
                is_chosen=account is not None,
                actor_label=actor.label[:150],
            )
            for reference, (warehouse, parcel) in zip(
                _references(order), _plan(order, pieces).items(), strict=False
            )
        ]
        for row in rows:
            row.save(force_insert=True)
            note("booking.begun", row, after={"order": order.number}, actor=actor)
        send_soon()
    return rows


def book_by_itself(order: Order) -> list[Booking]:
    """Where the store wants that, and the order counts since it was wanted. Nothing where nothing is to be sent, or staff
    have cancelled a booking of it."""
    settings = get_settings()
    since = settings.automatic_since
    if settings.booker != Booker.ITSELF or since is None or not has_counted_since(order, since):
        return []
    ended = Booking.objects.filter(order=order, state=BookingState.CANCELLED, shipment=None)
    if ended.exclude(actor_label=ACTOR.label).exists():
        return []
    try:
        return begin_bookings(order=order, actor=ACTOR)
    except NothingToBook:
        return []


def book_what_waits() -> int:
    """Orders that no message has brought here: released, with pieces that have arrived, split. How many bookings begin."""
    settings = get_settings()
    if settings.booker != Booker.ITSELF or settings.automatic_since is None:
        return 0
    since = max(settings.automatic_since, now() - _LOOKS_BACK)
    waiting = Order.objects.filter(
        counted_since(since),
        status=OrderStatus.PROCESSING,
        payment_state__in=SHIPPABLE_PAYMENT,
        cancelled_at__isnull=True,
        held_at__isnull=True,
        confirm_by__isnull=True,
        needs_shipping=True,
        pickup__isnull=True,
    ).exclude(bookings__state__in=HOLDS_PIECES)
    return sum(
        len(book_by_itself(order)) for order in waiting.order_by("placed_at")[:_MOST_AT_ONCE]
    )


def _why_nothing(order: Order) -> str:
    if order.is_pickup:
        return gettext("The buyer collects this order: no carrier is booked.")
    if list_sent_with(order):
        return gettext("This order leaves in one parcel with another one: ship it by hand.")
    return str(NothingToBook.title)


def _references(order: Order) -> list[str]:
    """The order's number for its first parcel, `KS-1-P2` for the next: each is used once."""
    used = set(Booking.objects.filter(order=order).values_list("reference", flat=True))
    names = [order.number, *(f"{order.number}-P{number}" for number in range(2, 1000))]
    return [name for name in names if name not in used]


def _plan(order: Order, pieces: Mapping[UUID, int]) -> Plan:
    """The pieces by the warehouse that they are taken from. What no single one has, such as a bundle of two places, goes
    with the first."""
    stock = pieces_by_warehouse(order.pk)
    _take_held(order, stock)
    plan: Plan = {}
    lines = {line.pk: line for line in order.lines.order_by("position")}
    left = dict(pieces)
    for warehouse, there in stock.items():
        for line_id in left:
            taken = _take(there, lines[line_id], left[line_id])
            if taken:
                plan.setdefault(warehouse, {})[line_id] = taken
                left[line_id] -= taken
    first = next(iter(plan), next(iter(stock), None))
    for line_id, count in left.items():
        if count:
            parcel = plan.setdefault(first, {})
            parcel[line_id] = parcel.get(line_id, 0) + count
    return plan


def _take(there: dict[str, int], line: OrderLine, most: int) -> int:
    """So many of the line as the warehouse has; they are taken off."""
    needs = orders.shelf_pieces([(line, 1)])
    count = min([most, *(there.get(ref, 0) // each for ref, each in needs.items())]) if needs else 0
    for ref, each in needs.items():
        there[ref] = there.get(ref, 0) - count * each
    return max(count, 0)


def _take_held(order: Order, stock: Mapping[UUID, dict[str, int]]) -> None:
    """What other bookings of the order take from there."""
    lines = {str(line.pk): line for line in order.lines.all()}
    held = Booking.objects.filter(order=order, state__in=HOLDS_PIECES, shipment=None)
    for warehouse, pieces in held.values_list("warehouse_id", "pieces"):
        for line_id, count in pieces.items():
            if warehouse in stock and line_id in lines:
                _take(stock[warehouse], lines[line_id], int(count))
