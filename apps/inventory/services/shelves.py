"""Reads the stock of a demand, locked for an order or not: the shelves among which `allocation` chooses. One statement."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value

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
    return shelves_of(rows, address), any(is_reserved for *_, is_reserved in rows)


def read_shelf_rows(variant_refs: Iterable[str]) -> list[tuple[Any, ...]]:
    """The rows for `shelves_of`, not locked: for answers that promise nothing."""
    refs = sorted(set(variant_refs))
    return list(_free_shelves(refs=refs)) if refs else []


def shelves_of(rows: Iterable[Sequence[Any]], address: Mapping[str, Any]) -> list[Shelf]:
    """Those of active warehouses, for an order to that address."""
    return [_shelf_of(row, address) for row in rows if row[8] is not None]


def _shelf_of(row: Sequence[Any], address: Mapping[str, Any]) -> Shelf:
    """Before the release of a pre-order no piece of it is there, whatever is on the shelf."""
    item, ref, sku, free, limit, policy, release_on, warehouse, priority, places, expected, _ = row
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
        expected_on=expected,
    )


def _build_shelves(
    rows: QuerySet[StockItem], is_reserved: Any
) -> QuerySet[StockItem, tuple[Any, ...]]:
    """What is read of the warehouse comes by subquery, not by join: a join would lock its row for every order."""
    warehouse = Warehouse.objects.filter(pk=OuterRef("warehouse_id"), is_active=True)
    return rows.order_by("pk").values_list(
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
        "expected_on",
        is_reserved,
    )


_locked_shelves: PreparedQuery[tuple[Any, ...]] = PreparedQuery(
    lambda refs, order_ref: _build_shelves(
        StockItem.objects.select_for_update().filter(variant_ref__in=refs),
        Exists(Reservation.objects.filter(order_ref=order_ref)),
    )
)
_free_shelves: PreparedQuery[tuple[Any, ...]] = PreparedQuery(
    lambda refs: _build_shelves(StockItem.objects.filter(variant_ref__in=refs), Value(False))
)
