"""Tables of stock, brought in by staff: checked row by row, shown, then applied row by row.

A portion of rows is one transaction together with `done_rows`, which is compared under the lock of the import: whatever
a crash leaves, a sweep goes on with the next portion, and no row is applied twice.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, BinaryIO, Final, cast
from uuid import UUID

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.utils.translation import gettext

from apps.common.actor import Actor, ActorKind
from apps.common.clock import now
from apps.common.csv_files import NotATable
from apps.common.errors import DomainError, Unavailable
from apps.common.ids import new_id
from apps.common.portions import portions
from apps.common.states import require_transition
from apps.common.text import fold_code
from apps.common.typed_text import Line, cleans_text
from apps.events import services as events
from apps.inventory.errors import FileTooLarge, NoWarehouse
from apps.inventory.models import Bundle, StockImport, StockImportFault, StockItem, Warehouse
from apps.inventory.selectors import get_default_warehouse
from apps.inventory.services.import_words import interruption, refusal, stopped
from apps.inventory.services.ledger import Change, StockMoved, apply_changes
from apps.inventory.services.selling_out import note_crossing
from apps.inventory.services.stock_table import StockRow, named_twice, read_stock_rows
from apps.inventory.services.stocking import follow_on_hand, require_countable, wait_for_bundles
from apps.inventory.states import STOCK_IMPORT_TRANSITIONS, MovementKind, StockImportState
from apps.inventory.variants import find_variants
from apps.platform.auditing import note
from apps.platform.services.storage import limits_uploads
from apps.platform.sweeps import do_each
from apps.tenancy.retrying import repeated_on_deadlock

log = structlog.get_logger(__name__)

MOST_BYTES: Final = 20 * 1024 * 1024
PORTION: Final = 500
MOST_SHOWN: Final = 100
_FOLDER: Final = "private/stock-imports"
_WORKING: Final = (StockImportState.CHECKING, StockImportState.APPLYING)


@cleans_text
def upload_stock(
    *,
    file: File,
    name: Annotated[str, Line(200)],
    reason: Annotated[str, Line(150)] = "",
    actor: Actor,
) -> StockImport:
    """Keep the file and begin to check it. Nothing of the stock changes. Raises `FileTooLarge` and
    `PlanLimitReached`."""
    if (file.size or 0) > MOST_BYTES:
        raise FileTooLarge
    with events.transaction_with_wake_up():
        with limits_uploads():
            stored = default_storage.save(f"{_FOLDER}/{new_id()}.csv", file)
        batch = StockImport.objects.create(
            name=name, file=stored, reason=reason, actor_label=actor.label[:200]
        )
        note("stock_import.uploaded", batch, after={"name": name})
    return batch


@repeated_on_deadlock
def apply_import(*, batch: StockImport, actor: Actor) -> StockImport:
    """Begin to apply a checked table. Repeatable: a second call changes nothing."""
    with events.transaction_with_wake_up():
        batch = StockImport.objects.select_for_update().get(pk=batch.pk)
        if batch.state not in (StockImportState.APPLYING, StockImportState.DONE):
            _move(batch, StockImportState.APPLYING)
            batch.done_rows, batch.fault_count, batch.moved_at = 0, 0, now()
            batch.actor_label = actor.label[:200]
            batch.save()
            batch.faults.all().delete()
            note("stock_import.applied", batch, after={"changes": batch.change_count})
    return batch


@repeated_on_deadlock
def discard_import(*, batch: StockImport) -> StockImport:
    """Give a table up that was not applied. Repeatable."""
    with transaction.atomic():
        batch = StockImport.objects.select_for_update().get(pk=batch.pk)
        if batch.state != StockImportState.DISCARDED:
            _move(batch, StockImportState.DISCARDED)
            _finish(batch)
            note("stock_import.discarded", batch)
    return batch


@repeated_on_deadlock
def stop_import(*, batch: StockImport) -> StockImport:
    """Give up a table that is being applied: what is applied stays. One that is not is discarded. Repeatable."""
    with transaction.atomic():
        batch = StockImport.objects.select_for_update().get(pk=batch.pk)
        if batch.state != StockImportState.APPLYING:
            return batch if batch.finished_at else discard_import(batch=batch)
        _move(batch, StockImportState.FAILED)
        batch.failure = stopped(batch.done_rows)
        _finish(batch)
        note("stock_import.stopped", batch, after={"done_rows": batch.done_rows})
    return batch


def try_import_again(*, batch: StockImport) -> None:
    """It has another hour before it counts as stuck. Start the task besides."""
    moved = {"moved_at": now(), "failure": ""}
    with transaction.atomic():
        if StockImport.objects.filter(pk=batch.pk, state__in=_WORKING).update(**moved):
            note("stock_import.tried_again", batch)


def continue_imports() -> int:
    """Go on with every import that is being checked or applied. The number of them."""
    waiting = StockImport.objects.filter(state__in=_WORKING).order_by("pk")
    return do_each(list(waiting), lambda batch: continue_import(batch=batch))


def continue_import(*, batch: StockImport) -> bool:
    """Check, or apply, from the first row that is not done. False where another process is at it, or nothing is left."""
    phase = StockImportState(batch.state)
    if phase not in _WORKING:
        return False
    start, rows = 0, list[StockRow]()
    try:
        for rows in portions(_rows_of(batch), PORTION):
            end = start + len(rows)
            if end > batch.done_rows and not _do_portion(batch.pk, phase, rows, start):
                return False
            start = end
    except NotATable as error:
        return _end(batch.pk, phase, StockImportState.FAILED, str(error))
    except FileNotFoundError:
        gone = gettext("The file is gone. Bring it in again.")
        return _end(batch.pk, phase, StockImportState.FAILED, gone)
    except Unavailable:
        raise
    except (DomainError, StockMoved, DataError, IntegrityError):
        # it would be refused at every repeat
        log.exception("stock_import_refused", batch=str(batch.pk), phase=phase.value)
        return _end(batch.pk, phase, StockImportState.FAILED, refusal(phase, rows))
    except DatabaseError:
        raise
    except (
        Exception
    ) as error:  # not the table's fault: it is tried again, and staff see why it does not go on
        StockImport.objects.filter(pk=batch.pk, state=phase).update(
            failure=interruption(error, rows)
        )
        raise
    done = {
        StockImportState.CHECKING: StockImportState.CHECKED,
        StockImportState.APPLYING: StockImportState.DONE,
    }
    return _end(batch.pk, phase, done[phase], "", rows=start)


def _rows_of(batch: StockImport) -> Iterator[StockRow]:
    with default_storage.open(batch.file, "rb") as file:
        yield from read_stock_rows(cast(BinaryIO, file), _read_places().key_of)


@repeated_on_deadlock
def _do_portion(
    batch_id: UUID, phase: StockImportState, rows: Sequence[StockRow], start: int
) -> bool:
    with events.transaction_with_wake_up():
        batch = StockImport.objects.select_for_update().get(pk=batch_id)
        if batch.state != phase:
            return False
        if batch.done_rows != start:  # another process has come here first
            return batch.done_rows >= start + len(rows)
        planned, faults = _plan(rows, makes_rows=phase == StockImportState.APPLYING)
        if phase == StockImportState.APPLYING:
            batch.applied_count += _apply(batch, planned)
        else:
            batch.change_count += len(planned)
            room = max(MOST_SHOWN - len(batch.preview), 0)
            batch.preview = [*batch.preview, *map(_shown, planned[:room])]
        StockImportFault.objects.bulk_create(
            StockImportFault(batch=batch, row=row.number, cells=row.cells, message=said[:400])
            for row, said in faults
        )
        batch.fault_count += len(faults)
        batch.done_rows, batch.moved_at, batch.failure = start + len(rows), now(), ""
        batch.row_count = max(batch.row_count, batch.done_rows)
        batch.save()
    return True


def _end(
    batch_id: UUID,
    phase: StockImportState,
    target: StockImportState,
    failure: str,
    *,
    rows: int | None = None,
) -> bool:
    with transaction.atomic():
        batch = StockImport.objects.select_for_update().get(pk=batch_id)
        if batch.state != phase or (rows is not None and batch.done_rows != rows):
            return False
        _move(batch, target)
        batch.failure = failure
        if target in (StockImportState.DONE, StockImportState.FAILED):
            _finish(batch)
        else:
            batch.save()
    return True


def _finish(batch: StockImport) -> None:
    batch.finished_at = now()
    batch.save()
    name = batch.file
    transaction.on_commit(lambda: default_storage.delete(name), robust=True)


@dataclass(frozen=True)
class _Places:
    """The warehouses as cells name them: by code, or the first one by an empty cell."""

    by_code: dict[str, Warehouse]
    default: Warehouse | None

    def find(self, cell: str) -> Warehouse | None:
        return self.by_code.get(fold_code(cell)) if cell else self.default

    def key_of(self, cell: str) -> Hashable:
        place = self.find(cell)
        return cell if place is None else place.pk


def _read_places() -> _Places:
    try:
        default = get_default_warehouse()
    except NoWarehouse:
        default = None
    return _Places({fold_code(each.code): each for each in Warehouse.objects.all()}, default)


@dataclass(frozen=True)
class _Known:
    """What the rows of a portion name: warehouses by code, variants by SKU, stock by both."""

    places: _Places
    variants: dict[str, tuple[str, str]]
    items: dict[tuple[UUID, str], StockItem]

    def place_of(self, row: StockRow) -> Warehouse | None:
        return self.places.find(row.warehouse)


def _read_known(rows: Sequence[StockRow], *, locks: bool) -> _Known:
    """A document read and three queries for a portion."""
    good = [row for row in rows if not row.fault]
    variants = find_variants(sorted({row.sku for row in good}))
    places = _read_places()
    refs = sorted({ref for ref, _sku in variants.values()})
    items = StockItem.objects.filter(variant_ref__in=refs).order_by("pk")
    if locks:
        items = items.select_for_update()
    by_id = {each.pk: each for each in places.by_code.values()}
    by_place = {(item.warehouse_id, item.variant_ref): item for item in items}
    for item in by_place.values():
        item.warehouse = by_id[item.warehouse_id]
    return _Known(places, variants, by_place)


def _plan(
    rows: Sequence[StockRow], *, makes_rows: bool
) -> tuple[list[tuple[StockRow, StockItem]], list[tuple[StockRow, str]]]:
    """The rows that change something, each with its stock, and those that can't be taken, each with the reason."""
    known = _read_known(rows, locks=makes_rows)
    if makes_rows and _make_missing(rows, known):
        known = _read_known(rows, locks=True)
    planned: list[tuple[StockRow, StockItem]] = []
    faults: list[tuple[StockRow, str]] = []
    refs = {ref for ref, _sku in known.variants.values()}
    rows_of_bundles = Bundle.objects.filter(variant_ref__in=sorted(refs))
    bundles = set(rows_of_bundles.values_list("variant_ref", flat=True))
    seen: set[tuple[UUID, str]] = set()
    for row in rows:
        try:
            item = _item_for(row, known)
            key = (item.warehouse_id, item.variant_ref)
            if key in seen:
                raise NotATable(named_twice())
            seen.add(key)
            if item.variant_ref in bundles and row.on_hand:
                raise NotATable(gettext("This is a bundle: count its parts."))
            if _changes(row, item):
                if row.on_hand is not None:
                    require_countable(stock_item=item, on_hand=row.on_hand, seen=row.was)
                planned.append((row, item))
        except DomainError as error:
            faults.append((row, str(error)))
    return planned, faults


