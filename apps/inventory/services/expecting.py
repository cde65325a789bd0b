"""When pieces come that are not there: what a buyer is promised, and what pages say of the next piece."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from apps.events import services as events
from apps.inventory.models import StockItem
from apps.inventory.queue import Expected, Waiting, shown_date
from apps.inventory.services.allocation import Shelf
from apps.inventory.states import StockPolicy

DAYS_CHANGED: Final = "stock.days_changed"


def expect_late(shelves: Sequence[Shelf], late: Mapping[UUID, int]) -> dict[str, Waiting]:
    """The backordered pieces of a sale by variant, with the day that the buyer is promised. The rows are locked, and
    counted with the sale. No statement without such pieces."""
    if not late:
        return {}
    dates = _renew(_read(late))
    found: dict[str, Waiting] = {}
    for shelf in shelves:
        pieces = late.get(shelf.stock_item_id)
        if pieces:
            expected_on = shelf.release_on or shown_date(dates[shelf.stock_item_id])
            own = Waiting(pieces, expected_on, shelf.release_on is not None)
            ref = shelf.variant_ref
            found[ref] = found[ref] + own if ref in found else own
    return found


def renew_expected(stock_items: Iterable[UUID], *, moves_orders: bool = True) -> None:
    """After a change of what is on the way, or of what is promised. In the transaction that holds the rows.

    `moves_orders`: orders that wait may get their pieces on another day.
    """
    items = _read(stock_items)
    _renew(items)
    if moves_orders:
        note_days(items)


def note_days(items: Iterable[StockItem]) -> None:
    """Orders that wait for pieces of these are looked at after the commit: their day may be another one. No statement where
    none waits."""
    awaited = [str(each.pk) for each in items if each.owed or each.policy == StockPolicy.PREORDER]
    if awaited:
        events.emit(topic=DAYS_CHANGED, key=awaited[0], payload={"stock_items": awaited})


def _read(stock_items: Iterable[UUID]) -> list[StockItem]:
    return list(StockItem.objects.filter(pk__in=sorted(stock_items)).order_by("pk"))


def _renew(items: Sequence[StockItem]) -> dict[UUID, date | None]:
    """A query, and a statement for each item whose day changes. Returns the day of the last piece that is promised."""
    expected = Expected(items)
    for item in items:
        next_on = expected.date_of(item, item.owed + 1)
        if next_on != item.expected_on:
            StockItem.objects.filter(pk=item.pk).update(expected_on=next_on)
    return {item.pk: expected.date_of(item, item.owed) if item.owed else None for item in items}
