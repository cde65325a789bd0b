"""Counts of the shared cache become rows: each batch once, wherever the process that does it dies.

| it dies | then |
|---|---|
| before the batch is taken | the counts wait in the open hash |
| before the commit | the batch stays taken and nothing is written; the next run counts it |
| before the batch is finished | its id is in `CountedBatch`: the next run only finishes it |
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from apps.metering.batches import Batch, Counts, finish_batch, take_batch
from apps.metering.models import CountedBatch
from apps.platform.models import UsageMetric
from apps.platform.services.usage import begin_days
from apps.tenancy.context import outside_store
from apps.tenancy.transactions import atomic_on_platform

MOST_BATCHES: Final = 10
_STORES_AT_ONCE: Final = 500


def flush_counts() -> int:
    """Write what was handed over into the days of stores; the number of batches. Any number may run at once. Raises
    `RedisError` where the shared cache does not answer: what is there waits."""
    for number in range(MOST_BATCHES):
        batch = take_batch()
        if batch is None:
            return number
        _count(batch)
        finish_batch(batch)
    return MOST_BATCHES


def _count(batch: Batch) -> None:
    with outside_store(), atomic_on_platform():
        _row, is_new = CountedBatch.objects.get_or_create(pk=batch.id)
        if is_new:
            for day in sorted({on for _store, on in batch.counts}):
                of_day = {key: n for (key, on), n in batch.counts.items() if on == day}
                stores = sorted(of_day)
                for start in range(0, len(stores), _STORES_AT_ONCE):
                    some = stores[start : start + _STORES_AT_ONCE]
                    _add(day, {key: of_day[key] for key in some})


def _add(day: date, counts: Mapping[UUID, Counts]) -> None:
    """Two statements for some hundred stores, four more at the begin of a day. Stores that are gone have no rows."""
    rows = _lock(day, counts)
    missing = counts.keys() - {row.store_id for row in rows}
    if missing:
        begin_days(dict.fromkeys(missing, day))
        rows = _lock(day, counts)
    for row in rows:
        row.api_calls += counts[row.store_id].calls
        row.api_errors += counts[row.store_id].errors
    UsageMetric.objects.bulk_update(rows, ["api_calls", "api_errors"])


def _lock(day: date, stores: Collection[UUID]) -> list[UsageMetric]:
    rows = UsageMetric.objects.select_for_update().filter(on=day, store_id__in=stores)
    return list(rows.order_by("store_id"))
