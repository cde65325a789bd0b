"""Celery's way to the clock of subscriptions. Run with no store active."""

from celery import shared_task

from apps.billing import services
from apps.tenancy.tasks import StoreTask


@shared_task(base=StoreTask, name="billing.take_due_steps", platform=True)
def take_due_steps() -> int:
    """Reminders, periods, invoices, suspensions that are due."""
    return services.take_due_steps()
