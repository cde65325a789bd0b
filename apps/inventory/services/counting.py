"""Stock takes. Opening writes down what is expected, each count is compared with what is on hand at that moment, and closing
books one movement for each difference: pieces that are sold, or arrive, during the count stay sold, or arrived.

Locks: the take, then the stock rows by id.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.portions import portions
from apps.common.states import require_transition
from apps.common.text import NotText, clean_code, fold_code
from apps.common.typed_text import Block, Code, Line, cleans_text
from apps.inventory.errors import (
    InvalidQuantity,
    InvalidStockTake,
    NotInStockTake,
    StockPromised,
    StockTakeNotOpen,
    StockTakeOvertaken,
    WarehouseBeingCounted,
)
from apps.inventory.models import Movement, StockItem, StockTake, StockTakeLine, Warehouse
from apps.inventory.services.ledger import Change, apply_changes
from apps.inventory.services.selling_out import note_crossing
from apps.inventory.services.stocking import (
    MAX_ON_HAND,
    follow_on_hand,
    receive_stock,
    require_countable,
    require_no_bundles,
)
from apps.inventory.states import STOCK_TAKE_TRANSITIONS, MovementKind, StockTakeState
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock

BATCH: Final = 500
_MOST_NAMED: Final = 5


@cleans_text
def plan_stock_take(
    *,
    name: Annotated[str, Line(120, required=True)],
    warehouse: Warehouse,
    skus: Annotated[str, Block(200_000)] = "",
    actor: Actor,
) -> StockTake:
    """A count of these SKUs (one a line), or of all that the warehouse has. Raises `InvalidStockTake` for unknown SKUs."""
    wanted = _read_skus(skus)
    if wanted:
        _require_known(warehouse, wanted)
    with transaction.atomic():
        take = StockTake.objects.create(
            name=name, warehouse=warehouse, skus="\n".join(wanted), created_by=actor.label
        )
        note("stock_take.planned", take, after={"name": name, "warehouse": warehouse.code})
    return take


@repeated_on_deadlock
def open_stock_take(*, take: StockTake, actor: Actor) -> StockTake:
    """Write down what is expected. Repeatable. Raises `WarehouseBeingCounted` while another count of it is open."""
    with transaction.atomic():
        take = _lock(take.pk)
        if take.state == StockTakeState.OPEN:
            return take
        _move(take, StockTakeState.OPEN)
        take.open_slot, take.opened_at = take.warehouse_id, now()
        try:
            with transaction.atomic():
                take.save(update_fields=["state", "open_slot", "opened_at"])
        except IntegrityError:
            raise WarehouseBeingCounted from None
        count = _add_lines(take)
        note("stock_take.opened", take, after={"lines": count})
    return take


@cleans_text
@repeated_on_deadlock
def record_count(
    *,
    take: StockTake,
    variant_ref: str,
    sku: Annotated[str, Code(64, required=True)],
    quantity: int,
    adds: bool = False,
    actor: Actor,
) -> StockTakeLine:
    """The number of pieces found, or so many more (`adds`: a scan). Raises `StockTakeNotOpen`, `InvalidQuantity`, and
    `NotInStockTake` for what a count of chosen SKUs does not have; a count of everything takes in what it did not expect.
    `BundleHasNoStock` for pieces of a bundle: its parts are counted.
    """
    with transaction.atomic():
        take = _lock(take.pk)
        if take.state != StockTakeState.OPEN:
            raise StockTakeNotOpen
        line = take.lines.filter(variant_ref=variant_ref).first()
        if line is None:
            line = _unexpected_line(take, variant_ref, sku)
        item = StockItem.objects.select_for_update().get(pk=line.stock_item_id)
        counted = (line.counted or 0) + quantity if adds else quantity
        if counted:
            require_no_bundles([item])
        if not 0 <= counted <= MAX_ON_HAND:
            raise InvalidQuantity(
                gettext("%(quantity)s is not a number of pieces.") % {"quantity": counted}
            )
        moved = line.at_count is not None and line.at_count != item.on_hand
        line.has_moved = adds and (line.has_moved or moved)
        line.counted, line.at_count = counted, item.on_hand
        line.counted_at, line.counted_by = now(), actor.label[:200]
        line.save(update_fields=["counted", "at_count", "has_moved", "counted_at", "counted_by"])
        note("stock_take.counted", take, after={"sku": line.sku, "counted": counted})
    return line


@cleans_text
@repeated_on_deadlock
def close_stock_take(
    *, take: StockTake, reason: Annotated[str, Line(150)] = "", actor: Actor
) -> StockTake:
    """Book the differences, one movement each; rows that were not counted stay as they are. Repeatable.

    Raises `StockPromised` where less was found than is promised to orders, `BundleHasNoStock` for pieces of what has become
    a bundle since (count it to 0), and `StockTakeOvertaken` for rows that were
    corrected elsewhere after they were counted here: count those again. Then nothing is booked.
    """
    with transaction.atomic():
        take = _lock(take.pk)
        if take.state == StockTakeState.CLOSED:
            return take
        _move(take, StockTakeState.CLOSED)
        lines = [line for line in _counted(take) if line.difference]
        _require_not_overtaken(lines)
        said = f"{take.name}: {reason}" if reason else take.name
        for portion in portions(lines, BATCH):
            _book(take, portion, said[:200], actor)
        _end(take, actor)
        note("stock_take.closed", take, after={"differences": len(lines), "reason": reason})
    return take


@repeated_on_deadlock
def cancel_stock_take(*, take: StockTake, actor: Actor) -> StockTake:
    """Give the count up: nothing is booked. Repeatable."""
    with transaction.atomic():
        take = _lock(take.pk)
        if take.state != StockTakeState.CANCELLED:
            _move(take, StockTakeState.CANCELLED)
            _end(take, actor)
            note("stock_take.cancelled", take)
    return take


def _lock(take_id: UUID) -> StockTake:
    return StockTake.objects.select_for_update().get(pk=take_id)


def _move(take: StockTake, target: StockTakeState) -> None:
    require_transition(
        STOCK_TAKE_TRANSITIONS,
        subject=gettext("The stock take %(name)s") % {"name": take.name},
        current=StockTakeState(take.state),
        target=target,
    )
    take.state = target


def _end(take: StockTake, actor: Actor) -> None:
    take.open_slot, take.ended_at, take.ended_by = None, now(), actor.label[:200]
    take.save(update_fields=["state", "open_slot", "ended_at", "ended_by"])


def _read_skus(text: str) -> list[str]:
    found: dict[str, str] = {}
    for line in text.replace(",", "\n").splitlines():
        try:
            sku = clean_code(line, most=64)
        except NotText as error:
            raise InvalidStockTake(str(error)) from None
        if sku:
            found.setdefault(fold_code(sku), sku)
    return list(found.values())


def _require_known(warehouse: Warehouse, skus: Sequence[str]) -> None:
    known = {fold_code(sku) for item in _items(warehouse, skus) for sku in [item.sku]}
    missing = [sku for sku in skus if fold_code(sku) not in known]
    if missing:
        raise InvalidStockTake(
            gettext("%(warehouse)s has no stock with the SKU %(skus)s.")
            % {"warehouse": warehouse.name, "skus": ", ".join(missing[:_MOST_NAMED])}
        )


def _items(warehouse: Warehouse, skus: Sequence[str]) -> Iterator[StockItem]:
    """All of the warehouse where no SKUs are named."""
    rows = StockItem.objects.filter(warehouse=warehouse).order_by("pk")
    if not skus:
        yield from rows.iterator(chunk_size=BATCH)
        return
    for portion in portions(skus, BATCH):
        wanted = {fold_code(sku) for sku in portion}
        for item in rows.filter(sku__in=_spellings_of(portion)):
            if fold_code(item.sku) in wanted:
                yield item


def _spellings_of(skus: Iterable[str]) -> set[str]:
    """As typed, in capitals and in small letters: a database may compare with case."""
    return {each for sku in skus for each in (sku, sku.upper(), sku.lower())}


def _add_lines(take: StockTake) -> int:
    count = 0
    items = _items(take.warehouse, _read_skus(take.skus))
    for portion in portions(items, BATCH):
        lines = [
            StockTakeLine(
                take=take,
                stock_item=item,
                variant_ref=item.variant_ref,
                sku=item.sku,
                expected=item.on_hand,
            )
            for item in portion
        ]
        count += len(StockTakeLine.objects.bulk_create(lines))
    return count


def _unexpected_line(take: StockTake, variant_ref: str, sku: str) -> StockTakeLine:
    if take.skus:
        raise NotInStockTake(gettext("%(sku)s is not in this stock take.") % {"sku": sku})
    item = receive_stock(variant_ref=variant_ref, sku=sku, quantity=0, warehouse=take.warehouse)
    require_no_bundles([item])
    return StockTakeLine.objects.create(
        take=take,
        stock_item=item,
        variant_ref=variant_ref,
        sku=item.sku,
        expected=item.on_hand,
    )


def _counted(take: StockTake) -> Iterable[StockTakeLine]:
    rows = take.lines.filter(counted__isnull=False).order_by("stock_item_id")
    return rows.iterator(chunk_size=BATCH)


def _require_not_overtaken(lines: Sequence[StockTakeLine]) -> None:
    for portion in portions(lines, BATCH):
        counted = {line.stock_item_id: line for line in portion}
        first: datetime = min(line.counted_at for line in portion if line.counted_at)
        corrected = Movement.objects.filter(
            stock_item__in=list(counted), kind=MovementKind.ADJUST, created_at__gt=first
        )
        late = {
            counted[item].sku
            for item, at in corrected.values_list("stock_item_id", "created_at")
            if at > (counted[item].counted_at or at)
        }
        if late:
            raise StockTakeOvertaken(
                gettext("%(skus)s: corrected elsewhere since. Count again, then close.")
                % {"skus": ", ".join(sorted(late)[:_MOST_NAMED])}
            )


def _book(take: StockTake, lines: Sequence[StockTakeLine], reason: str, actor: Actor) -> None:
    differences = {line.stock_item_id: line.difference or 0 for line in lines}
    items = StockItem.objects.select_for_update().filter(pk__in=list(differences)).order_by("pk")
    rows = list(items)
    refused = [sentence for item in rows if (sentence := _refusal(item, differences[item.pk]))]
    if refused:
        raise StockPromised(" ".join(refused[:_MOST_NAMED]))
    require_no_bundles(item for item in rows if item.on_hand + differences[item.pk])
    apply_changes(
        [Change(item.pk, MovementKind.ADJUST, on_hand=differences[item.pk]) for item in rows],
        reference=str(take.pk),
        reason=reason,
        actor=actor,
    )
    for item in rows:
        follow_on_hand(item, item.on_hand + differences[item.pk])
    note_crossing([item.variant_ref for item in rows])


def _refusal(item: StockItem, difference: int) -> str:
    """A sentence where the count can't be booked."""
    try:
        require_countable(stock_item=item, on_hand=item.on_hand + difference)
    except (StockPromised, InvalidQuantity) as error:
        return str(error)
    return ""
