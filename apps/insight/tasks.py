"""Celery's way to the figures. Run with no store active."""

from celery import shared_task

from apps.insight import rebuilding
from apps.tenancy.tasks import StoreTask


@shared_task(base=StoreTask, name="insight.rebuild_figures", platform=True)
def rebuild_figures() -> int:
    """Compute the figures of the last days, and of those that were missed."""
    return rebuilding.rebuild_figures().changed
