"""Deliveries and counts of stock."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Protocol
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import today
from apps.common.typed_text import Code, Line, cleans_text
from apps.inventory.bundles import most_in_bundles
from apps.inventory.errors import (
    BundleHasNoStock,
    CountOvertaken,
    InvalidQuantity,
    NoReleaseDate,
    StockPromised,
)
from apps.inventory.models import Bundle, Movement, StockItem, Warehouse
from apps.inventory.selectors import get_default_warehouse
from apps.inventory.services.expecting import note_days, renew_expected
from apps.inventory.services.ledger import Change, apply_changes
from apps.inventory.services.selling_out import note_crossing
from apps.inventory.states import NO_LIMIT, MovementKind, StockPolicy
from apps.platform.auditing import audited, note
from apps.platform.sweeps import do_each
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
        item = _lock(get_or_create_item(place, variant_ref, sku=sku).pk)
        if quantity and not _is_repeat(item, reference):
            _require_possible(item.on_hand + quantity)
            apply_changes(
                [Change(item.pk, MovementKind.RECEIVE, on_hand=quantity)],
                reference=reference,
                reason=reason,
                actor=actor,
            )
            require_no_bundles([item])
            if _crosses(item, item.sellable, item.sellable_with(item.on_hand + quantity)):
                note_crossing([variant_ref])
            _note("stock.received", item, item.on_hand + quantity, reason)
            follow_on_hand(item, item.on_hand + quantity)
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
            if on_hand:
                require_no_bundles([item])
            apply_changes(
                [Change(item.pk, MovementKind.ADJUST, on_hand=on_hand - item.on_hand)],
                reason=reason,
                actor=actor,
            )
            if _crosses(item, item.sellable, item.sellable_with(on_hand)):
                note_crossing([item.variant_ref])
            _note("stock.counted", item, on_hand, reason)
            follow_on_hand(item, on_hand)
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
    if on_hand < promised - stock_item.backorder_limit:
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


@cleans_text
@repeated_on_deadlock
def set_policy(
    *,
    stock_item: StockItem,
    policy: StockPolicy,
    limit: int | None = None,
    release_on: date | None = None,
) -> StockItem:
    """What happens to an order of more pieces than there are. `limit`: at most so many are promised beyond those on hand;
    None: any number.

    What was promised before stays promised. Raises `StockPromised` for a limit below that, `InvalidQuantity`,
    `NoReleaseDate` for a pre-order without a date in the future.
    """
    with audited("stock.policy_changed", stock_item), transaction.atomic():
        item = _lock(stock_item.pk)
        before, dates = item.sellable, (item.policy, item.release_on)
        item.policy = StockPolicy(policy)
        item.release_on = release_on if policy == StockPolicy.PREORDER else None
        item.backorder_limit = _limit_of(item, limit)
        if policy == StockPolicy.PREORDER and (release_on is None or release_on <= today()):
            raise NoReleaseDate
        item.save(update_fields=["policy", "release_on", "backorder_limit"])
        if _crosses(item, before, item.sellable):
            note_crossing([item.variant_ref])
        if dates != (item.policy, item.release_on):
            note_days([item])
        for name in ("policy", "release_on", "backorder_limit"):
            setattr(stock_item, name, getattr(item, name))
    return item


def end_preorders() -> int:
    """On its release day a pre-order ends: what is there is sent, and no more is sold than there is."""
    due = StockItem.objects.filter(policy=StockPolicy.PREORDER, release_on__lte=today())
    return do_each(list(due), _end_preorder)


def _end_preorder(item: StockItem) -> bool:
    set_policy(stock_item=item, policy=StockPolicy.DENY)
    return True


def _limit_of(item: StockItem, limit: int | None) -> int:
    if item.policy == StockPolicy.DENY:
        return item.owed
    if limit is None:
        return NO_LIMIT
    if not 0 <= limit <= NO_LIMIT:
        raise InvalidQuantity(gettext("%(limit)s can't be a limit.") % {"limit": limit})
    if limit < item.owed:
        raise StockPromised(
            gettext("%(owed)s of %(sku)s are promised beyond the stock; the limit can't be less.")
            % {"owed": item.owed, "sku": item.sku},
            promised=item.owed,
        )
    return limit


def follow_on_hand(item: StockItem, on_hand: int) -> None:
    """The row has the new number; say so of the instance, and renew the day of the next piece where pieces are awaited."""
    is_awaited = item.owed or item.expected_on is not None
    item.on_hand = on_hand
    if is_awaited:
        item.refresh_from_db(fields=["backorder_limit"])
        renew_expected([item.pk])


def _crosses(item: StockItem, before: int, after: int) -> bool:
    """Whether it may be sold out or in stock again by that, or a bundle with it."""
    least = most_in_bundles([item.variant_ref]).get(item.variant_ref, 1)
    return (before > 0) != (after > 0) or min(before, after) < least


class Stocked(Protocol):
    """Whatever has pieces of a variant: a row of stock, a line of a delivery."""

    @property
    def variant_ref(self) -> str: ...

    @property
    def sku(self) -> str: ...


def require_no_bundles(rows: Iterable[Stocked]) -> None:
    """Raise `BundleHasNoStock` for the first that is a bundle. One query, of the database: what a process keeps in memory
    may lag behind. Call it with the rows of stock locked: `save_bundle` locks them, too.
    """
    skus = {row.variant_ref: row.sku for row in rows}
    found = Bundle.objects.filter(variant_ref__in=sorted(skus)).order_by("pk") if skus else ()
    for bundle in found:
        sentence = gettext("%(sku)s is a bundle and has no stock of its own: count its parts.")
        raise BundleHasNoStock(sentence % {"sku": skus[bundle.variant_ref]})


def _note(action: str, item: StockItem, on_hand: int, reason: str) -> None:
    after: dict[str, object] = {"on_hand": on_hand}
    note(
        action,
        item,
        before={"on_hand": item.on_hand},
        after=after | ({"reason": reason} if reason else {}),
    )


@cleans_text
def get_or_create_item(
    warehouse: Warehouse, variant_ref: str, *, sku: Annotated[str, Code(64)]
) -> StockItem:
    """The row of a variant in a warehouse. Not locked."""
    item = StockItem.objects.filter(warehouse=warehouse, variant_ref=variant_ref).first()
    if item is not None:
        return item
    try:
        with transaction.atomic():
            wait_for_bundles([warehouse.pk])
            return StockItem.objects.create(warehouse=warehouse, variant_ref=variant_ref, sku=sku)
    except IntegrityError:  # a concurrent request created it
        return StockItem.objects.get(warehouse=warehouse, variant_ref=variant_ref)


def wait_for_bundles(warehouses: Iterable[UUID]) -> None:
    """Before a first row of stock is made, in the transaction that gives it pieces: what becomes a bundle at this moment is one
    afterwards, or sees the row. `save_bundle` locks all warehouses; the foreign key alone is checked only at the commit."""
    rows = Warehouse.objects.select_for_update().filter(pk__in=sorted(set(warehouses)))
    list(rows.order_by("pk").values_list("pk"))


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
