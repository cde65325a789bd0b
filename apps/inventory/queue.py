"""Which pieces of an order have arrived. Nothing of it is stored: the pieces on hand belong to the oldest orders.

So arriving pieces, pieces of a cancelled order and a corrected count serve the next order of the queue at once, and no order
that is sent takes what an older one waits for.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from apps.common.clock import today
from apps.inventory.models import ConsignmentLine, Reservation, StockItem
from apps.inventory.states import ConsignmentState, ReservationState, StockPolicy
from apps.tenancy.context import system_scope

OPEN: Final = (ReservationState.HELD, ReservationState.ALLOCATED)
_OWES: Final = Q(on_hand__lt=F("reserved") + F("allocated")) | Q(policy=StockPolicy.PREORDER)
# Of a stock item: whether pieces of its orders are awaited.
IS_LATE: Final = Case(
    When(_OWES, then=Value(True)), default=Value(False), output_field=BooleanField()
)


@dataclass(frozen=True)
class Waiting:
    """Pieces of an order that can't be sent yet. `expected_on` None: not known."""

    quantity: int
    expected_on: date | None = None
    is_preorder: bool = False

    def __add__(self, other: "Waiting") -> "Waiting":
        """Of several warehouses: all are there when the last ones are."""
        dates = (self.expected_on, other.expected_on)
        known = [each for each in dates if each is not None]
        return Waiting(
            self.quantity + other.quantity,
            max(known) if len(known) == len(dates) else None,
            self.is_preorder or other.is_preorder,
        )


@dataclass(frozen=True)
class Provision:
    """What an order gets: the warehouses that its pieces leave from, and by variant those that come later."""

    warehouses: frozenset[UUID] = frozenset()
    awaited: Mapping[str, Waiting] = field(default_factory=dict)


