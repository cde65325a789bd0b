"""Starting a task of the active store when the broker may be down."""

from datetime import timedelta
from typing import Any

import structlog

from apps.common.clock import now
from apps.platform.services.wake_ups import note_wake_up
from apps.tenancy.coalescing import publish_once
from apps.tenancy.context import current_store_or_none

log = structlog.get_logger(__name__)


def publish_or_wake(task: Any, *, after: timedelta) -> None:
    """Publish the task once. An unreachable broker does not fail the request: the store is noted to be woken `after` that
    time, and its sweeps do the work. Without a store the slow sweep of the platform finds it."""
    try:
        publish_once(task)
    except Exception as error:  # each broker has errors of its own
        log.warning("A task could not be published.", task=task.name, error=type(error).__name__)
        store = current_store_or_none()
        if store is not None:
            note_wake_up(store_id=store.id, due_at=now() + after)
