"""The one door to an order's states: lock the row, change it, write down what changed, in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction

from apps.common.actor import Actor
from apps.common.clock import now
from apps.common.typed_text import Block, cleans_text
from apps.common.web import normalize_email
from apps.orders.models import Order, OrderEvent
from apps.orders.states import derive_status
from apps.platform.auditing import note
from apps.tenancy.context import current_actor
from apps.tenancy.retrying import repeated_on_deadlock


def lock_order(order: Order) -> Order:
    """Lock the order's row until the transaction ends and bring `order` itself up to date. One statement."""
    order.refresh_from_db(from_queryset=Order.objects.select_for_update())
    return order


def record(
    order: Order,
    *,
    kind: str,
    changes: Mapping[str, Any],
    actor: Actor | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> OrderEvent:
    """Apply `changes` to the locked order and add the event that says so. Two statements.

    `facts` are what people want to read in the timeline; `changes` alone rebuild the state.
    """
    before = {field: _plain(getattr(order, field)) for field in changes}
    for field, value in changes.items():
        setattr(order, field, value)
    order.status = derive_status(
        payment_state=order.payment_state,
        fulfilment_state=order.fulfilment_state,
        is_cancelled=order.is_cancelled,
    )
    order.event_count += 1
    order.save(update_fields=[*changes, "status", "event_count"])
    event = build_event(order, kind=kind, changes=changes, actor=actor, at=at, **facts)
    event.save(force_insert=True)
    plain = {name: value for name, value in facts.items() if not isinstance(value, Mapping | list)}
    note(kind, order, before=before, after={**plain, **event.data["changes"]})
    return event


def build_event(
    order: Order,
    *,
    kind: str,
    changes: Mapping[str, Any],
    actor: Actor | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> OrderEvent:
    """The event with the order's current `event_count` as its sequence, not saved."""
    return OrderEvent(
        **event_values(order, kind=kind, changes=changes, actor=actor, at=at, facts=facts)
    )


def event_values(
    order: Order,
    *,
    kind: str,
    changes: Mapping[str, Any],
    actor: Actor | None,
    at: datetime | None,
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """The columns of such an event."""
    who = actor or current_actor()
    return {
        "order_id": order.pk,
        "sequence": order.event_count,
        "kind": kind,
        "data": {**facts, "changes": {name: _plain(value) for name, value in changes.items()}},
        "actor_kind": who.kind.value,
        "actor_label": who.label,
        "created_at": at or now(),
    }


@cleans_text
@repeated_on_deadlock
def add_note(
    *, order: Order, text: Annotated[str, Block(2000, required=True)], actor: Actor | None = None
) -> OrderEvent:
    """Write a remark of the staff into the order's history. It changes nothing else."""
    with transaction.atomic():
        lock_order(order)
        return record(order, kind="order.note_added", changes={}, actor=actor, text=text)


@repeated_on_deadlock
def add_to_account(
    *, order: Order, customer_id: UUID, email: str, actor: Actor | None = None
) -> bool:
    """Put a guest's order among the orders of the account with the same e-mail address. Repeatable.

    The caller has opened the order's link. False for an order of another address or another account.
    """
    with transaction.atomic():
        lock_order(order)
        is_same = normalize_email(order.email) == normalize_email(email)
        if order.customer_id is None and is_same:
            order.customer_id = customer_id
            order.save(update_fields=["customer"])
            record(order, kind="order.added_to_account", changes={}, actor=actor)
    return order.customer_id == customer_id


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
