"""The days on which a buyer expects what is awaited: kept as they were said last."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from apps.common.actor import Actor
from apps.inventory.queue import Waiting
from apps.orders.models import Order, OrderEvent, OrderLine
from apps.orders.services.history import record


def move_days(
    order: Order,
    *,
    awaited: Mapping[OrderLine, Waiting],
    expected: tuple[date, date] | None,
    actor: Actor | None = None,
) -> OrderEvent:
    """These pieces of the locked order come at other days than its buyer knows; the order as a whole between the two days
    (None: not known). The event keeps both."""
    days: dict[UUID, dict[str, object]] = {}
    for line, waiting in awaited.items():
        days[line.pk] = {
            "before": _text(line.awaited_until),
            "expected_on": _text(waiting.expected_on),
            "quantity": waiting.quantity,
            "is_preorder": waiting.is_preorder,
        }
        line.awaited_quantity = max(line.awaited_quantity, waiting.quantity)
        line.awaited_until, line.is_preorder = waiting.expected_on, waiting.is_preorder
    OrderLine.objects.bulk_update(
        list(awaited), ["awaited_quantity", "awaited_until", "is_preorder"]
    )
    order.expected_from, order.expected_until = expected or (None, None)
    order.save(update_fields=["expected_from", "expected_until"])
    return record(
        order,
        kind="order.days_moved",
        changes={},
        actor=actor,
        days={str(key): facts for key, facts in days.items()},
    )


def expect_gift_cards(*, order_ref: UUID, until: date | None) -> None:
    """The last day of its gift cards that wait; None: the last one was sent or closed."""
    row = Order.objects.filter(pk=order_ref)
    if until is None:
        row = row.filter(gift_cards_until__isnull=False)
    row.update(gift_cards_until=until)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
