"""Periodic tasks of accounts."""

from celery import shared_task

from apps.accounts import services
from apps.accounts.visiting.services import end_over_visits, forget_unused_links
from apps.tenancy.tasks import StoreTask


@shared_task(name="accounts.prune_platform", base=StoreTask, platform=True, ignore_result=True)
def prune_platform() -> int:
    """Delete expired sessions and refresh tokens of the platform's own staff, and links into stores that were not used; sessions and
    tokens of stores have a sweep."""
    return services.prune_sessions_and_tokens() + forget_unused_links()


@shared_task(name="accounts.end_visits", base=StoreTask, platform=True, ignore_result=True)
def end_visits() -> int:
    """End the visits in stores' admins whose time is over: they worked no more, and now both logs have their end."""
    return end_over_visits()
