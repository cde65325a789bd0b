"""The calls of a store's programs in a calendar month, against the limit of its plan.

The counter is in the shared cache, one for each store and month. Without the cache calls pass: each process counts for itself
meanwhile. The limit is kept in the process's memory for a minute, so that a call costs no statement.
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
from apps.platform.services.limits import refuse
from apps.tenancy.context import current_store, outside_store

_KEPT_SECONDS: Final = 60
_LONGEST_MONTH: Final = 32 * 24 * 3600
_known = BoundedMemory[UUID, tuple[float, StoreLimits]](lambda: 10_000)


def count_call(*, is_buying: bool) -> None:
    """One more call of the active store's programs. Raises `PlanLimitReached` beyond the month's limit, except where a buyer buys."""
    counted: int = _counters().count(_key(), _LONGEST_MONTH)
    if is_buying:
        return
    limits = _get_limits(current_store().id)
    allowed = limits.numbers[LimitName.API_CALLS]
    if allowed is not None and counted > allowed:
        refuse(limits, LimitName.API_CALLS, allowed, allowed)


def count_calls_of_month() -> int:
    """Those of the active store so far, refused ones too."""
    return int(_counters().get(_key()) or 0)


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
