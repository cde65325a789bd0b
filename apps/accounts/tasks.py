"""Periodic tasks of accounts."""

from celery import shared_task

from apps.accounts import services
from apps.tenancy.tasks import StoreTask


@shared_task(name="accounts.prune_platform", base=StoreTask, platform=True, ignore_result=True)
def prune_platform() -> int:
    """Delete expired sessions and refresh tokens of the platform's own staff; those of stores have a sweep."""
    return services.prune_sessions_and_tokens()
