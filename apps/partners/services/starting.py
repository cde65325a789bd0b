"""The task that sends to one endpoint, and starting it after a commit. `tasks.py` shows it to Celery."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from celery import shared_task
from django.core.cache import cache

from apps.partners.services import sending
from apps.platform import services as platform
from apps.tenancy.context import current_store
from apps.tenancy.transactions import on_commit_at_home

LOOK_AGAIN_AFTER: Final = timedelta(seconds=30)
_LOST_AFTER: Final = 5  # seconds, then a published task counts as lost


@shared_task(name="partners.send_webhooks", ignore_result=True)
def send_webhooks(endpoint_id: str) -> int:
    """Send what is due for one endpoint of the store."""
    cache.delete(_key(endpoint_id))
    return sending.send_due(UUID(endpoint_id))


def start_sending(endpoint_id: UUID) -> None:
    """After the commit. If the broker is down or the process dies, a sweep does it: a wake-up is noted first."""
    platform.ensure_wake_up(store_id=current_store().id, after=LOOK_AGAIN_AFTER)
    on_commit_at_home(partial(publish, endpoint_id), robust=True)


def publish(endpoint_id: UUID) -> None:
    """One task that was published and has not begun is enough: it reads this commit, too."""
    if not cache.add(_key(str(endpoint_id)), 1, _LOST_AFTER) and _keeps_anything():
        return
    with suppress(Exception):  # of whichever broker; the sweep publishes again
        send_webhooks.apply_async((str(endpoint_id),), retry=False)


def _keeps_anything() -> bool:
    """Without the shared cache `add` says no to everything."""
    answering: bool = getattr(cache, "is_answering", True)
    return answering


def _key(endpoint_id: str) -> str:
    return f"published:partners.send_webhooks:{endpoint_id}"
