"""The stock of an order: reserved, then allocated, then committed; or released.

Locks are always taken in the same order: the order's reservations, then the stock rows, both sorted by id. A new
reservation is invisible to other transactions before its own commits, so `reserve_stock` starts with the stock rows.
Every function costs the same number of statements for one line and for a hundred.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.states import require_transition
from apps.common.typed_text import Code, Line, cleans_text
from apps.inventory.bundles import bundles_of
from apps.inventory.errors import (
    InvalidQuantity,
    NotArrived,
    OutOfStock,
    QuantityNotAllocated,
    ReservationGone,
)
from apps.inventory.models import Movement, Reservation, StockItem
from apps.inventory.queue import IS_LATE, Provision, Waiting, list_waiting
from apps.inventory.services.allocation import Allocation, allot, warehouses_of
from apps.inventory.services.expecting import expect_late, renew_expected
from apps.inventory.services.ledger import Change, apply_changes
from apps.inventory.services.selling_out import emptied_by, note_crossing
from apps.inventory.services.shelves import lock_shelves
from apps.inventory.states import (
    RESERVATION_TRANSITIONS,
    MovementKind,
    ReservationState,
)
from apps.tenancy.inserting import insert_values
from apps.tenancy.retrying import repeated_on_deadlock


@repeated_on_deadlock
def reserve_stock(
    *,
    order_ref: UUID,
    demand: Mapping[str, int],
    address: Mapping[str, Any] | None = None,
    counts_now: bool = False,
    takes_backorders: bool = True,
    actor: Actor | None = None,
) -> Provision:
    """Reserve pieces (variant_ref -> quantity) for an order, and say which of them are awaited, and where they leave. Four statements, five when
    they are the last ones; up to four more where some are backordered.

    `counts_now`: the order does not wait for a payment (cash on delivery), so the pieces are allocated immediately.
    `address`: where it goes, for warehouses that serve a place first.

    All or nothing: raises `OutOfStock` and takes nothing, and the caller's transaction stays usable. A second call
    for the same order changes nothing. Call it in the transaction that makes the order: a reservation has no
    expiry of its own, it ends when the unpaid order is cancelled (`release_stock`).
    """
    wanted = {ref: quantity for ref, quantity in demand.items() if quantity}
    if any(quantity < 0 for quantity in wanted.values()):
        raise InvalidQuantity(gettext("A quantity can't be negative."))
    if not wanted:
        return Provision()
    provision = Provision()
    with transaction.atomic(savepoint=False):
        shelves, is_reserved = lock_shelves(order_ref, wanted, address or {})
        if not takes_backorders:
            shelves = [replace(shelf, room=0) for shelf in shelves]
        allocation = Allocation() if is_reserved else allot(shelves, wanted)
        if allocation.takes and not allocation.short:
            _hold(order_ref, allocation.takes, counts_now, actor)
            note_crossing(emptied_by(shelves, wanted))
            provision = Provision(
                warehouses_of(shelves, allocation), expect_late(shelves, allocation.late)
            )
    if (
        allocation.short
    ):  # outside the block, so that the caller's transaction is not marked as broken
        skus = {shelf.variant_ref: shelf.sku for shelf in shelves}
        raise OutOfStock(short=allocation.short, skus=skus)
    return provision


@repeated_on_deadlock
def allocate_stock(*, order_ref: UUID, actor: Actor | None = None) -> None:
    """Allocate the reserved pieces of a confirmed order. Calling it again changes nothing.

    Raises `ReservationGone` when the reservation was released meanwhile (a payment that came too late).
    """
    with transaction.atomic():
        reservations = _lock_reservations(order_ref)
        if any(each.state == ReservationState.RELEASED for each in reservations):
            raise ReservationGone(order_ref=str(order_ref))
        held = [each for each in reservations if each.state == ReservationState.HELD]
        for each in held:
            _move(each, ReservationState.ALLOCATED)
        _write(
            held,
            ["state"],
            lambda each: Change(
                each.stock_item_id,
                MovementKind.ALLOCATE,
                reserved=-each.quantity,
                allocated=each.quantity,
            ),
            order_ref=order_ref,
            actor=actor,
        )


@cleans_text
@repeated_on_deadlock
def release_stock(
    *, order_ref: UUID, reason: Annotated[str, Line(200)] = "", actor: Actor | None = None
) -> None:
    """Release everything that has not been sent, held or allocated. Calling it again changes nothing."""
    with transaction.atomic():
        open_ones = [each for each in _lock_reservations(order_ref) if _open(each)]
        changes = {each.pk: _release_change(each) for each in open_ones}
        for each in open_ones:
            if each.committed:
                each.quantity = each.committed
            _move(
                each,
                ReservationState.COMMITTED if each.committed else ReservationState.RELEASED,
            )
        _write(
            open_ones,
            ["state", "quantity"],
            lambda each: changes[each.pk],
            order_ref=order_ref,
            reason=reason,
            actor=actor,
            frees=True,
        )
        note_crossing(map(_variant_of, open_ones))


@cleans_text
@repeated_on_deadlock
def commit_stock(
    *,
    order_ref: UUID,
    quantities: Mapping[str, int],
    reference: Annotated[str, Code(64)] = "",
    actor: Actor | None = None,
) -> None:
    """Commit shipped pieces (variant_ref -> quantity **of this call**): reduces the stock on hand.

    With a `reference` (the shipment's number) a repeat changes nothing; without one every call counts. Raises
    `QuantityNotAllocated` when the order has fewer pieces allocated, `NotArrived` when they are not there yet.
    """
    with transaction.atomic():
        reservations = _lock_reservations(order_ref)
        if _is_repeat(order_ref, MovementKind.COMMIT, reference):
            return
        allocated = [each for each in reservations if each.state == ReservationState.ALLOCATED]
        late = _lock_stock(allocated)
        _spread(allocated, quantities, lambda each: each.quantity - each.committed)
        parts = _spread_arrived(allocated, quantities, list_waiting(late) if late else {})
        for each, quantity in parts.items():
            each.committed += quantity
            if each.committed == each.quantity:
                _move(each, ReservationState.COMMITTED)
        _write(
            list(parts),
            ["state", "committed"],
            lambda each: Change(
                each.stock_item_id,
                MovementKind.COMMIT,
                on_hand=-parts[each],
                allocated=-parts[each],
            ),
            is_locked=True,
            order_ref=order_ref,
            reference=reference,
            actor=actor,
        )


@cleans_text
@repeated_on_deadlock
def return_stock(
    *,
    order_ref: UUID,
    quantities: Mapping[str, int],
    written_off: Mapping[str, int] | None = None,
    reason: Annotated[str, Line(200)] = "",
    reference: Annotated[str, Code(64)] = "",
    actor: Actor | None = None,
) -> None:
    """Return pieces (variant_ref -> quantity **of this call**) to the warehouse that sent them.

    `quantities` can be sold again; `written_off` can't: the ledger has them come in and leave. So do pieces of what has
    become a bundle since it was sold: it has no stock of its own, and its parts are counted by hand. With a `reference` (the
    return's number) a repeat changes nothing. Raises `QuantityNotAllocated` when fewer were sent and are not back yet.
    """
    broken = {**(written_off or {})}
    wanted = {ref: quantities.get(ref, 0) + broken.get(ref, 0) for ref in {*quantities, *broken}}
    if any(pieces < 0 for pieces in (*quantities.values(), *broken.values())):
        raise InvalidQuantity(gettext("A quantity can't be negative."))
    for ref in bundles_of(quantities):
        broken[ref] = wanted[ref]
    with transaction.atomic():
        reservations = _lock_reservations(order_ref)
        if _is_repeat(order_ref, MovementKind.RETURN, reference):
            return
        parts = _spread(reservations, wanted, lambda each: each.committed - each.returned)
        gone = _spread(list(parts), broken, lambda each: parts[each])
        for each, quantity in parts.items():
            each.returned += quantity
        facts: dict[str, Any] = {"order_ref": order_ref, "reference": reference, "reason": reason}
        _write(
            list(parts),
            ["returned"],
            lambda each: Change(each.stock_item_id, MovementKind.RETURN, on_hand=parts[each]),
            actor=actor,
            frees=True,
            **facts,
        )
        apply_changes(
            [
                Change(each.stock_item_id, MovementKind.WRITE_OFF, on_hand=-pieces)
                for each, pieces in gone.items()
            ],
            actor=actor,
            **facts,
        )
        note_crossing(map(_variant_of, parts))


def _hold(
    order_ref: UUID,
    takes: Mapping[UUID, int],
    counts_now: bool,
    actor: Actor | None,
) -> None:
    items = sorted(takes)
    if counts_now:
        state = ReservationState.ALLOCATED
        changes = [Change(item, MovementKind.ALLOCATE, allocated=takes[item]) for item in items]
    else:
        state = ReservationState.HELD
        changes = [Change(item, MovementKind.RESERVE, reserved=takes[item]) for item in items]
    apply_changes(changes, order_ref=order_ref, actor=actor)
    insert_values(
        Reservation,
        [
            {
                "order_ref": order_ref,
                "stock_item_id": item,
                "quantity": takes[item],
                "state": state.value,
            }
            for item in items
        ],
    )


def _lock_reservations(order_ref: UUID) -> list[Reservation]:
    return list(
        Reservation.objects.select_for_update()
        .filter(order_ref=order_ref)
        .select_related(None)
        .annotate(
            variant_ref=Subquery(
                StockItem.objects.filter(pk=OuterRef("stock_item_id")).values("variant_ref")[:1]
            )
        )
        .order_by("pk")
    )


def _write(
    reservations: Sequence[Reservation],
    fields: Sequence[str],
    change: Callable[[Reservation], Change],
    *,
    order_ref: UUID,
    reference: str = "",
    reason: str = "",
    actor: Actor | None = None,
    is_locked: bool = False,
    frees: bool = False,
) -> None:
    """Lock the stock rows behind the reservations, then write stock, ledger and reservations. `frees`: others that wait may
    get the pieces."""
    if not reservations:
        return
    late = [] if is_locked else _lock_stock(reservations)
    apply_changes(
        [change(each) for each in reservations],
        order_ref=order_ref,
        reference=reference,
        reason=reason,
        actor=actor,
    )
    Reservation.objects.bulk_update(reservations, fields)
    if late:
        renew_expected((each.stock_item_id for each in late), moves_orders=frees)


def _lock_stock(reservations: Sequence[Reservation]) -> list[Reservation]:
    """Lock the stock rows behind them. Returns those of which pieces may be awaited: more is promised than is there."""
    ids = sorted(each.stock_item_id for each in reservations)
    rows = StockItem.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    late = {item for item, is_late in rows.values_list("pk", IS_LATE) if is_late}
    return [each for each in reservations if each.stock_item_id in late]


def _spread_arrived(
    reservations: Sequence[Reservation],
    quantities: Mapping[str, int],
    waiting: Mapping[UUID, Waiting],
) -> dict[Reservation, int]:
    """As `_spread`, of pieces that are there."""

    def arrived(each: Reservation) -> int:
        awaited = waiting.get(each.pk)
        return each.quantity - each.committed - (awaited.quantity if awaited else 0)

    try:
        return _spread(reservations, quantities, arrived)
    except QuantityNotAllocated as error:
        raise NotArrived(**error.details) from error


def _variant_of(reservation: Reservation) -> str:
    return reservation.variant_ref  # type: ignore[attr-defined,no-any-return]  # by `_lock_reservations`


def _open(reservation: Reservation) -> bool:
    return reservation.state in (ReservationState.HELD, ReservationState.ALLOCATED)


def _release_change(reservation: Reservation) -> Change:
    if reservation.state == ReservationState.HELD:
        return Change(
            reservation.stock_item_id, MovementKind.RELEASE, reserved=-reservation.quantity
        )
    return Change(
        reservation.stock_item_id,
        MovementKind.DEALLOCATE,
        allocated=reservation.committed - reservation.quantity,
    )


def _is_repeat(order_ref: UUID, kind: MovementKind, reference: str) -> bool:
    """Whether this shipment or return was written before. The order's reservations are locked by now."""
    if not reference:
        return False
    return Movement.objects.filter(order_ref=order_ref, kind=kind, reference=reference).exists()


def _spread(
    reservations: Sequence[Reservation],
    quantities: Mapping[str, int],
    limit: Callable[[Reservation], int],
) -> dict[Reservation, int]:
    """Distribute the quantities over the variant's reservations (one per warehouse)."""
    parts: dict[Reservation, int] = {}
    for variant_ref, wanted in quantities.items():
        if wanted < 0:
            raise InvalidQuantity(gettext("A quantity can't be negative."))
        left = wanted
        for each in reservations:
            part = min(limit(each), left) if _variant_of(each) == variant_ref else 0
            if part:
                parts[each] = part
                left -= part
        if left:
            raise QuantityNotAllocated(
                variant_ref=variant_ref, wanted=wanted, possible=wanted - left
            )
    return parts


def _move(reservation: Reservation, target: ReservationState) -> None:
    require_transition(
        RESERVATION_TRANSITIONS,
        subject="The reservation",
        current=ReservationState(reservation.state),
        target=target,
    )
    reservation.state = target
