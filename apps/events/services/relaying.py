"""The relay's Celery tasks, in a store and on the platform. `tasks.py` shows them to Celery."""

from celery import shared_task

from apps.events.services import delivery, pruning
from apps.tenancy.coalescing import begin, publish_once
from apps.tenancy.context import current_store_or_none
from apps.tenancy.tasks import StoreTask


@shared_task(name="events.relay_outbox", ignore_result=True)
def relay_outbox() -> int:
    """Deliver the messages of the store the task was started in."""
    begin(relay_outbox)
    return delivery.relay_outbox()


@shared_task(name="events.relay_platform_outbox", base=StoreTask, platform=True, ignore_result=True)
def relay_platform_outbox() -> int:
    """Deliver the platform's own messages, and prune there; also runs on the clock."""
    begin(relay_platform_outbox)
    delivered = delivery.relay_outbox()
    pruning.prune()
    return delivered


def start_relay() -> None:
    """Publish the task of the active home, after a commit. One that was published and has not begun is enough: it
    reads this commit, too."""
    publish_once(relay_platform_outbox if current_store_or_none() is None else relay_outbox)
