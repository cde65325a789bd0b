"""Locks the stock of a demand and reads it: the shelves among which `allocation` chooses. One statement."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from apps.inventory.areas import match_of
from apps.inventory.models import Reservation, StockItem, Warehouse
from apps.inventory.services.allocation import Shelf
from apps.inventory.states import StockPolicy
from apps.tenancy.prepared import PreparedQuery


def lock_shelves(
    order_ref: UUID, demand: Mapping[str, int], address: Mapping[str, Any]
) -> tuple[list[Shelf], bool]:
    """Lock the stock rows of the demand, sorted by id; also say whether the order has its reservation already."""
    rows = _locked_shelves(refs=sorted(demand), order_ref=order_ref)
    shelves = [_shelf_of(row, address) for row in rows if row[8] is not None]
    return shelves, any(is_reserved for *_, is_reserved in rows)


def _shelf_of(row: Sequence[Any], address: Mapping[str, Any]) -> Shelf:
    """Before the release of a pre-order no piece of it is there, whatever is on the shelf."""
    item, ref, sku, free, limit, policy, release_on, warehouse, priority, places, _ = row
    is_preorder = policy == StockPolicy.PREORDER
    available = 0 if is_preorder else max(free, 0)
    return Shelf(
        stock_item_id=item,
        variant_ref=ref,
        sku=sku,
        available=available,
        priority=priority,
        warehouse=warehouse,
        match=match_of(places, address),
        room=free + limit - available,
        release_on=release_on if is_preorder else None,
    )


def _build_shelves(refs: Any, order_ref: Any) -> QuerySet[StockItem, tuple[Any, ...]]:
    """What is read of the warehouse comes by subquery, not by join: a join would lock its row for every order."""
    warehouse = Warehouse.objects.filter(pk=OuterRef("warehouse_id"), is_active=True)
    return (
        StockItem.objects.select_for_update()
        .filter(variant_ref__in=refs)
        .order_by("pk")
        .values_list(
            "pk",
            "variant_ref",
            "sku",
            F("on_hand") - F("reserved") - F("allocated"),
            "backorder_limit",
            "policy",
            "release_on",
            "warehouse_id",
            Subquery(warehouse.values("priority")[:1]),
            Subquery(warehouse.values("serves")[:1]),
            Exists(Reservation.objects.filter(order_ref=order_ref)),
        )
    )


_locked_shelves: PreparedQuery[tuple[Any, ...]] = PreparedQuery(_build_shelves)
