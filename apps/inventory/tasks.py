"""Thin wrappers around services, run by Celery inside the store that published them."""

from functools import partial

from celery import shared_task

from apps.inventory import services
from apps.tenancy.coalescing import begin, publish_once
from apps.tenancy.transactions import on_commit_at_home


@shared_task(name="inventory.continue_imports", ignore_result=True)
def continue_imports() -> int:
    """Go on with the tables of stock that were brought in."""
    begin(continue_imports)
    return services.continue_imports()


def import_soon() -> None:
    """Start the task after the commit. If the broker is down the sweeper does it."""
    on_commit_at_home(partial(publish_once, continue_imports), robust=True)
