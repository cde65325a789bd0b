"""The stock of an order whose pieces change after it was placed, and pieces that go over to another order."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from apps.common.actor import Actor
from apps.common.typed_text import Line, cleans_text
from apps.inventory.errors import OutOfStock, QuantityNotAllocated
from apps.inventory.models import Reservation, StockItem, Warehouse
from apps.inventory.queue import IS_LATE, Waiting
from apps.inventory.services.allocation import Shelf, allot
from apps.inventory.services.expecting import expect_late, renew_expected
from apps.inventory.services.ledger import Change, apply_changes
from apps.inventory.services.selling_out import emptied_by, note_crossing
from apps.inventory.states import MovementKind, ReservationState, StockPolicy
from apps.tenancy.retrying import repeated_on_deadlock

_OPEN = (ReservationState.HELD, ReservationState.ALLOCATED)


@cleans_text
@repeated_on_deadlock
def change_stock(
    *,
    order_ref: UUID,
    less: Mapping[str, int],
    more: Mapping[str, int],
    counts_now: bool,
    reason: Annotated[str, Line(200)] = "",
    actor: Actor | None = None,
) -> dict[str, Waiting]:
    """Free the pieces of `less` (variant_ref -> quantity) that have not left, and reserve those of `more`; returns which of
    them are awaited. **Every call counts.** `counts_now`: the order is paid or will be at the door, so that they are allocated.

    Backorders are taken as of a cart, but for pieces of a row of stock of which the order has some, and later orders as well:
    its place in the queue is before theirs, and what was promised to them stays theirs.

    All or nothing: raises `OutOfStock` or `QuantityNotAllocated`, and the caller's transaction must end.
    """
    with transaction.atomic():
        mine = list(
            Reservation.objects.select_for_update().filter(order_ref=order_ref).order_by("pk")
        )
        rows = _lock_stock({*less, *more})
        _free(mine, {row.pk: row.variant_ref for row in rows}, less, reason, actor)
        awaited = _take(order_ref, mine, rows, more, counts_now, reason, actor) if more else {}
        if late := [row.pk for row in rows if getattr(row, "is_late", False)]:
            renew_expected(late)
        note_crossing(less)
    return awaited


@repeated_on_deadlock
def move_stock(
    *, source: UUID, target: UUID, quantities: Mapping[str, int], actor: Actor | None = None
) -> None:
    """Unsent pieces of one order belong to another one from now on, from the same warehouses, in the same state. **Every
    call counts.** The stock's counters stay. Raises `QuantityNotAllocated`."""
    with transaction.atomic():
        both = Reservation.objects.select_for_update().filter(order_ref__in=(source, target))
        rows = list(both.order_by("pk"))
        mine = [each for each in rows if each.order_ref == source]
        refs = dict(
            StockItem.objects.filter(pk__in=[each.stock_item_id for each in mine]).values_list(
                "pk", "variant_ref"
            )
        )
        fresh = []
        for each, pieces in _shares(mine, refs, quantities):
            fresh.append(
                Reservation(
                    order_ref=target,
                    stock_item_id=each.stock_item_id,
                    quantity=pieces,
                    state=each.state,
                    created_at=each.created_at,  # its place in the queue
                )
            )
            _shrink(each, pieces)
        _save(mine)
        Reservation.objects.bulk_create(fresh)


def _lock_stock(variants: set[str]) -> list[StockItem]:
    """All rows of the variants, sorted by id, with the priority of their warehouse: none where it is closed."""
    warehouse = Warehouse.objects.filter(pk=OuterRef("warehouse_id"), is_active=True)
    found = StockItem.objects.select_for_update().filter(variant_ref__in=sorted(variants))
    return list(
        found.annotate(rank=Subquery(warehouse.values("priority")[:1]), is_late=IS_LATE).order_by(
            "pk"
        )
    )


def _free(
    mine: list[Reservation],
    refs: Mapping[UUID, str],
    less: Mapping[str, int],
    reason: str,
    actor: Actor | None,
) -> None:
    changes = []
    for each, pieces in _shares(mine, refs, less):
        is_held = each.state == ReservationState.HELD
        _shrink(each, pieces)
        changes.append(
            Change(each.stock_item_id, MovementKind.RELEASE, reserved=-pieces)
            if is_held
            else Change(each.stock_item_id, MovementKind.DEALLOCATE, allocated=-pieces)
        )
    order_ref = mine[0].order_ref if mine else None
    apply_changes(changes, order_ref=order_ref, reason=reason, actor=actor)
    _save(mine)


