"""When what is left and what is added of a change comes: shown before anything is done, of rows that are read and not locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.catalog.selectors import full_title
from apps.fulfilment.awaiting import waiting_lines
from apps.fulfilment.changes import Plan
from apps.inventory.bundles import sum_pieces
from apps.inventory.models import Warehouse
from apps.inventory.prospects import Prospects
from apps.inventory.queue import Waiting, take_waiting, warehouses_of
from apps.inventory.selectors import get_supply
from apps.orders.models import Order


@dataclass(frozen=True)
class Coming:
    """Pieces of a line that are not there now: awaited ones, or `short` ones that can't be had at all."""

    title: str
    sku: str
    quantity: int
    waiting: Waiting | None
    short: int = 0


@dataclass(frozen=True)
class Prospect:
    """`others`: names of warehouses that send pieces in a parcel of their own, because the order has none from there."""

    coming: tuple[Coming, ...] = ()
    others: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.coming or self.others)


NOTHING_LATER: Final = Prospect()


def prospect_of(order: Order, plan: Plan) -> Prospect:
    """Of the order as it would be after the change: six queries at most, two where nothing is added."""
    address = plan.delivery.address or order.shipping_address
    demand = plan.demand()
    added, others = _added(order, plan, demand, address) if demand else ([], ())
    return Prospect((*_left(order, plan), *added), others)


def _left(order: Order, plan: Plan) -> list[Coming]:
    """What the order has already and waits for, without what is taken off."""
    lines = list(order.lines.order_by("position"))
    found = []
    for line_id, waiting in waiting_lines(order, lines).items():
        line = next(each for each in lines if each.pk == line_id)
        left = line.open_quantity - plan.removed.get(line_id, 0)
        if (late := min(waiting.quantity, left)) > 0:
            title = full_title(line.title, line.variant_title)
            still = Waiting(late, waiting.expected_on, waiting.is_preorder)
            found.append(Coming(title, line.sku, left, still))
    return found


def _added(
    order: Order, plan: Plan, demand: Mapping[str, int], address: Mapping[str, Any]
) -> tuple[list[Coming], tuple[str, ...]]:
    provision = Prospects(demand).to(address)
    late, supply = dict(provision.awaited), get_supply(demand)
    found = []
    for line in reversed(plan.lines):
        needs = sum_pieces([(line.variant_ref, line.parts, 1)])
        if line.is_digital or not needs:
            continue
        waiting = take_waiting(late, needs, line.quantity)
        to_be_had = min(supply[ref].sellable // count for ref, count in needs.items())
        short = max(line.quantity - to_be_had, 0)
        if waiting or short:
            title = full_title(line.title, line.variant_title)
            found.append(Coming(title, line.sku, line.quantity, waiting, short))
    new = provision.warehouses - warehouses_of(order.pk)
    names = Warehouse.objects.filter(pk__in=new).order_by("priority", "code") if new else ()
    return found[::-1], tuple(each.name for each in names)
