"""Thin wrappers around services, run by Celery in the home that published them."""

from datetime import timedelta

import structlog
from celery import shared_task

from apps.common.clock import now
from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.inbox.states import InboxState
from apps.platform import services as platform
from apps.tenancy.coalescing import begin, publish_once
from apps.tenancy.context import current_store_or_none
from apps.tenancy.transactions import on_commit_at_home

log = structlog.get_logger(__name__)

# Longer than a broker's restart; the slow sweep of all stores finds the rest.
WITHOUT_BROKER = timedelta(seconds=30)


@shared_task(name="inbox.handle_due", ignore_result=True)
def handle_due() -> int:
    """Handle what is due in the store's inbox."""
    begin(handle_due)
    return inbox.handle_due()


def start_handling(message: InboxMessage) -> None:
    """Start the task after the commit, for a message that nothing has tried."""
    if message.state == InboxState.WAITING and message.attempts == 0:
        on_commit_at_home(publish, robust=True)


def publish() -> None:
    """Publish the task. An unreachable broker does not fail the request: a wake-up is noted instead."""
    try:
        publish_once(handle_due)
    except Exception as error:  # each broker has errors of its own
        log.warning("The task of the inbox could not be published.", error=type(error).__name__)
        store = current_store_or_none()
        if store is not None:
            platform.note_wake_up(store_id=store.id, due_at=now() + WITHOUT_BROKER)
