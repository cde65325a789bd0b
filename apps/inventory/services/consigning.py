"""Transfers between warehouses and deliveries of suppliers: drafted, sent, received in part or whole, or cancelled.

Locks: the consignment, then the stock rows sorted by id. Every function may be called again after it was done: it changes
nothing then. Pieces of a transfer leave their warehouse when it is sent, so that they can't be sold while they are on the
way; what never arrives is booked in and written off where it was to go.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.ids import public_number
from apps.common.states import require_transition
from apps.common.typed_text import Line, cleans_text
from apps.inventory.errors import (
    ConsignmentClosed,
    ConsignmentOvertaken,
    InvalidConsignment,
    InvalidQuantity,
    StockPromised,
)
from apps.inventory.models import Consignment, ConsignmentLine, StockItem, Warehouse
from apps.inventory.services.expecting import renew_expected
from apps.inventory.services.ledger import Change, apply_changes
from apps.inventory.services.selling_out import note_crossing
from apps.inventory.services.stocking import MAX_ON_HAND, get_or_create_item, require_no_bundles
from apps.inventory.states import (
    CONSIGNMENT_TRANSITIONS,
    ConsignmentKind,
    ConsignmentState,
    MovementKind,
)
from apps.platform.auditing import audited, note
from apps.tenancy.retrying import repeated_on_deadlock

MOST_LINES: Final = 500


@dataclass(frozen=True)
class LineInput:
    """Pieces of one variant."""

    variant_ref: str
    sku: str
    quantity: int


@cleans_text
@repeated_on_deadlock
def save_consignment(
    *,
    kind: ConsignmentKind,
    destination: Warehouse,
    lines: Sequence[LineInput],
    source: Warehouse | None = None,
    supplier: Annotated[str, Line(120)] = "",
    expected_on: date | None = None,
    note: Annotated[str, Line(200)] = "",
    key: UUID,
    sends: bool = False,
    actor: Actor | None = None,
) -> Consignment:
    """Make a draft with that id, or replace all of it. Raises `InvalidConsignment`; `ConsignmentClosed` once it is sent.

    `sends`: it is sent at once; what refuses that leaves no draft.
    """
    _check(kind, source, destination, lines)
    require_no_bundles(lines)
    with transaction.atomic():
        row = Consignment.objects.select_for_update().filter(pk=key).first()
        if row is None:
            prefix = "T" if kind == ConsignmentKind.TRANSFER else "D"
            row = Consignment(pk=key, number=f"{prefix}-{public_number()}", kind=kind)
        else:
            if row.state != ConsignmentState.DRAFT:
                raise ConsignmentClosed
        with audited("consignment.saved", row):
            row.source = source if kind == ConsignmentKind.TRANSFER else None
            row.destination = destination
            row.supplier = "" if kind == ConsignmentKind.TRANSFER else supplier
            row.expected_on, row.note = expected_on, note
            row.save()
        row.lines.all().delete()
        ConsignmentLine.objects.bulk_create(
            ConsignmentLine(
                consignment=row, variant_ref=each.variant_ref, sku=each.sku, quantity=each.quantity
            )
            for each in lines
        )
        return send_consignment(consignment=row, actor=actor) if sends else row


@repeated_on_deadlock
def send_consignment(*, consignment: Consignment, actor: Actor | None = None) -> Consignment:
    """A transfer leaves its warehouse, a delivery is ordered. Raises `StockPromised` for pieces that are not there, or
    belong to orders, `BundleHasNoStock` for what has become a bundle."""
    with transaction.atomic():
        row = _lock(consignment)
        if row.state == ConsignmentState.SENT:
            return row
        _require(row, ConsignmentState.SENT)
        lines = list(row.lines.all())
        coming = _items(row.destination, lines)
        leaving = _items_there(row.source, lines) if row.source is not None else {}
        _lock_items([*coming.values(), *leaving.values()])
        require_no_bundles(lines)
        if row.is_transfer:
            _take_out(row, lines, leaving, actor)
        with audited("consignment.sent", row):
            _move(row, ConsignmentState.SENT)
            row.sent_at = now()
            row.save(update_fields=["state", "sent_at"])
        renew_expected(item.pk for item in coming.values())
    return row


@cleans_text
@repeated_on_deadlock
def receive_consignment(
    *,
    consignment: Consignment,
    received: Mapping[UUID, int],
    missing: Mapping[UUID, int] | None = None,
    seen: Mapping[UUID, int] | None = None,
    reason: Annotated[str, Line(200)] = "",
    actor: Actor | None = None,
) -> Consignment:
    """Book what has arrived: by line, how many **in all**, so that a repeat changes nothing; `missing` likewise, which will
    not arrive, with a reason. Lines that are not named stay as they are.

    With nothing left on the way it is received. `seen`: the pieces that the form showed as arrived; raises
    `ConsignmentOvertaken` where others came meanwhile.
    """
    with transaction.atomic():
        row = _lock(consignment)
        lines = list(row.lines.all())
        steps = [_step(line, received, missing or {}) for line in lines]
        if not any(step.is_any for step in steps):
            return row
        if row.state != ConsignmentState.SENT:
            raise ConsignmentClosed
        for step in steps:
            step.require(seen or {}, reason)
        items = _items(row.destination, lines)
        _lock_items(items.values())
        require_no_bundles(step.line for step in steps if step.arrived)
        _book(row, steps, items, reason, actor)
        for step in steps:
            step.line.received += step.arrived
            step.line.missing += step.lost
            step.line.reason = reason if step.lost else step.line.reason
        ConsignmentLine.objects.bulk_update(lines, ["received", "missing", "reason"])
        _note_received(row, steps, reason)
        if not any(line.on_the_way for line in lines):
            _close(row, ConsignmentState.RECEIVED)
        note_crossing(step.line.variant_ref for step in steps if step.arrived)
        renew_expected(item.pk for item in items.values())
    return row


@repeated_on_deadlock
def reschedule_consignment(*, consignment: Consignment, expected_on: date | None) -> Consignment:
    """Another day. Pages and orders that wait for it say so at once."""
    with transaction.atomic():
        row = _lock(consignment)
        if row.state not in (ConsignmentState.DRAFT, ConsignmentState.SENT):
            raise ConsignmentClosed
        with audited("consignment.rescheduled", row):
            row.expected_on = expected_on
            row.save(update_fields=["expected_on"])
        if row.state == ConsignmentState.SENT:
            items = _items(row.destination, list(row.lines.all()))
            _lock_items(items.values())
            renew_expected(item.pk for item in items.values())
    return row


@repeated_on_deadlock
def cancel_consignment(*, consignment: Consignment, actor: Actor | None = None) -> Consignment:
    """Give it up; the pieces of a transfer that is on its way are back in their warehouse. Raises `ConsignmentClosed` where
    some have arrived: receive the rest, or book it as missing."""
    with transaction.atomic():
        row = _lock(consignment)
        if row.state == ConsignmentState.CANCELLED:
            return row
        lines = list(row.lines.all())
        if any(line.received or line.missing for line in lines):
            raise ConsignmentClosed(
                gettext("Some of it has arrived. Receive the rest, or book it as missing.")
            )
        _require(row, ConsignmentState.CANCELLED)
        was_sent = row.state == ConsignmentState.SENT
        with audited("consignment.cancelled", row):
            _close(row, ConsignmentState.CANCELLED)
        if was_sent:
            _call_back(row, lines, actor)
    return row


@dataclass(frozen=True)
class _Step:
    """What a form adds to a line."""

    line: ConsignmentLine
    arrived: int
    lost: int

    @property
    def is_any(self) -> bool:
        return bool(self.arrived or self.lost)

    def require(self, seen: Mapping[UUID, int], reason: str) -> None:
        line = self.line
        is_overtaken = seen.get(line.pk, line.received) != line.received
        if is_overtaken or self.arrived < 0 or self.lost < 0:
            raise ConsignmentOvertaken
        if self.arrived + self.lost > line.on_the_way:
            raise InvalidQuantity(
                gettext("Of %(sku)s %(pieces)s are on the way.")
                % {"sku": line.sku, "pieces": line.on_the_way}
            )
        if self.lost and not reason:
            raise InvalidConsignment(fields={"reason": [gettext("Say why pieces are missing.")]})


def _note_received(row: Consignment, steps: Sequence[_Step], reason: str) -> None:
    facts: dict[str, object] = {"arrived": sum(step.arrived for step in steps)}
    if lost := sum(step.lost for step in steps):
        facts |= {"missing": lost, "reason": reason}
    note("consignment.received", row, before={}, after=facts)


def _step(
    line: ConsignmentLine, received: Mapping[UUID, int], missing: Mapping[UUID, int]
) -> _Step:
    return _Step(
        line,
        received.get(line.pk, line.received) - line.received,
        missing.get(line.pk, line.missing) - line.missing,
    )


def _check(
    kind: ConsignmentKind,
    source: Warehouse | None,
    destination: Warehouse,
    lines: Sequence[LineInput],
) -> None:
    if kind == ConsignmentKind.TRANSFER and source is None:
        raise InvalidConsignment(fields={"source": [gettext("Say where it comes from.")]})
    if source is not None and source.pk == destination.pk:
        raise InvalidConsignment(fields={"destination": [gettext("Choose another warehouse.")]})
    if not lines:
        raise InvalidConsignment(fields={"lines": [gettext("Say which pieces are sent.")]})
    if len(lines) > MOST_LINES or len({each.variant_ref for each in lines}) < len(lines):
        sentence = gettext("At most %(most)s products, each once.") % {"most": MOST_LINES}
        raise InvalidConsignment(fields={"lines": [sentence]})
    if any(not 0 < each.quantity <= MAX_ON_HAND for each in lines):
        raise InvalidQuantity


def _take_out(
    row: Consignment,
    lines: Sequence[ConsignmentLine],
    found: Mapping[str, StockItem],
    actor: Actor | None,
) -> None:
    """Of locked rows: only pieces that are promised to no order."""
    wanted = {line.variant_ref: line for line in lines}
    for ref, line in wanted.items():
        free = max(found[ref].available, 0) if ref in found else 0
        if free < line.quantity:
            raise StockPromised(
                gettext("Of %(sku)s only %(free)s are there and free.")
                % {"sku": line.sku, "free": free},
                sku=line.sku,
                available=free,
            )
    changes = [
        Change(item.pk, MovementKind.MOVE_OUT, on_hand=-wanted[ref].quantity)
        for ref, item in found.items()
    ]
    apply_changes(changes, reference=row.number, reason=row.note, actor=actor)
    note_crossing(wanted)


def _book(
    row: Consignment,
    steps: Sequence[_Step],
    items: Mapping[str, StockItem],
    reason: str,
    actor: Actor | None,
) -> None:
    """A delivery's missing pieces never were the store's; those of a transfer come in and are written off."""
    kind = MovementKind.MOVE_IN if row.is_transfer else MovementKind.RECEIVE
    came = {
        items[step.line.variant_ref].pk: step.arrived + (step.lost if row.is_transfer else 0)
        for step in steps
    }
    for item in items.values():
        if item.on_hand + came.get(item.pk, 0) > MAX_ON_HAND:
            raise InvalidQuantity
    changes = [Change(item, kind, on_hand=pieces) for item, pieces in came.items() if pieces]
    apply_changes(changes, reference=row.number, reason=row.note, actor=actor)
    if row.is_transfer:
        gone = [
            Change(items[step.line.variant_ref].pk, MovementKind.WRITE_OFF, on_hand=-step.lost)
            for step in steps
            if step.lost
        ]
        apply_changes(gone, reference=row.number, reason=reason, actor=actor)


def _call_back(row: Consignment, lines: Sequence[ConsignmentLine], actor: Actor | None) -> None:
    """Row by row sorted by id: pieces back to the source, no day any more at the destination."""
    coming = _items(row.destination, lines)
    back = _items(row.source, lines) if row.source is not None else {}
    _lock_items([*coming.values(), *back.values()])
    require_no_bundles(lines if back else ())
    changes = [
        Change(back[line.variant_ref].pk, MovementKind.MOVE_IN, on_hand=line.quantity)
        for line in lines
        if back
    ]
    apply_changes(changes, reference=row.number, reason=gettext("Cancelled"), actor=actor)
    note_crossing(back)
    renew_expected(item.pk for item in coming.values())


def _items(warehouse: Warehouse, lines: Sequence[ConsignmentLine]) -> dict[str, StockItem]:
    """The stock rows of the lines there; missing ones are made."""
    found = _items_there(warehouse, lines)
    for line in sorted(lines, key=lambda line: line.variant_ref):
        if line.variant_ref not in found:
            found[line.variant_ref] = get_or_create_item(warehouse, line.variant_ref, sku=line.sku)
    return found


def _items_there(warehouse: Warehouse, lines: Sequence[ConsignmentLine]) -> dict[str, StockItem]:
    refs = [line.variant_ref for line in lines]
    rows = StockItem.objects.filter(warehouse=warehouse, variant_ref__in=refs)
    return {item.variant_ref: item for item in rows}


def _lock_items(items: Iterable[StockItem]) -> None:
    """Lock them sorted by id, and read their counters again."""
    known = {item.pk: item for item in items}
    rows = StockItem.objects.select_for_update().filter(pk__in=sorted(known)).order_by("pk")
    for row in rows:
        item = known[row.pk]
        item.on_hand, item.reserved, item.allocated = row.on_hand, row.reserved, row.allocated


def _lock(consignment: Consignment) -> Consignment:
    return Consignment.objects.select_for_update().get(pk=consignment.pk)


def _require(row: Consignment, target: ConsignmentState) -> None:
    if target not in CONSIGNMENT_TRANSITIONS[ConsignmentState(row.state)]:
        raise ConsignmentClosed


def _move(row: Consignment, target: ConsignmentState) -> None:
    require_transition(
        CONSIGNMENT_TRANSITIONS,
        subject="The consignment",
        current=ConsignmentState(row.state),
        target=target,
    )
    row.state = target


def _close(row: Consignment, target: ConsignmentState) -> None:
    _move(row, target)
    row.closed_at = now()
    row.save(update_fields=["state", "closed_at"])
