"""The Celery app, whose broker may be gone: what is published then fails at once, and sweeps do the work later."""

import time
from typing import Any, Final

import structlog
from celery import Celery, current_task
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 5.0


class PausingCelery(Celery):
    """After a failure no request of the process asks the broker for `PAUSE_SECONDS`: a broker that is silent instead of
    gone costs one of them its timeout. A task always asks, as it has nothing that waits for it."""

    _retry_at = 0.0

    def send_task(self, *args: Any, **options: Any) -> Any:
        if time.monotonic() < self._retry_at and not current_task:
            raise OperationalError("The broker did not answer a moment ago.")
        try:
            return super().send_task(*args, **options)
        except (OperationalError, OSError) as error:
            self._retry_at = time.monotonic() + PAUSE_SECONDS
            log.warning("The broker does not answer.", error=type(error).__name__)
            raise