def _item_for(row: StockRow, known: _Known) -> StockItem:
    if row.fault:
        raise NotATable(row.fault)
    place = known.place_of(row)
    if place is None:
        raise NotATable(
            gettext("There is no warehouse with the code %(code)s.") % {"code": row.warehouse}
        )
    variant = known.variants.get(row.sku)
    if variant is None:
        raise NotATable(gettext("There is no variant with the SKU %(sku)s.") % {"sku": row.sku})
    return known.items.get((place.pk, variant[0])) or StockItem(
        warehouse=place, variant_ref=variant[0], sku=variant[1]
    )


def _make_missing(rows: Sequence[StockRow], known: _Known) -> bool:
    missing = {}
    for row in rows:
        place, variant = known.place_of(row), known.variants.get(row.sku)
        if row.fault or place is None or variant is None or (place.pk, variant[0]) in known.items:
            continue
        missing[(place.pk, variant[0])] = StockItem(
            warehouse=place, variant_ref=variant[0], sku=variant[1]
        )
    if missing:
        wait_for_bundles(place for place, _variant in missing)
    StockItem.objects.bulk_create(missing.values(), ignore_conflicts=True)
    return bool(missing)


def _changes(row: StockRow, item: StockItem) -> bool:
    counts = row.on_hand is not None and row.on_hand != item.on_hand
    return counts or _limit_of(row, item) != item.low_stock_at


