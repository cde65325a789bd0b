"""How long the calls of a store's day took."""

from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Aggregate, IntegerField

from apps.metering.models import ApiCall
from apps.tenancy.context import outside_store


class CallTimes(NamedTuple):
    """Milliseconds within which half of the calls, and 95 of a hundred, were answered; None without calls."""

    p50_ms: int | None
    p95_ms: int | None


class _Percentile(Aggregate):
    """`percentile_disc` of PostgreSQL: the least value that so many have reached."""

    function = "PERCENTILE_DISC"
    name = "percentile"
    output_field = IntegerField()
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: str, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


_TIMES: Final = {
    "p50_ms": _Percentile("duration_ms", 0.5),
    "p95_ms": _Percentile("duration_ms", 0.95),
}


def measure_day(store_id: UUID, on: date) -> CallTimes:
    """Of the calls that are in the log."""
    with outside_store():
        calls = ApiCall.objects.filter(store_id=store_id, on=on).order_by()
        return CallTimes(**calls.aggregate(**_TIMES))
