"""Chooses the warehouses for a demand: arithmetic on locked rows, no query.

The fewest parcels go out. Of as many parcels, those of the warehouses that serve the buyer's place first; then those with the
smallest priorities. Pieces that are there go first; only what they don't cover is a backorder.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Final
from uuid import UUID

# Up to so many warehouses of which any could be left out, all sets of them are compared (at most 2 ** 8); beyond, the
# warehouse with most of the missing pieces is taken again and again.
EXACT: Final = 8


@dataclass(frozen=True)
class Shelf:
    """The stock of one variant in one warehouse. The smallest `priority` is asked first, the greatest `match` before it.

    `available` pieces are there, `room` more can be promised; those of a pre-order come from `release_on`. The next piece
    comes at `expected_on`.
    """

    stock_item_id: UUID
    variant_ref: str
    sku: str
    available: int
    priority: int
    warehouse: UUID
    match: int = 0
    room: int = 0
    release_on: date | None = None
    expected_on: date | None = None

    @property
    def rank(self) -> tuple[int, int, UUID]:
        return (-self.match, self.priority, self.warehouse)


@dataclass(frozen=True)
class Allocation:
    """The quantities to take by stock item, `late` of them beyond those that are there; and the quantity that can be had
    of variants that are short."""

    takes: dict[UUID, int] = field(default_factory=dict)
    short: dict[str, int] = field(default_factory=dict)
    late: dict[UUID, int] = field(default_factory=dict)


def allot(shelves: Sequence[Shelf], demand: Mapping[str, int]) -> Allocation:
    """All of the demand, or what is short of it."""
    by_variant: dict[str, list[Shelf]] = defaultdict(list)
    for shelf in sorted(shelves, key=lambda shelf: shelf.rank):
        by_variant[shelf.variant_ref].append(shelf)
    there = {ref: sum(max(shelf.available, 0) for shelf in by_variant[ref]) for ref in demand}
    room = {ref: sum(max(shelf.room, 0) for shelf in by_variant[ref]) for ref in demand}
    short = {
        ref: there[ref] + room[ref]
        for ref, quantity in demand.items()
        if there[ref] + room[ref] < quantity
    }
    if short:
        return Allocation(short=short)
    sent_now = {ref: min(quantity, there[ref]) for ref, quantity in demand.items()}
    chosen = _choose(by_variant, {ref: pieces for ref, pieces in sent_now.items() if pieces})
    takes: dict[UUID, int] = {}
    late: dict[UUID, int] = {}
    for ref, quantity in demand.items():
        own = by_variant[ref]
        places = [shelf for shelf in own if shelf.warehouse in chosen]
        takes.update(_take({each.stock_item_id: each.available for each in places}, sent_now[ref]))
        own = sorted(own, key=lambda shelf: shelf.warehouse not in chosen)
        rooms = {each.stock_item_id: each.room for each in own}
        late.update(_take(rooms, quantity - sent_now[ref]))
    for item, pieces in late.items():
        takes[item] = takes.get(item, 0) + pieces
    return Allocation(takes, {}, late)


def warehouses_of(shelves: Iterable[Shelf], allocation: Allocation) -> frozenset[UUID]:
    """Those that send something."""
    return frozenset(each.warehouse for each in shelves if each.stock_item_id in allocation.takes)


def _take(possible: Mapping[UUID, int], quantity: int) -> dict[UUID, int]:
    """From the first place that has all of it, else from several in their order."""
    if not quantity:
        return {}
    for item, pieces in possible.items():
        if pieces >= quantity:
            return {item: quantity}
    takes: dict[UUID, int] = {}
    for item, pieces in possible.items():
        part = min(max(pieces, 0), quantity)
        if part:
            takes[item] = part
            quantity -= part
    return takes


def _choose(by_variant: Mapping[str, Sequence[Shelf]], demand: Mapping[str, int]) -> set[UUID]:
    """The warehouses that send the demand, which all together have. Without those of which nothing is needed."""
    ranks = {shelf.warehouse: shelf.rank for ref in demand for shelf in by_variant[ref]}
    needs: dict[str, int] = {}
    chosen: set[UUID] = set()
    for ref, quantity in demand.items():
        spare = sum(max(shelf.available, 0) for shelf in by_variant[ref]) - quantity
        chosen.update(shelf.warehouse for shelf in by_variant[ref] if shelf.available > spare)
    has: dict[UUID, dict[str, int]] = defaultdict(dict)
    for ref, quantity in demand.items():
        needs[ref] = quantity
        for shelf in by_variant[ref]:
            if shelf.warehouse in chosen:
                needs[ref] -= max(shelf.available, 0)
            elif shelf.available > 0:
                has[shelf.warehouse][ref] = shelf.available
    needs = {ref: quantity for ref, quantity in needs.items() if quantity > 0}
    if not needs:
        return chosen
    free = sorted(
        (place for place in has if has[place].keys() & needs.keys()), key=ranks.__getitem__
    )
    compare = _smallest if len(free) <= EXACT else _greedy
    return chosen | set(compare(free, has, needs, ranks))


_Ranks = Mapping[UUID, tuple[int, int, UUID]]
_Has = Mapping[UUID, Mapping[str, int]]


def _smallest(
    free: Sequence[UUID], has: _Has, needs: Mapping[str, int], ranks: _Ranks
) -> Iterable[UUID]:
    for size in range(1, len(free)):
        fitting = [each for each in combinations(free, size) if _covers(each, has, needs)]
        if fitting:
            return min(fitting, key=lambda places: _compared(places, ranks))
    return free


def _compared(places: Sequence[UUID], ranks: _Ranks) -> tuple[list[int], list[int], list[UUID]]:
    """All places' matches decide before any priority."""
    matches, priorities, _ = zip(*(ranks[place] for place in places), strict=True)
    return sorted(matches), sorted(priorities), sorted(places)


def _greedy(
    free: Sequence[UUID], has: _Has, needs: Mapping[str, int], ranks: _Ranks
) -> Iterable[UUID]:
    """Each step takes one, so there are at most as many as there are warehouses; then those that were taken in vain go."""
    taken: list[UUID] = []
    missing = dict(needs)
    while missing:
        found = max(
            (place for place in free if place not in taken),
            key=lambda place: sum(
                min(has[place].get(ref, 0), left) for ref, left in missing.items()
            ),
        )  # of equals the first, which has the best rank
        taken.append(found)
        left = {ref: pieces - has[found].get(ref, 0) for ref, pieces in missing.items()}
        missing = {ref: pieces for ref, pieces in left.items() if pieces > 0}
    for place in sorted(taken, key=ranks.__getitem__, reverse=True):
        others = [each for each in taken if each != place]
        if _covers(others, has, needs):
            taken = others
    return taken


def _covers(places: Sequence[UUID], has: _Has, needs: Mapping[str, int]) -> bool:
    return all(
        sum(has[place].get(ref, 0) for place in places) >= quantity
        for ref, quantity in needs.items()
    )
