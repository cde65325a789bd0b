"""Starting the tasks: after a commit, and by the sweeps, which call nothing themselves. `tasks.py` shows them to Celery."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, Final

from celery import shared_task

from apps.easyecom.services.pushing import push_due
from apps.easyecom.services.syncing import read_due
from apps.platform import services as platform
from apps.tenancy.coalescing import begin, publish_once
from apps.tenancy.context import current_store
from apps.tenancy.transactions import on_commit_at_home

LOOK_AGAIN_AFTER: Final = timedelta(seconds=30)


@shared_task(name="easyecom.push_orders", ignore_result=True)
def push_orders() -> int:
    """Bring to EasyEcom what is due."""
    begin(push_orders)
    return push_due()


@shared_task(name="easyecom.read_changes", ignore_result=True)
def read_changes() -> int:
    """Read at EasyEcom what is due."""
    begin(read_changes)
    return read_due()


def start_pushing() -> None:
    """After the commit. If the broker is down or the process dies, a sweep does it: a wake-up is noted first."""
    platform.ensure_wake_up(store_id=current_store().id, after=LOOK_AGAIN_AFTER)
    on_commit_at_home(partial(publish, push_orders), robust=True)


def publish(task: Any) -> None:
    with suppress(Exception):  # of whichever broker; the next sweep publishes again
        publish_once(task)
