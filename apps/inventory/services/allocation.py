"""Chooses the warehouses for a demand: arithmetic on locked rows, no query."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Shelf:
    """The stock of one variant in one warehouse. The smallest `priority` is asked first."""

    stock_item_id: UUID
    variant_ref: str
    sku: str
    available: int
    priority: int


@dataclass(frozen=True)
class Allocation:
    """The quantities to take by stock item, and the available quantity of variants that are short."""

    takes: dict[UUID, int]
    short: dict[str, int]


def allot(shelves: Sequence[Shelf], demand: Mapping[str, int]) -> Allocation:
    """Serve each variant from the first warehouse that has all of it, else from several in their order."""
    by_variant: dict[str, list[Shelf]] = defaultdict(list)
    for shelf in sorted(shelves, key=lambda shelf: (shelf.priority, shelf.stock_item_id)):
        by_variant[shelf.variant_ref].append(shelf)
    takes: dict[UUID, int] = {}
    short: dict[str, int] = {}
    for variant_ref, quantity in demand.items():
        candidates = by_variant.get(variant_ref, [])
        available = sum(max(shelf.available, 0) for shelf in candidates)
        if available < quantity:
            short[variant_ref] = available
        else:
            takes.update(_take(candidates, quantity))
    return Allocation(takes, short)


def _take(candidates: Sequence[Shelf], quantity: int) -> dict[UUID, int]:
    for shelf in candidates:
        if shelf.available >= quantity:
            return {shelf.stock_item_id: quantity}
    takes: dict[UUID, int] = {}
    for shelf in candidates:
        part = min(max(shelf.available, 0), quantity)
        if part:
            takes[shelf.stock_item_id] = part
            quantity -= part
    return takes