def _limit_of(row: StockRow, item: StockItem) -> int | None:
    if row.clears_limit:
        return None
    return item.low_stock_at if row.low_stock_at is None else row.low_stock_at


def _apply(batch: StockImport, planned: Sequence[tuple[StockRow, StockItem]]) -> int:
    counted = [
        (row, item)
        for row, item in planned
        if row.on_hand is not None and row.on_hand != item.on_hand
    ]
    apply_changes(
        [
            Change(item.pk, MovementKind.ADJUST, on_hand=(row.on_hand or 0) - item.on_hand)
            for row, item in counted
        ],
        reference=str(batch.pk),
        reason=": ".join(filter(None, [batch.name[:100], batch.reason]))[:200],
        actor=Actor(ActorKind.STAFF, None, batch.actor_label),
    )
    limited = [(row, item) for row, item in planned if _limit_of(row, item) != item.low_stock_at]
    for row, item in limited:
        item.low_stock_at = _limit_of(row, item)
    if limited:
        StockItem.objects.bulk_update([item for _row, item in limited], ["low_stock_at"])
    for row, item in counted:
        follow_on_hand(item, row.on_hand or 0)
    note_crossing([item.variant_ref for _row, item in counted])
    return len(planned)


def _shown(plan: tuple[StockRow, StockItem]) -> dict[str, object]:
    row, item = plan
    return {
        "row": row.number,
        "sku": item.sku,
        "warehouse": item.warehouse.code,
        "was": item.on_hand,
        "on_hand": item.on_hand if row.on_hand is None else row.on_hand,
        "limit_was": item.low_stock_at,
        "limit": _limit_of(row, item),
    }


def _move(batch: StockImport, target: StockImportState) -> None:
    require_transition(
        STOCK_IMPORT_TRANSITIONS,
        subject=gettext("The import %(name)s") % {"name": batch.name},
        current=StockImportState(batch.state),
        target=target,
    )
    batch.state = target
