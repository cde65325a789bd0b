"""The one door to the counters of stock: change them and write the movements, two statements for any number of rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from django.db.models import Case, Expression, F, IntegerField, Value, When
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.typed_text import Code, Line, cleans_text
from apps.inventory.models import Movement, StockItem
from apps.inventory.states import MovementKind
from apps.tenancy.context import current_actor


class StockMoved(RuntimeError):
    """The counters differ from the locked rows: a writer bypassed the locks. The transaction must end."""


@dataclass(frozen=True)
class Change:
    """A change of one stock item, in pieces."""

    stock_item_id: UUID
    kind: MovementKind
    on_hand: int = 0
    reserved: int = 0
    allocated: int = 0


@cleans_text
def apply_changes(
    changes: Sequence[Change],
    *,
    order_ref: UUID | None = None,
    reference: Annotated[str, Code(64)] = "",
    reason: Annotated[str, Line(200)] = "",
    actor: Actor | None = None,
) -> None:
    """Apply at most one change per stock item, inside a transaction that holds the rows.

    The UPDATE itself checks that nothing is sold that is not there, whatever the caller read before; the table's
    CHECK constraints say the same once more.
    """
    if not changes:
        return
    ids = [change.stock_item_id for change in changes]
    on_hand = F("on_hand") + _per_row(changes, lambda change: change.on_hand)
    reserved = F("reserved") + _per_row(changes, lambda change: change.reserved)
    allocated = F("allocated") + _per_row(changes, lambda change: change.allocated)
    updated = (
        StockItem.objects.filter(pk__in=ids)
        .alias(next_on_hand=on_hand, next_reserved=reserved, next_allocated=allocated)
        .filter(
            next_reserved__gte=0,
            next_allocated__gte=0,
            next_on_hand__gte=F("next_reserved") + F("next_allocated"),
        )
        .update(on_hand=on_hand, reserved=reserved, allocated=allocated)
    )
    if updated != len(ids):
        raise StockMoved(
            gettext("%(value)s of %(value2)s stock items could not be changed.")
            % {"value": len(ids) - updated, "value2": len(ids)}
        )
    label = (actor or current_actor()).label
    Movement.objects.bulk_create(
        Movement(
            stock_item_id=change.stock_item_id,
            kind=change.kind,
            on_hand_delta=change.on_hand,
            reserved_delta=change.reserved,
            allocated_delta=change.allocated,
            order_ref=order_ref,
            reference=reference,
            reason=reason,
            actor_label=label,
        )
        for change in changes
    )


def _per_row(changes: Sequence[Change], delta: Callable[[Change], int]) -> Expression:
    """Each row's own delta as one expression; a plain 0 where the counter does not move at all."""
    moved = [(change.stock_item_id, delta(change)) for change in changes if delta(change)]
    if not moved:
        return Value(0, output_field=IntegerField())
    return Case(
        *(When(pk=stock_item_id, then=Value(value)) for stock_item_id, value in moved),
        default=Value(0),
        output_field=IntegerField(),
    )
