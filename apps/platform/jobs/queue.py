"""Handing a row to a worker."""

from uuid import UUID

import structlog
from celery import current_app
from kombu.exceptions import OperationalError as BrokerError

log = structlog.get_logger(__name__)


def send_to_worker(task: str, row_id: UUID) -> bool:
    """Have a worker begin. False when the broker does not answer: the sweep finds the row later."""
    try:
        current_app.send_task(task, args=[str(row_id)])
    except (BrokerError, OSError) as error:
        log.warning("The broker does not answer; the sweep will start it.", task=task, row=str(row_id))  # fmt: skip
        log.debug("broker", error=type(error).__name__)
        return False
    return True
