"""Stores listed calls, each once: a call has its id from the request, and a repeated INSERT of it does nothing."""

from datetime import date, timedelta
from typing import Final

from django.conf import settings

from apps.common.clock import today
from apps.metering.api_log.calls import ApiCallFacts
from apps.metering.api_log.partitions import cut_addresses, drop_partitions, ensure_partitions
from apps.metering.api_log.queue import drop_head, look_at_head
from apps.metering.models import ApiCall
from apps.platform.models import Store
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform

AT_ONCE: Final = 2_000
MOST_STEPS: Final = 100


def store_calls() -> int:
    """Store what waits; the number of calls that were read. Any number may run at once. Raises `RedisError`."""
    count = 0
    for _step in range(MOST_STEPS):
        head = look_at_head(AT_ONCE)
        if not head:
            break
        _store([ApiCallFacts.unpack(text) for text in head])
        drop_head(head)
        count += len(head)
    return count


def _store(calls: list[ApiCallFacts]) -> None:
    """Calls of stores that are gone, and of days that are, are not stored."""
    with outside_store(), atomic_on_platform():
        stores = {call.store_id for call in calls}
        known = set(Store.objects.filter(pk__in=stores).values_list("pk", flat=True))
        kept = [c for c in calls if c.store_id in known and c.on >= _first_day()]
        ensure_partitions(call.on for call in kept)
        rows = [ApiCall(**_without_old_address(call)._asdict()) for call in kept]
        ApiCall.objects.bulk_create(rows, ignore_conflicts=True)


def _without_old_address(call: ApiCallFacts) -> ApiCallFacts:
    return call._replace(address=None) if call.on < _first_whole_address() else call


def prune_log() -> int:
    """Drop days that are older than `API_LOG_DAYS`, cut the addresses of those older than `API_LOG_ADDRESS_DAYS`; the
    number of days that were dropped."""
    with outside_store():
        cut_addresses(before=_first_whole_address())
        return drop_partitions(before=_first_day())


def _first_day() -> date:
    return today() - timedelta(days=settings.API_LOG_DAYS)


def _first_whole_address() -> date:
    return today() - timedelta(days=settings.API_LOG_ADDRESS_DAYS)
