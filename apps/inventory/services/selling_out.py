"""Tells the search index when a variant may be sold out or in stock again: after the commit, by a sweep otherwise."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from apps.inventory.bundles import bundles_with, most_in_bundles
from apps.inventory.models import StockItem, Warehouse
from apps.inventory.services.allocation import Shelf
from apps.search import services as search


def note_crossing(variant_refs: Iterable[str]) -> None:
    """Call it in the transaction that changes the stock, with what may be sold out or in stock again; bundles of these
    follow. One statement there, none without variants; the products are read and written after the commit."""
    given = set(variant_refs)
    refs = sorted(given | set(bundles_with(given)))
    if refs:
        marks = search.mark_stale(refs)

        def renew() -> None:
            search.renew_availability(refs)
            search.take_marks_off(marks)

        transaction.on_commit(renew, robust=True)


def follow_warehouse(*, warehouse: Warehouse) -> None:
    """What a warehouse has can be sold again, or no longer."""
    refs = StockItem.objects.filter(warehouse=warehouse).values_list("variant_ref", flat=True)
    with transaction.atomic():
        note_crossing(refs)


def emptied_by(shelves: Sequence[Shelf], demand: Mapping[str, int]) -> list[str]:
    """The variants of which nothing is left when the demand is taken from these shelves, or too little for a bundle."""
    left = {ref: -quantity for ref, quantity in demand.items()}
    for shelf in shelves:
        left[shelf.variant_ref] = left.get(shelf.variant_ref, 0) + shelf.available + shelf.room
    least = most_in_bundles(left)
    return [ref for ref, pieces in left.items() if pieces < least.get(ref, 1)]
