"""The only writer of stock counters: changes them and writes the movements, with two statements for any number of
rows."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext

from apps.common.actor import Actor
from apps.common.typed_text import Code, Line, cleans_text
from apps.events import services as events
from apps.inventory.models import Movement, StockItem
from apps.inventory.states import MovementKind, StockPolicy
from apps.tenancy.context import current_actor
from apps.tenancy.inserting import insert_values
from apps.tenancy.prepared import Placeholder, PreparedUpdate
from apps.tenancy.shown_tables import changing_nothing_shown


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

    @property
    def saleable(self) -> int:
        """How many pieces more can be sold: all that pages and the API show of stock."""
        return self.on_hand - self.reserved - self.allocated


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

    The UPDATE itself checks that nothing is sold beyond what is there and the limit of backorders, whatever the caller read
    before; the table's CHECK constraints say the same once more.
    """
    if not changes:
        return
    ids = [change.stock_item_id for change in changes]
    # an order that is paid or leaves makes no new pages
    with nullcontext() if any(one.saleable for one in changes) else changing_nothing_shown():
        updated = _move_counters(
            ids=ids,
            on_hand=[change.on_hand for change in changes],
            reserved=[change.reserved for change in changes],
            allocated=[change.allocated for change in changes],
        )
    if updated != len(ids):
        raise StockMoved(
            gettext("%(value)s of %(value2)s stock items could not be changed.")
            % {"value": len(ids) - updated, "value2": len(ids)}
        )
    label = (actor or current_actor()).label
    insert_values(
        Movement,
        [
            {
                "stock_item_id": change.stock_item_id,
                "kind": change.kind.value,
                "on_hand_delta": change.on_hand,
                "reserved_delta": change.reserved,
                "allocated_delta": change.allocated,
                "order_ref": order_ref,
                "reference": reference,
                "reason": reason,
                "actor_label": label,
            }
            for change in changes
        ],
    )
    events.emit(
        topic="stock.changed", key=str(ids[0]), payload={"items": [str(one) for one in ids]}
    )


def _build_move(ids: Any, on_hand: Any, reserved: Any, allocated: Any) -> Any:
    counters: dict[str, Any] = {
        "on_hand": F("on_hand") + _per_row(ids, on_hand),
        "reserved": F("reserved") + _per_row(ids, reserved),
        "allocated": F("allocated") + _per_row(ids, allocated),
    }
    rows: Any = StockItem.objects.filter(pk__in=ids)
    changeable = rows.alias(**{f"next_{name}": change for name, change in counters.items()}).filter(
        next_reserved__gte=0,
        next_allocated__gte=0,
        next_on_hand__gte=F("next_reserved") + F("next_allocated") - F("backorder_limit"),
    )
    # first: MariaDB computes a value from those that the same statement has set before it
    return changeable, {"backorder_limit": _limit_after(counters), **counters}


def _limit_after(counters: dict[str, Any]) -> Case:
    """Where backorders are denied, what was promised before does not make room for new ones when pieces arrive."""
    owed = counters["reserved"] + counters["allocated"] - counters["on_hand"]
    left = Greatest(Value(0), Least(F("backorder_limit"), owed), output_field=IntegerField())
    return Case(
        When(policy=StockPolicy.DENY, backorder_limit__gt=0, then=left),
        default=F("backorder_limit"),
        output_field=IntegerField(),
    )


_move_counters = PreparedUpdate(_build_move)


def _per_row(ids: Sequence[Placeholder], deltas: Sequence[Placeholder]) -> Case:
    """Each row's own delta as one expression."""
    number = IntegerField()
    return Case(
        *(When(pk=pk, then=delta.typed(number)) for pk, delta in zip(ids, deltas, strict=True)),
        default=Value(0),
        output_field=number,
    )