def _shares(
    mine: list[Reservation], refs: Mapping[UUID, str], wanted: Mapping[str, int]
) -> list[tuple[Reservation, int]]:
    """Which reservation gives how many of its unsent pieces: the last warehouse first."""
    found = []
    for variant_ref, quantity in sorted(wanted.items()):
        left = quantity
        for each in reversed(mine):
            is_of_it = each.state in _OPEN and refs.get(each.stock_item_id) == variant_ref
            part = min(each.quantity - each.committed, left) if is_of_it else 0
            if part > 0:
                found.append((each, part))
                left -= part
        if left:
            raise QuantityNotAllocated(
                variant_ref=variant_ref, wanted=quantity, possible=quantity - left
            )
    return found


def _shrink(each: Reservation, pieces: int) -> None:
    each.quantity -= pieces
    if each.committed and each.quantity == each.committed:
        each.state = ReservationState.COMMITTED


def _save(mine: list[Reservation]) -> None:
    """One of which nothing is left is deleted: a released one means that the whole order is over."""
    over = [each.pk for each in mine if not each.quantity]
    Reservation.objects.filter(pk__in=over).delete()
    mine[:] = [each for each in mine if each.quantity]
    Reservation.objects.bulk_update(mine, ["quantity", "state"])


def _take(
    order_ref: UUID,
    mine: list[Reservation],
    rows: list[StockItem],
    more: Mapping[str, int],
    counts_now: bool,
    reason: str,
    actor: Actor | None,
) -> dict[str, Waiting]:
    fresh = {row.pk: row for row in StockItem.objects.filter(pk__in=[row.pk for row in rows])}
    overtaken = _overtaken(mine)
    shelves = [
        _shelf_of(fresh[row.pk], rank, has_room=row.pk not in overtaken)
        for row in rows
        if (rank := getattr(row, "rank", None)) is not None
    ]
    allocation = allot(shelves, more)
    if allocation.short:
        skus = {shelf.variant_ref: shelf.sku for shelf in shelves}
        raise OutOfStock(short=allocation.short, skus=skus)
    open_states = {each.state for each in mine if each.state in _OPEN}
    if open_states:  # the pieces of an order are all held, or all allocated
        counts_now = open_states == {ReservationState.ALLOCATED}
    takes = {item: allocation.takes[item] for item in sorted(allocation.takes)}
    changes = [
        Change(item, MovementKind.ALLOCATE, allocated=pieces)
        if counts_now
        else Change(item, MovementKind.RESERVE, reserved=pieces)
        for item, pieces in takes.items()
    ]
    apply_changes(changes, order_ref=order_ref, reason=reason, actor=actor)
    _keep(order_ref, mine, takes, counts_now)
    note_crossing(emptied_by(shelves, more))
    return expect_late(shelves, allocation.late)


def _overtaken(mine: list[Reservation]) -> set[UUID]:
    """The rows of stock of which the order has pieces, and others that ordered later wait for theirs. One query."""
    since = {each.stock_item_id: each for each in mine if each.state in _OPEN}
    if not since:
        return set()
    others = Reservation.objects.filter(stock_item_id__in=since, state__in=_OPEN)
    rows = others.exclude(order_ref=mine[0].order_ref).values_list("stock_item_id", "created_at")
    return {item for item, created_at in rows if created_at >= since[item].created_at}


def _shelf_of(item: StockItem, rank: int, *, has_room: bool) -> Shelf:
    """Before the release of a pre-order no piece of it is there, whatever is on the shelf."""
    is_preorder = item.policy == StockPolicy.PREORDER
    there = 0 if is_preorder else max(item.available, 0)
    return Shelf(
        item.pk,
        item.variant_ref,
        item.sku,
        there,
        rank,
        item.warehouse_id,
        room=max(item.available + item.backorder_limit - there, 0) if has_room else 0,
        release_on=item.release_on if is_preorder else None,
    )


def _keep(
    order_ref: UUID, mine: list[Reservation], takes: Mapping[UUID, int], counts_now: bool
) -> None:
    """The order's reservations with these pieces: one for each row of stock."""
    state = ReservationState.ALLOCATED if counts_now else ReservationState.HELD
    by_item = {each.stock_item_id: each for each in mine}
    fresh = []
    for item, pieces in takes.items():
        known = by_item.get(item)
        if known is None:
            fresh.append(
                Reservation(order_ref=order_ref, stock_item_id=item, quantity=pieces, state=state)
            )
            continue
        known.quantity += pieces
        known.state = state
    Reservation.objects.bulk_update(mine, ["quantity", "state"])
    Reservation.objects.bulk_create(fresh)
