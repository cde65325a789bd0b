"""Bundles: variants that are sold as others. What each is made of is kept in the memory of the process, so that a store
without bundles pays no statement for them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol
from uuid import UUID

from apps.common.bounded_memory import BoundedMemory
from apps.inventory.models import BundlePart
from apps.tenancy.context import current_store
from apps.tenancy.page_versions import has_uncommitted_changes, versions_at_hand

AREA: Final = "bundles"
MEMORY_BOUND: Final = 2_000  # stores


@dataclass(frozen=True, slots=True)
class Part:
    """So many pieces of a variant in one bundle."""

    variant_ref: str
    quantity: int


Bundles = Mapping[str, tuple[Part, ...]]

_kept = BoundedMemory[UUID, tuple[str, Bundles]](lambda: MEMORY_BOUND)


def read_bundles() -> Bundles:
    """Every bundle of the store with its parts. No statement while none changes; a change of another process shows within
    `PAGE_VERSION_SECONDS`."""
    versions = None if has_uncommitted_changes(AREA) else versions_at_hand()
    if versions is None:
        return _read_all()
    store, version = current_store().id, versions.of(AREA)
    kept = _kept.get(store)
    if kept is None or kept[0] != version:
        kept = (version, _read_all())
        _kept.put(store, kept)
    return kept[1]


def bundles_of(variant_refs: Collection[str]) -> Bundles:
    """Those of these variants that are bundles."""
    every = read_bundles()
    return {ref: every[ref] for ref in variant_refs if ref in every} if every else {}


def bundles_with(part_refs: Iterable[str]) -> list[str]:
    """The bundles that have one of these as a part."""
    every = read_bundles()
    wanted = set(part_refs) if every else set()
    return [
        ref for ref, parts in every.items() if any(part.variant_ref in wanted for part in parts)
    ]


def most_in_bundles(part_refs: Collection[str]) -> dict[str, int]:
    """The most pieces of each of these that one bundle takes; without those that are in none."""
    found: dict[str, int] = {}
    for parts in read_bundles().values():
        for part in parts:
            if part.variant_ref in part_refs:
                found[part.variant_ref] = max(found.get(part.variant_ref, 0), part.quantity)
    return found


class OnePart(Protocol):
    """A part of one bundle, as it is now or as an order keeps it."""

    @property
    def variant_ref(self) -> str: ...

    @property
    def quantity(self) -> int: ...


def sum_pieces(wanted: Iterable[tuple[str, Sequence[OnePart], int]]) -> dict[str, int]:
    """The pieces on shelves by variant, for so many of each variant: of its parts, or of itself where it has none."""
    found: dict[str, int] = {}
    for variant_ref, parts, count in wanted:
        for ref, each in [(part.variant_ref, part.quantity) for part in parts] or [
            (variant_ref, 1)
        ]:
            found[ref] = found.get(ref, 0) + each * count
    return found


def complete(parts: Iterable[Part], pieces: Mapping[str, int]) -> int:
    """How many bundles these pieces make."""
    return min(max(pieces.get(part.variant_ref, 0), 0) // part.quantity for part in parts)


def _read_all() -> Bundles:
    found = defaultdict[str, list[Part]](list)
    rows = BundlePart.objects.order_by("bundle_id", "position", "id")
    for bundle, part, quantity in rows.values_list(
        "bundle__variant_ref", "variant_ref", "quantity"
    ):
        found[bundle].append(Part(part, quantity))
    return MappingProxyType({bundle: tuple(parts) for bundle, parts in found.items()})
