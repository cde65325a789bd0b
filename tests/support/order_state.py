"""An order's state as its events alone tell it. In every test it equals the rows: no change goes past the events."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from apps.orders.models import Order, OrderEvent
from apps.orders.states import FulfilmentState, OrderPaymentState, derive_status

_PIECES = ("fulfilled", "returned", "cancelled")
_TIMES = frozenset({"paid_at", "shipped_at", "delivered_at", "cancelled_at"})


@dataclass
class OrderState:
    """Everything about an order that changes after it was placed. The last three have pieces by a line's id."""

    payment_state: str = OrderPaymentState.UNPAID.value
    fulfilment_state: str = FulfilmentState.UNFULFILLED.value
    status: str = ""
    refunded_minor: int = 0
    reduced_minor: int = 0
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    event_count: int = 0
    fulfilled: dict[str, int] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)
    cancelled: dict[str, int] = field(default_factory=dict)


def rebuild_order_state(order: Order) -> OrderState:
    """The order's state as its events alone tell it. Equals `read_order_state(order)` unless something went past us."""
    return fold_events(order.events.order_by("sequence"))


def fold_events(events: Iterable[OrderEvent]) -> OrderState:
    """Add the events up, in their sequence."""
    state = OrderState()
    for event in events:
        for name, value in event.data.get("changes", {}).items():
            is_time = name in _TIMES and value is not None
            setattr(state, name, datetime.fromisoformat(value) if is_time else value)
        for name in _PIECES:
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


def read_order_state(order: Order) -> OrderState:
    """The same as the rows say it. One query for the lines."""
    lines = list(order.lines.all())
    return OrderState(
        payment_state=str(order.payment_state),
        fulfilment_state=str(order.fulfilment_state),
        status=str(order.status),
        refunded_minor=order.refunded_minor,
        reduced_minor=order.reduced_minor,
        paid_at=order.paid_at,
        shipped_at=order.shipped_at,
        delivered_at=order.delivered_at,
        cancelled_at=order.cancelled_at,
        event_count=order.event_count,
        **{
            name: {
                str(line.pk): pieces
                for line in lines
                if (pieces := getattr(line, f"{name}_quantity"))
            }
            for name in _PIECES
        },
    )
