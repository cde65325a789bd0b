"""Celery's way to the counts of stores. Run with no store active."""

import structlog
from celery import shared_task
from redis.exceptions import RedisError

from apps.metering.api_log.writing import prune_log, store_calls
from apps.metering.flushing import flush_counts
from apps.metering.pruning import prune_usage
from apps.tenancy.tasks import StoreTask

log = structlog.get_logger(__name__)


@shared_task(base=StoreTask, name="metering.flush_counts", platform=True)
def flush() -> int:
    """Write the API calls that processes have handed over into the days of stores, and into the log."""
    try:
        count = flush_counts()
        store_calls()
    except RedisError as error:
        log.warning("Counted API calls wait.", error=type(error).__name__)
        return 0
    return count


@shared_task(base=StoreTask, name="metering.prune_usage", platform=True)
def prune() -> int:
    """Delete old days of stores and of the API log, and cut addresses in it."""
    prune_log()
    return prune_usage()
