"""Shared functions of the services for an order's goods: relevant lines, sums of pieces, transitions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from apps.common.errors import InvalidInput
from apps.common.states import require_transition
from apps.inventory.bundles import sum_pieces
from apps.orders.errors import OrderCancelled
from apps.orders.models import Order, OrderLine
from apps.orders.states import (
    FULFILMENT_TRANSITIONS,
    NO_PARCEL_MOVES,
    FulfilmentState,
    derive_fulfilment,
)


def physical(lines: Sequence[OrderLine]) -> Sequence[OrderLine]:
    """The lines that have to be sent; an order of nothing but downloads is sent with its downloads."""
    return [line for line in lines if not line.is_digital] or lines


def state_of_goods(lines: Sequence[OrderLine], *, is_on_its_way: bool) -> FulfilmentState:
    """The state that the pieces of these lines add up to."""
    counted = physical(lines)
    return derive_fulfilment(
        open_pieces=sum(line.open_quantity for line in counted),
        sent=sum(line.fulfilled_quantity for line in counted),
        returned=sum(line.returned_quantity for line in counted),
        is_on_its_way=is_on_its_way,
    )


def require_goods_move(order: Order, target: FulfilmentState) -> None:
    require_transition(
        FULFILMENT_TRANSITIONS if order.needs_shipping else NO_PARCEL_MOVES,
        subject=gettext("Order %(number)s") % {"number": order.number},
        current=FulfilmentState(order.fulfilment_state),
        target=target,
    )


def require_not_cancelled(order: Order) -> None:
    if order.is_cancelled:
        raise OrderCancelled(gettext("Order %(number)s is cancelled.") % {"number": order.number})


@dataclass(frozen=True)
class Count:
    """A count of pieces of a line, its limit, and the error beyond the limit."""

    field: str
    possible: str
    fact: str
    error: type[InvalidInput]
    nothing: StrOrPromise
    unknown: StrOrPromise
    too_many: StrOrPromise


def count_pieces(lines: Iterable[OrderLine], quantities: Mapping[UUID, int], count: Count) -> None:
    """Add the quantities to the lines in memory. Raises the count's error for what does not fit."""
    by_id = {line.pk: line for line in lines}
    if not quantities:
        raise count.error(count.nothing)
    for line_id, quantity in quantities.items():
        line = by_id.get(line_id)
        if line is None:
            raise count.error(count.unknown, line_id=str(line_id))
        possible = getattr(line, count.possible)
        if not 1 <= quantity <= possible:
            text = count.too_many.format(
                quantity=quantity, title=line.title, sku=line.sku, possible=possible
            )
            raise count.error(text, sku=line.sku, **{count.fact: possible})
        setattr(line, count.field, getattr(line, count.field) + quantity)


def shelf_pieces(wanted: Iterable[tuple[OrderLine, int]]) -> dict[str, int]:
    """The pieces of stock by variant for so many of each line: of a bundle those of its parts, of a download none."""
    return sum_pieces(
        (line.variant_ref, line.bundle_parts, count)
        for line, count in wanted
        if not line.is_digital
    )


def plain(quantities: Mapping[UUID, int]) -> dict[str, int]:
    """Pieces by line, as an event keeps them."""
    return {str(line_id): quantity for line_id, quantity in quantities.items()}
