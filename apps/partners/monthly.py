"""The calls of a store's programs in a calendar month, against the limit of its plan.

The counter is in the shared cache, one for each store and month: the days' rows follow within a minute, too late for a limit. A
counter that is new, in a new month or in a cache that has lost its data, begins with what the rows have. Without the cache each
process counts for itself meanwhile, in the same way. The limit is kept in the process's memory for a minute, so that a call costs no statement.
"""

import time
from typing import Any, Final
from uuid import UUID

from django.core.cache import caches

from apps.common.bounded_memory import BoundedMemory
from apps.common.clock import today
from apps.platform import selectors
from apps.platform.models import LimitName
from apps.platform.selectors import StoreLimits
from apps.platform.selectors.usage import get_month_of_calls
from apps.platform.services.limits import refuse
from apps.tenancy.context import current_store, outside_store

_KEPT_SECONDS: Final = 60
_LONGEST_MONTH: Final = 32 * 24 * 3600
_known = BoundedMemory[UUID, tuple[float, StoreLimits]](lambda: 10_000)


def count_call(*, is_buying: bool) -> None:
    """One more call of the active store's programs. Raises `PlanLimitReached` beyond the month's limit, except where a buyer buys."""
    counted: int = _counters().count(_key(), _LONGEST_MONTH)
    if counted == 1:
        counted = _go_on_from_rows()
    if is_buying:
        return
    limits = _get_limits(current_store().id)
    allowed = limits.numbers[LimitName.API_CALLS]
    if allowed is not None and counted > allowed:
        refuse(limits, LimitName.API_CALLS, allowed, allowed)


def count_calls_of_month() -> int:
    """Those of the active store so far, refused ones too: the counter of the limit, or where it is lost what the rows have."""
    return int(_counters().get(_key()) or 0) or _sum_of_rows()


def _go_on_from_rows() -> int:
    before = _sum_of_rows()
    return int(_counters().incr(_key(), before)) if before else 1


def _sum_of_rows() -> int:
    store_id, day = current_store().id, today()
    with outside_store():
        return get_month_of_calls(store_id, day)


def forget_limits() -> None:
    """Reset to the state of a new process."""
    _known.clear()


def _get_limits(store_id: UUID) -> StoreLimits:
    found, moment = _known.get(store_id), time.monotonic()
    if found is not None and found[0] > moment:
        return found[1]
    with outside_store():
        limits = selectors.get_limits(store_id)
    _known.put(store_id, (moment + _KEPT_SECONDS, limits))
    return limits


def _key() -> str:
    return f"api_calls:{today():%Y-%m}"


def _counters() -> Any:
    """Django's type of a cache doesn't know `count`."""
    return caches["limits"]
