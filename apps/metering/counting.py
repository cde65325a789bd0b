"""API calls, counted and listed in the memory of the process and handed to the shared cache every few seconds by a thread.

A request pays an addition and a tuple. A process that is killed loses what it has not handed over: the calls of `EVERY_SECONDS` at
most. While the shared cache does not answer, the counts of that time are lost, and the log says so once.
"""

import atexit
import threading
from collections import defaultdict
from datetime import date
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from redis.exceptions import RedisError

from apps.common.clock import today
from apps.metering.api_log.calls import ApiCallFacts
from apps.metering.api_log.queue import push
from apps.metering.batches import Counts, hand_over
from apps.tenancy.context import current_store

log = structlog.get_logger(__name__)

EVERY_SECONDS: Final = 5
# Calls of `EVERY_SECONDS` that a process can list; more are counted and not logged.
MOST_LISTED: Final = 20_000


class _Waiting:
    """What this process has counted and not handed over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[UUID, date], list[int]] = defaultdict(lambda: [0, 0])
        self._calls: list[ApiCallFacts] = []
        self._thread: threading.Thread | None = None
        self._is_losing = False
        self._is_over = threading.Event()

    def add(self, store_id: UUID, on: date, *, is_error: bool) -> None:
        with self._lock:
            counts = self._counts[store_id, on]
            counts[0] += 1
            counts[1] += is_error
            self._ensure_thread()

    def list_call(self, call: ApiCallFacts) -> None:
        with self._lock:
            if len(self._calls) < MOST_LISTED:
                self._calls.append(call)
            self._ensure_thread()

    def _ensure_thread(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(
                target=self._hand_over_for_ever, daemon=True, name="metering"
            )
            self._thread.start()

    def hand_over(self) -> None:
        """What could not be handed over is lost: the server may have counted it, and twice is worse than not at all."""
        with self._lock:
            taken = {key: Counts(*counts) for key, counts in self._counts.items()}
            calls = self._calls
            self._counts.clear()
            self._calls = []
        if not taken and not calls:
            return
        try:
            if taken:
                hand_over(taken)
            push(calls)
        except RedisError as error:
            if not self._is_losing:
                log.warning("API calls are not counted.", error=type(error).__name__)
            self._is_losing = True
            return
        if self._is_losing:
            log.info("API calls are counted again.")
        self._is_losing = False

    def _hand_over_for_ever(self) -> None:
        while not self._is_over.wait(EVERY_SECONDS):
            self.hand_over()

    def end(self) -> None:
        self._is_over.set()


_waiting = _Waiting()


def count_call(*, is_error: bool) -> None:
    """One more call of a program of the active store, on the store's day."""
    _waiting.add(current_store().id, today(), is_error=is_error)


def log_call(call: ApiCallFacts) -> None:
    """Keep what the call was, unless the log is off."""
    if settings.API_LOG_DAYS:
        _waiting.list_call(call)


def hand_over_counts() -> None:
    """Hand over now, the listed calls too."""
    _waiting.hand_over()


def forget_counts() -> None:
    """Reset to the state of a new process."""
    _waiting.end()
    begin_counts()


def begin_counts() -> None:
    """For a forked process, which has neither its parent's thread nor its calls."""
    global _waiting
    _waiting = _Waiting()


atexit.register(hand_over_counts)
