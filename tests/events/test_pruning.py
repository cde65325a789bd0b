from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.common.clock import now
from apps.events.models import IdempotencyKey, OutboxMessage
from apps.events.services import prune
from apps.events.states import MessageState

pytestmark = pytest.mark.usefixtures("in_store", "system_scope")


@pytest.mark.parametrize(
    ("state", "days", "is_kept"),
    [
        (MessageState.DELIVERED, 8, False),
        (MessageState.DELIVERED, 6, True),
        (MessageState.DEAD, 400, True),
        (MessageState.PENDING, 400, True),
    ],
)
def test_only_what_was_delivered_a_week_ago_goes(state: Any, days: int, is_kept: bool) -> None:
    at = now() - timedelta(days=days)
    OutboxMessage.objects.create(
        message_id=uuid4(), topic="t", key="1", consumer="c", state=state, delivered_at=at
    )
    prune()
    assert OutboxMessage.objects.exists() is is_kept


@pytest.mark.parametrize(("hours", "is_kept"), [(23, True), (25, False)])
def test_an_idempotency_key_is_kept_for_a_day(hours: int, is_kept: bool) -> None:
    IdempotencyKey.objects.create(
        scope="s",
        key="k",
        fingerprint="f",
        holder=uuid4(),
        created_at=now() - timedelta(hours=hours),
    )
    assert prune() == (0 if is_kept else 1)
    assert IdempotencyKey.objects.exists() is is_kept
