"""Celery's way to the sweeps and hosts of stores. Run with no store active."""

from celery import shared_task

from apps.platform import services
from apps.tenancy.tasks import StoreTask


@shared_task(base=StoreTask, name="platform.wake_stores", platform=True)
def wake_stores() -> int:
    """Run the sweeps of stores with a due wake-up."""
    return services.wake_stores()


@shared_task(base=StoreTask, name="platform.wake_all_stores", platform=True)
def wake_all_stores() -> int:
    """Run the sweeps of every store: the fallback for lost wake-ups."""
    return services.wake_all_stores()


@shared_task(base=StoreTask, name="platform.check_domains", platform=True)
def check_domains() -> int:
    """Look for the records of hosts whose next look is due."""
    return services.take_due_checks()
