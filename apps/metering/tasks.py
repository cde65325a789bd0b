"""Celery's way to the counts of stores. Run with no store active."""

import structlog
from celery import shared_task
from redis.exceptions import RedisError

from apps.metering.flushing import flush_counts
from apps.metering.pruning import prune_usage
from apps.tenancy.tasks import StoreTask

log = structlog.get_logger(__name__)


@shared_task(base=StoreTask, name="metering.flush_counts", platform=True)
def flush() -> int:
    """Write the API calls that processes have handed over into the days of stores."""
    try:
        return flush_counts()
    except RedisError as error:
        log.warning("Counted API calls wait.", error=type(error).__name__)
        return 0


@shared_task(base=StoreTask, name="metering.prune_usage", platform=True)
def prune() -> int:
    """Delete old days of stores."""
    return prune_usage()