def take_waiting(left: dict[str, Waiting], needs: Mapping[str, int], most: int) -> Waiting | None:
    """Of what is `left` to wait for, what falls to a line of at most so many: `needs` are the pieces of one of them, several
    variants of a bundle. A bundle waits for the last of its parts. What is taken is no longer left."""
    there = {ref: left[ref] for ref in needs if ref in left and left[ref].quantity}
    count = max((-(-each.quantity // needs[ref]) for ref, each in there.items()), default=0)
    count = min(count, most)
    if not count:
        return None
    for ref, each in there.items():
        rest = max(each.quantity - count * needs[ref], 0)
        left[ref] = Waiting(rest, each.expected_on, each.is_preorder)
    dates = [each.expected_on for each in there.values() if each.expected_on is not None]
    return Waiting(
        count,
        max(dates) if len(dates) == len(there) else None,
        any(each.is_preorder for each in there.values()),
    )


class Expected:
    """What is on the way to some stock items: one query."""

    def __init__(self, items: Iterable[StockItem]) -> None:
        self._lines: dict[tuple[str, UUID], list[tuple[date | None, int]]] = defaultdict(list)
        refs = {item.variant_ref for item in items}
        sent = ConsignmentLine.objects.filter(
            variant_ref__in=sorted(refs), consignment__state=ConsignmentState.SENT
        )
        rows = sent.values_list(
            "variant_ref", "consignment__destination_id", "consignment__expected_on",
            F("quantity") - F("received") - F("missing"),
        )  # fmt: skip
        with system_scope("inventory"):  # a buyer reads the day of an order, and nothing else of it
            for ref, warehouse, expected_on, pieces in rows if refs else ():
                self._lines[ref, warehouse].append((expected_on, pieces))
        for lines in self._lines.values():
            lines.sort(key=lambda line: (line[0] is None, line[0] or today()))

    def date_of(self, item: StockItem, place: int) -> date | None:
        """When the piece comes that has this place among those that are awaited, the first at 1."""
        for expected_on, pieces in self._lines.get((item.variant_ref, item.warehouse_id), ()):
            place -= pieces
            if place <= 0:
                return expected_on
        return None


def list_waiting(reservations: Sequence[Reservation]) -> dict[UUID, Waiting]:
    """The awaited pieces of each reservation; those of which all have arrived are missing. At most three queries."""
    rows = list(
        _waiting_rows(Reservation.objects.filter(pk__in=[each.pk for each in reservations]))
    )
    return {row.pk: waiting for row, waiting in _read(rows)}


def get_waiting(order_ref: UUID) -> dict[str, Waiting]:
    """The awaited pieces of an order by variant: one query, two where there are some."""
    rows = list(_waiting_rows(Reservation.objects.filter(order_ref=order_ref)))
    found: dict[str, Waiting] = {}
    for row, waiting in _read(rows):
        ref = row.stock_item.variant_ref
        found[ref] = found[ref] + waiting if ref in found else waiting
    return found


def orders_waiting_for(stock_items: Iterable[UUID]) -> list[UUID]:
    """The orders that have not got all their pieces of these, where some are awaited. One query."""
    owes = Q(stock_item__on_hand__lt=F("stock_item__reserved") + F("stock_item__allocated"))
    rows = Reservation.objects.filter(
        owes | Q(stock_item__policy=StockPolicy.PREORDER),
        stock_item__in=list(stock_items),
        state__in=OPEN,
    )
    return list(rows.order_by("order_ref").values_list("order_ref", flat=True).distinct())


def warehouses_of(order_ref: UUID) -> frozenset[UUID]:
    """Where what has not left of an order comes from. One query."""
    rows = Reservation.objects.filter(order_ref=order_ref, state__in=OPEN)
    return frozenset(rows.values_list("stock_item__warehouse_id", flat=True))


def pieces_by_warehouse(order_ref: UUID) -> dict[UUID, dict[str, int]]:
    """What has not left of an order, by the warehouse it is taken from, those of the smallest priority first: variant ->
    how many. One query."""
    rows = Reservation.objects.filter(order_ref=order_ref, state__in=OPEN).values_list(
        "stock_item__warehouse_id", "stock_item__variant_ref", F("quantity") - F("committed")
    )
    found: dict[UUID, dict[str, int]] = {}
    for warehouse, ref, left in rows.order_by("stock_item__warehouse__priority", "pk"):
        pieces = found.setdefault(warehouse, {})
        pieces[ref] = pieces.get(ref, 0) + left
    return found


def shown_date(expected_on: date | None) -> date | None:
    """What a buyer is shown: a day that has passed is no promise."""
    return expected_on if expected_on is not None and expected_on >= today() else None


def _waiting_rows(rows: QuerySet[Reservation]) -> QuerySet[Reservation]:
    owes = Q(stock_item__on_hand__lt=F("stock_item__reserved") + F("stock_item__allocated"))
    before = Q(created_at__lt=OuterRef("created_at")) | Q(
        created_at=OuterRef("created_at"), pk__lt=OuterRef("pk")
    )
    older = (
        Reservation.objects.filter(before, stock_item=OuterRef("stock_item_id"), state__in=OPEN)
        .order_by()
        .values("stock_item_id")
        .annotate(pieces=Sum(F("quantity") - F("committed")))
        .values("pieces")
    )
    return (
        rows.filter(owes | Q(stock_item__policy=StockPolicy.PREORDER), state__in=OPEN)
        .select_related("stock_item")
        .annotate(older=Coalesce(Subquery(older), 0))
        .order_by("pk")
    )


def _read(rows: Sequence[Any]) -> Iterable[tuple[Reservation, Waiting]]:
    items = [row.stock_item for row in rows]
    expected = Expected(items) if items else None
    for row in rows:
        item = row.stock_item
        left = row.quantity - row.committed
        arrived = min(max(item.on_hand - row.older, 0), left)
        if item.policy == StockPolicy.PREORDER:
            yield row, Waiting(left, item.release_on, is_preorder=True)
        elif arrived < left and expected is not None:
            place = row.older + left - item.on_hand
            yield row, Waiting(left - arrived, shown_date(expected.date_of(item, place)))
