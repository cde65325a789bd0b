"""Thin wrappers around services, run by Celery in the home that published them."""

from datetime import timedelta

from celery import shared_task

from apps.inbox import services as inbox
from apps.inbox.models import InboxMessage
from apps.inbox.states import InboxState
from apps.platform import services as platform
from apps.tenancy.coalescing import begin
from apps.tenancy.context import current_store_or_none
from apps.tenancy.tasks import StoreTask
from apps.tenancy.transactions import on_commit_at_home

# Longer than a broker's restart; the slow sweep of all stores finds the rest.
WITHOUT_BROKER = timedelta(seconds=30)


@shared_task(name="inbox.handle_due", ignore_result=True)
def handle_due() -> int:
    """Handle what is due in the store's inbox."""
    begin(handle_due)
    return inbox.handle_due()


@shared_task(name="inbox.handle_platform_due", base=StoreTask, platform=True, ignore_result=True)
def handle_platform_due() -> int:
    """Handle what is due in the platform's own inbox; also runs on the clock, for what no task has handled."""
    begin(handle_platform_due)
    return inbox.handle_due()


def start_handling(message: InboxMessage) -> None:
    """Start the task after the commit, for a message that nothing has tried."""
    if message.state == InboxState.WAITING and message.attempts == 0:
        on_commit_at_home(publish, robust=True)


def publish() -> None:
    """Start the task, or have the store woken where the broker is down; the clock comes to the platform's inbox anyway."""
    task = handle_platform_due if current_store_or_none() is None else handle_due
    platform.publish_or_wake(task, after=WITHOUT_BROKER)
