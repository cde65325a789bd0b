"""Tasks that say what they see, for `test_celery.py`."""

from celery import Task, shared_task
from django.core.cache import cache
from django.utils import timezone

from apps.accounts.models import User
from apps.orders.models import Order
from apps.tenancy.context import current_actor, current_store_or_none, outside_store
from apps.tenancy.tasks import StoreTask


def _tell(key: str) -> None:
    store = current_store_or_none()
    seen = {
        "store": store.slug if store is not None else None,
        "emails": sorted(User.objects.values_list("email", flat=True)),
    }
    seen["clock"] = timezone.get_current_timezone_name()
    with outside_store():
        cache.set(f"seen:{key}", seen)


@shared_task(name="tests.look")
def look(key: str) -> None:
    _tell(key)


@shared_task(name="tests.look_from_inside")
def look_from_inside(key: str) -> None:
    look.delay(key)


@shared_task(base=StoreTask, name="tests.look_at_platform", platform=True)
def look_at_platform(key: str) -> None:
    _tell(key)


@shared_task(name="tests.look_twice", bind=True, max_retries=1, default_retry_delay=0)
def look_twice(self: Task, key: str) -> None:
    if self.request.retries == 0:
        raise self.retry(countdown=0)
    _tell(key)


@shared_task(name="tests.count_orders")
def count_orders() -> tuple[str, int]:
    """Who acts in a task, and how many orders they see."""
    return str(current_actor().kind), Order.objects.count()
