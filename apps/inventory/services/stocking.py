"""Deliveries and counts of stock."""

from typing import Annotated
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.typed_text import Code, Line, cleans_text
from apps.inventory.errors import CountOvertaken, InvalidQuantity, StockPromised
from apps.inventory.models import Movement, StockItem, Warehouse
from apps.inventory.selectors import get_default_warehouse
from apps.inventory.services.ledger import Change, apply_changes
from apps.inventory.services.selling_out import note_crossing
from apps.inventory.states import MovementKind
from apps.platform.auditing import audited, note
from apps.tenancy.retrying import repeated_on_deadlock

MAX_ON_HAND = 1_000_000_000


@cleans_text
@repeated_on_deadlock
def receive_stock(
    *,
    variant_ref: str,
    sku: Annotated[str, Code(64)],
    quantity: int,
    warehouse: Warehouse | None = None,
    reason: Annotated[str, Line(200)] = "",
    reference: Annotated[str, Code(64)] = "",
    actor: Actor | None = None,
) -> StockItem:
    """Add delivered pieces; creates a missing stock row, also for the quantity 0.

    Without a warehouse the first active one by priority takes them. With a `reference` (the delivery note) a repeat
    changes nothing; without one every call counts.
    """
    if not 0 <= quantity <= MAX_ON_HAND:
        raise InvalidQuantity(
            gettext("%(quantity)s pieces can't be received.") % {"quantity": quantity}
        )
    with transaction.atomic():
        place = warehouse or get_default_warehouse()
        item = _lock(_get_or_create_item(place, variant_ref, sku).pk)
        if quantity and not _is_repeat(item, reference):
            _require_possible(item.on_hand + quantity)
            apply_changes(
                [Change(item.pk, MovementKind.RECEIVE, on_hand=quantity)],
                reference=reference,
                reason=reason,
                actor=actor,
            )
            if item.available <= 0:
                note_crossing([variant_ref])
            _note("stock.received", item, item.on_hand + quantity, reason)
            item.on_hand += quantity
    return item


@cleans_text
@repeated_on_deadlock
def set_on_hand(
    *,
    stock_item: StockItem,
    on_hand: int,
    reason: Annotated[str, Line(200)] = "",
    actor: Actor | None = None,
    seen: int | None = None,
) -> StockItem:
    """Record the result of a count. Counting the same again changes nothing.

    Raises `StockPromised` below what is promised to orders: cancel or edit those first. `seen` is the number that the
    count replaces; raises `CountOvertaken` if the stock differs from it.
    """
    with transaction.atomic():
        item = _lock(stock_item.pk)
        require_countable(stock_item=item, on_hand=on_hand, seen=seen)
        if on_hand != item.on_hand:
            apply_changes(
                [Change(item.pk, MovementKind.ADJUST, on_hand=on_hand - item.on_hand)],
                reason=reason,
                actor=actor,
            )
            if (item.available > 0) != (item.available + on_hand > item.on_hand):
                note_crossing([item.variant_ref])
            _note("stock.counted", item, on_hand, reason)
            item.on_hand = on_hand
    return item


def require_countable(*, stock_item: StockItem, on_hand: int, seen: int | None = None) -> None:
    """Raise what `set_on_hand` would, by the row as it was read: for forms that check before they write."""
    _require_possible(on_hand)
    if seen is not None and stock_item.on_hand not in (seen, on_hand):
        raise CountOvertaken(
            gettext(
                "%(sku)s: %(now)s are on hand now, no longer %(seen)s. Count again, or save again to replace it."
            )
            % {"sku": stock_item.sku, "now": stock_item.on_hand, "seen": seen},
            on_hand=stock_item.on_hand,
        )
    promised = stock_item.reserved + stock_item.allocated
    if on_hand < promised:
        raise StockPromised(
            gettext(
                "%(promised)s of %(sku)s are promised to orders; the stock can't be %(on_hand)s."
            )
            % {"promised": promised, "sku": stock_item.sku, "on_hand": on_hand},
            promised=promised,
        )


def set_low_stock_at(*, stock_item: StockItem, low_stock_at: int | None) -> StockItem:
    """Set the number of available pieces from which staff are warned; None never warns."""
    if low_stock_at is not None and not 0 <= low_stock_at <= MAX_ON_HAND:
        raise InvalidQuantity(
            gettext("%(low_stock_at)s can't be a threshold.") % {"low_stock_at": low_stock_at}
        )
    with audited("stock.warning_changed", stock_item):
        stock_item.low_stock_at = low_stock_at
        stock_item.save(update_fields=["low_stock_at"])
    return stock_item


def _note(action: str, item: StockItem, on_hand: int, reason: str) -> None:
    after: dict[str, object] = {"on_hand": on_hand}
    note(
        action,
        item,
        before={"on_hand": item.on_hand},
        after=after | ({"reason": reason} if reason else {}),
    )


def _get_or_create_item(warehouse: Warehouse, variant_ref: str, sku: str) -> StockItem:
    item = StockItem.objects.filter(warehouse=warehouse, variant_ref=variant_ref).first()
    if item is not None:
        return item
    try:
        with transaction.atomic():
            return StockItem.objects.create(warehouse=warehouse, variant_ref=variant_ref, sku=sku)
    except IntegrityError:  # a concurrent request created it
        return StockItem.objects.get(warehouse=warehouse, variant_ref=variant_ref)


def _lock(stock_item_id: UUID) -> StockItem:
    return StockItem.objects.select_for_update().get(pk=stock_item_id)


def _is_repeat(item: StockItem, reference: str) -> bool:
    if not reference:
        return False
    return Movement.objects.filter(
        stock_item=item, kind=MovementKind.RECEIVE, reference=reference
    ).exists()


def _require_possible(on_hand: int) -> None:
    if not 0 <= on_hand <= MAX_ON_HAND:
        raise InvalidQuantity(
            gettext("A stock of %(on_hand)s is not possible.") % {"on_hand": on_hand}
        )
