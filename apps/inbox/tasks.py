"""Thin wrappers around services, run by Celery in the home that published them."""

from datetime import timedelta

from celery import shared_task

from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.inbox.states import InboxState
from apps.platform import services as platform
from apps.tenancy.coalescing import begin
from apps.tenancy.transactions import on_commit_at_home

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
    """Start the task, or have the store woken where the broker is down."""
    platform.publish_or_wake(handle_due, after=WITHOUT_BROKER)
