"""What an order would get if it were placed now: the answer of the allocation, on rows that are read and not locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from apps.inventory.bundles import bundles_of, sum_pieces
from apps.inventory.queue import Provision, Waiting, shown_date
from apps.inventory.services.allocation import Allocation, Shelf, allot, warehouses_of
from apps.inventory.services.shelves import read_shelf_rows, shelves_of


class Prospects:
    """Of a demand (variant_ref -> pieces on shelves), to any address. One query, at the first question."""

    def __init__(self, demand: Mapping[str, int]) -> None:
        self._demand = {ref: quantity for ref, quantity in demand.items() if quantity > 0}

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        return read_shelf_rows(self._demand)

    def to(self, address: Mapping[str, Any]) -> Provision:
        """Where there is less than the demand, of what there is."""
        shelves = shelves_of(self._rows, address)
        allocation = allot(shelves, self._demand)
        if allocation.short:
            less = {ref: allocation.short.get(ref, most) for ref, most in self._demand.items()}
            allocation = allot(shelves, {ref: pieces for ref, pieces in less.items() if pieces})
        return _provision_of(shelves, allocation)


def single_provisions(
    variant_refs: Iterable[str], address: Mapping[str, Any]
) -> dict[str, Provision]:
    """What an order of one piece would get, for each variant of which there is one: at once, or later. One query."""
    refs = list(dict.fromkeys(variant_refs))
    bundles = bundles_of(refs)
    demands = {ref: sum_pieces([(ref, bundles.get(ref, ()), 1)]) for ref in refs}
    by_part: dict[str, list[Shelf]] = defaultdict(list)
    rows = read_shelf_rows(part for demand in demands.values() for part in demand)
    for shelf in shelves_of(rows, address):
        by_part[shelf.variant_ref].append(shelf)
    found: dict[str, Provision] = {}
    for ref, demand in demands.items():
        own = [shelf for part in demand for shelf in by_part[part]]
        if not (allocation := allot(own, demand)).short:
            found[ref] = _provision_of(own, allocation)
    return found


def _provision_of(shelves: Sequence[Shelf], allocation: Allocation) -> Provision:
    awaited: dict[str, Waiting] = {}
    for shelf in shelves:
        if pieces := allocation.late.get(shelf.stock_item_id):
            day = shelf.release_on or shown_date(shelf.expected_on)
            own = Waiting(pieces, day, shelf.release_on is not None)
            ref = shelf.variant_ref
            awaited[ref] = awaited[ref] + own if ref in awaited else own
    return Provision(warehouses_of(shelves, allocation), awaited)
