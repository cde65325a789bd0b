"""The relay's Celery tasks, in a store and on the platform. `tasks.py` shows them to Celery."""

from contextlib import suppress
from typing import Final

from celery import shared_task
from django.core.cache import cache
from redis.exceptions import RedisError

from apps.events.services import delivery, pruning
from apps.tenancy.context import current_store_or_none
from apps.tenancy.tasks import StoreTask

_PUBLISHED: Final = "events:relay_published"
_LOST_AFTER: Final = 5  # seconds, then a published task counts as lost


@shared_task(name="events.relay_outbox", ignore_result=True)
def relay_outbox() -> int:
    """Deliver the messages of the store the task was started in."""
    _forget_published()
    return delivery.relay_outbox()


@shared_task(name="events.relay_platform_outbox", base=StoreTask, platform=True, ignore_result=True)
def relay_platform_outbox() -> int:
    """Deliver the platform's own messages, and prune there; also runs on the clock."""
    _forget_published()
    delivered = delivery.relay_outbox()
    pruning.prune()
    return delivered


def start_relay() -> None:
    """Publish the task of the active home, after a commit. One that was published and has not begun is enough: it
    reads this commit, too."""
    if not _is_first():
        return
    try:
        if current_store_or_none() is None:
            relay_platform_outbox.apply_async(retry=False)
        else:
            relay_outbox.apply_async(retry=False)
    except Exception:
        _forget_published()
        raise


def _is_first() -> bool:
    """Without the cache every commit publishes."""
    try:
        return cache.add(_PUBLISHED, 1, _LOST_AFTER)
    except RedisError:
        return True


def _forget_published() -> None:
    """Before the messages are read: who commits from now on publishes again."""
    with suppress(RedisError):
        cache.delete(_PUBLISHED)
