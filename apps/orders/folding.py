"""An order's state computed from its events alone. It equals the rows, unless a change went past the events."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from apps.orders.models import Order, OrderEvent, OrderLine
from apps.orders.services.history import lock_order
from apps.orders.states import FulfilmentState, OrderPaymentState, derive_status
from apps.platform.auditing import note
from apps.tenancy.retrying import repeated_on_deadlock

_PIECES: Final = ("fulfilled", "returned", "cancelled")
_AMOUNTS: Final = ("subtotal_minor", "shipping_minor", "tax_minor", "total_minor")
_TIMES: Final = frozenset({"paid_at", "shipped_at", "delivered_at", "cancelled_at", "held_at"})


@dataclass
class OrderState:
    """Everything about an order that changes after it was placed, but for places of people. The last four have pieces by
    a line's id; `added` are those of lines that were added later."""

    payment_state: str = OrderPaymentState.UNPAID.value
    fulfilment_state: str = FulfilmentState.UNFULFILLED.value
    status: str = ""
    subtotal_minor: int = 0
    shipping_minor: int = 0
    tax_minor: int = 0
    total_minor: int = 0
    refunded_minor: int = 0
    reduced_minor: int = 0
    unpaid_minor: int = 0
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    held_at: datetime | None = None
    hold_reason: str = ""
    event_count: int = 0
    fulfilled: dict[str, int] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)
    cancelled: dict[str, int] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class StateDifference:
    """A value of the order, or of one of its lines, that is not the sum of its events."""

    name: str
    stored: Any
    summed: Any


def fold_events(events: Iterable[OrderEvent]) -> OrderState:
    """Add the events up, in their sequence."""
    state = OrderState()
    for event in events:
        if event.kind == "order.created":
            for name in _AMOUNTS:
                setattr(state, name, event.data.get(name, 0))
        for name, value in event.data.get("changes", {}).items():
            is_time = name in _TIMES and value is not None
            setattr(state, name, datetime.fromisoformat(value) if is_time else value)
        for name in (*_PIECES, "added"):
            pieces = getattr(state, name)
            for line_id, quantity in event.data.get(name, {}).items():
                pieces[line_id] = pieces.get(line_id, 0) + quantity
        state.event_count = event.sequence
    state.status = derive_status(
        payment_state=state.payment_state,
        fulfilment_state=state.fulfilment_state,
        is_cancelled=state.cancelled_at is not None,
    ).value
    return state


def rebuild_order_state(order: Order) -> OrderState:
    """One query. Equals `read_order_state(order)` unless something went past the events."""
    return fold_events(order.events.order_by("sequence"))


def read_order_state(order: Order) -> OrderState:
    """The same as the rows say it. One query for the lines."""
    lines = list(order.lines.all())
    values: dict[str, Any] = {name: getattr(order, name) for name in _fields()}
    values |= {name: str(values[name]) for name in ("payment_state", "fulfilment_state", "status")}
    values |= {
        name: {
            str(line.pk): pieces for line in lines if (pieces := getattr(line, f"{name}_quantity"))
        }
        for name in _PIECES
    }
    values["added"] = {str(line.pk): line.quantity for line in lines if line.added_by is not None}
    return OrderState(**values)


def compare_with_events(order: Order) -> list[StateDifference]:
    """Two queries."""
    stored, summed = asdict(read_order_state(order)), asdict(rebuild_order_state(order))
    found = [
        StateDifference(name, stored[name], summed[name])
        for name in _fields()
        if stored[name] != summed[name]
    ]
    skus = {str(line.pk): line.sku for line in order.lines.all()}
    for name in (*_PIECES, "added"):
        for line_id in sorted({*stored[name], *summed[name]}):
            pieces = stored[name].get(line_id, 0), summed[name].get(line_id, 0)
            if pieces[0] != pieces[1]:
                found.append(StateDifference(f"{name} of {skus.get(line_id, line_id)}", *pieces))
    return found


@repeated_on_deadlock
def rewrite_from_events(order: Order) -> list[StateDifference]:
    """Write the sum of the events into the rows, with an entry of the audit log. Returns what was different."""
    with transaction.atomic():
        lock_order(order)
        found = compare_with_events(order)
        if not found:
            return []
        summed = rebuild_order_state(order)
        Order.objects.filter(pk=order.pk).update(
            **{name: getattr(summed, name) for name in _fields()}
        )
        for line in order.lines.all():
            counts = {
                f"{name}_quantity": getattr(summed, name).get(str(line.pk), 0) for name in _PIECES
            }
            if str(line.pk) in summed.added:
                counts["quantity"] = summed.added[str(line.pk)]
            OrderLine.objects.filter(pk=line.pk).update(**counts)
        note(
            "order.rebuilt",
            order,
            before={each.name: _shown(each.stored) for each in found},
            after={each.name: _shown(each.summed) for each in found},
            always=True,
        )
        order.refresh_from_db()
    return found


def _fields() -> list[str]:
    return [name for name in OrderState.__dataclass_fields__ if name not in (*_PIECES, "added")]


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
