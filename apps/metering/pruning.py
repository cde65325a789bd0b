"""Deletes old days of stores, and the marks of batches that can't come again."""

from datetime import timedelta
from typing import Final

from django.conf import settings

from apps.common.clock import now, today
from apps.metering.models import CountedBatch
from apps.platform.models import UsageMetric
from apps.tenancy.context import outside_store

# Longer than any task may run: a slow one may still bring its batch.
KEEP_BATCHES: Final = timedelta(days=2)
_STEP: Final = 5_000


def prune_usage() -> int:
    """Delete days that are older than `USAGE_DAYS`, some thousand at a time; the number of rows."""
    with outside_store():
        old = UsageMetric.objects.filter(on__lt=today() - timedelta(days=settings.USAGE_DAYS))
        count = 0
        while ids := list(old.values_list("pk", flat=True)[:_STEP]):
            count += UsageMetric.objects.filter(pk__in=ids).delete()[0]
        batches = CountedBatch.objects.filter(counted_at__lt=now() - KEEP_BATCHES)
        return count + batches.delete()[0]
