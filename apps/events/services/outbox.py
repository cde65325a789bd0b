"""Writes messages in the transaction of their change, and starts the relay after the commit.

Delivery starts in two ways: a task after the commit (fast, but lost if the broker is down or the process dies), and a
wake-up in the master database before it (slow, but durable). `wake_stores` looks there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from apps.common.clock import now
from apps.common.ids import new_id
from apps.common.states import require_transition
from apps.events.consumers import list_consumers
from apps.events.errors import OutsideTransaction
from apps.events.models import OutboxMessage
from apps.events.services.relaying import start_relay
from apps.events.states import MESSAGE_TRANSITIONS, MessageState
from apps.platform import services as platform
from apps.platform.auditing import note
from apps.tenancy.context import current_store_or_none
from apps.tenancy.inserting import insert_values
from apps.tenancy.retrying import repeated_on_deadlock
from apps.tenancy.routers import home_connection
from apps.tenancy.transactions import atomic_at_home, on_commit_at_home

# Longer than any transaction: a wake-up that is due before the commit would find no message and be deleted.
WAKE_UP_AFTER = timedelta(seconds=30)

COPIED = gettext_noop("This store is a copy; its original has delivered this.")

_noted_for: ContextVar[UUID | None] = ContextVar("wake_up_noted_for", default=None)


@contextmanager
def transaction_with_wake_up(*, is_noted: bool = False) -> Iterator[None]:
    """A transaction in the active home that will emit. The wake-up is written first, before any row is locked.

    Nested in another one it is a plain `atomic()`. On the platform no note is needed: its relay runs on the clock.
    `is_noted`: the caller has already written a wake-up that is due after this transaction.
    """
    store = current_store_or_none()
    if store is None or _noted_for.get() == store.id:
        with atomic_at_home():
            yield
        return
    if not is_noted:
        platform.ensure_wake_up(store_id=store.id, after=WAKE_UP_AFTER)
    token = _noted_for.set(store.id)
    try:
        with atomic_at_home():
            yield
    finally:
        _noted_for.reset(token)


def emit(
    *, topic: str, key: str, payload: dict[str, Any], due_after: timedelta = timedelta(0)
) -> None:
    """Write one message per consumer of the topic, in the caller's transaction. One statement; none without consumers.
    It is delivered as soon as it can be, or `due_after` that time.

    Open the transaction by `transaction_with_wake_up()`. In a plain one the wake-up is noted here: nothing is lost,
    but it costs a statement in the master database while the caller holds its locks. Raises `OutsideTransaction`
    where there is no transaction at all.
    """
    if not home_connection().in_atomic_block:
        raise OutsideTransaction(f"{topic} was emitted outside a transaction.")
    consumers = list_consumers(topic)
    if not consumers:
        return
    _ensure_wake_up()
    message_id, at = new_id(), now()
    insert_values(
        OutboxMessage,
        [
            {
                "message_id": message_id,
                "topic": topic,
                "key": key,
                "consumer": consumer,
                "payload": payload,
                "due_at": at + due_after,
                "created_at": at,
            }
            for consumer in consumers
        ],
    )
    start_relay_on_commit()


def is_heard(topic: str) -> bool:
    """Whether a consumer wants messages of this topic now: for news that would need a transaction of their own."""
    return bool(list_consumers(topic))


@repeated_on_deadlock
def replay_message(*, message: OutboxMessage) -> OutboxMessage:
    """Deliver a dead (or delivered) message again, with its counter of attempts reset. A waiting message becomes due
    immediately."""
    with transaction_with_wake_up():
        locked = OutboxMessage.objects.select_for_update().get(pk=message.pk)
        if locked.state != MessageState.PENDING:
            require_transition(
                MESSAGE_TRANSITIONS,
                subject="The message",
                current=MessageState(locked.state),
                target=MessageState.PENDING,
            )
        locked.state, locked.attempts, locked.due_at = MessageState.PENDING, 0, now()
        locked.delivered_at = None
        locked.save(update_fields=["state", "attempts", "due_at", "delivered_at"])
        note(
            "message.sent_again",
            locked,
            before={"state": message.state},
            after={"state": "pending"},
        )
        start_relay_on_commit()
    return locked


def start_relay_on_commit() -> None:
    """Start the relay once when the transaction commits. An unreachable broker does not fail the request: the wake-up
    remains."""
    if not _relay_is_waiting():
        on_commit_at_home(start_relay, robust=True)


def _relay_is_waiting() -> bool:
    """Whether this transaction starts the relay already (an `on_commit` of a rolled back savepoint is gone from here)."""
    return any(entry[1] is start_relay for entry in home_connection().run_on_commit)


def _ensure_wake_up() -> None:
    store = current_store_or_none()
    if store is not None and _noted_for.get() != store.id and not _relay_is_waiting():
        platform.ensure_wake_up(store_id=store.id, after=WAKE_UP_AFTER)


def drop_copied_messages() -> int:
    """Discard the undelivered messages of a restored copy, so that no mail and no push is sent twice. Staff can send a
    message again. The number of messages."""
    pending = OutboxMessage.objects.filter(state=MessageState.PENDING)
    return pending.update(state=MessageState.DEAD, last_error=COPIED)
