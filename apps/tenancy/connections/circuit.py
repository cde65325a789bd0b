"""A circuit breaker for one database: fails fast while it is down; a background probe closes the circuit again.

The first failure to connect opens the circuit: connecting to a running server rarely fails, and each further visitor
would wait as long as the first. While it is open no request connects. When a probe is due, a separate thread connects,
and its success closes the circuit, so no visitor waits for the recovery.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

import structlog

from apps.tenancy.connections.errors import StoreUnreachable

log = structlog.get_logger(__name__)

# The wait of the first visitor of a database without an earlier connection; later visitors wait less.
FIRST_PATIENCE_SECONDS: Final = 2.2
JOINING_PATIENCE_SECONDS: Final = 1.0
# The wait of a visitor for a due probe; a live server answers faster.
PROBE_PATIENCE_SECONDS: Final = 0.3


class Circuit:
    """Open: the database does not answer. Closed: it answered the last time. All methods may be called by any
    thread."""

    def __init__(self, alias: str, *, probe: Callable[[], None], retry_seconds: float) -> None:
        self.alias = alias
        self._probe = probe
        self._retry_seconds = retry_seconds
        self._lock = threading.Lock()
        self._is_proven = False
        self._is_open = False
        self._probe_at = 0.0
        self._probing: threading.Event | None = None

    @property
    def is_open(self) -> bool:
        return self._is_open

    def require_closed(self) -> None:
        """Raise `StoreUnreachable` while the circuit is open. May start a probe and wait briefly for it."""
        if not self._is_open:
            return
        done = self._probe_if_due()
        if done is not None:
            done.wait(PROBE_PATIENCE_SECONDS)
        if self._is_open:
            raise self.refusal()

    def require_answer(self) -> None:
        """As `require_closed`. A database without an earlier connection is probed first, once for all waiting visitors
        and in a separate thread, because name resolution and connection attempts may take long."""
        self.require_closed()
        if self._is_proven:
            return
        is_first = self._probing is None
        done = self._probe_if_due()
        if done is not None and not done.wait(
            FIRST_PATIENCE_SECONDS if is_first else JOINING_PATIENCE_SECONDS
        ):
            if is_first:
                self.failed(TimeoutError())
            raise self.refusal()
        if self._is_open:
            raise self.refusal()

    def refusal(self) -> StoreUnreachable:
        wait = self._probe_at - time.monotonic()
        return StoreUnreachable(self.alias, retry_after=max(1, round(wait)))

    def succeeded(self) -> None:
        """A connection was made."""
        with self._lock:
            was_open, self._is_open, self._is_proven = self._is_open, False, True
        if was_open:
            log.info("A store's database answers again.", alias=self.alias)

    def doubted(self) -> None:
        """One connection timed out, perhaps because of its query: the next request probes first."""
        with self._lock:
            self._is_proven = False

    def failed(self, error: BaseException) -> None:
        """Connecting failed: no request tries again until the next probe is due."""
        with self._lock:
            was_open, self._is_open, self._is_proven = self._is_open, True, False
            self._probe_at = time.monotonic() + self._retry_seconds
        if not was_open:
            log.error(
                "A store's database does not answer.",
                alias=self.alias,
                error=type(error).__name__,
                sqlstate=getattr(error.__cause__ or error, "sqlstate", None),
            )

    def _probe_if_due(self) -> threading.Event | None:
        """The running probe, or a new one; None before the next one is due."""
        with self._lock:
            if self._probing is None and time.monotonic() >= self._probe_at:
                self._probing = threading.Event()
                threading.Thread(
                    target=self._try, args=(self._probing,), daemon=True, name="probe"
                ).start()
            return self._probing

    def _try(self, done: threading.Event) -> None:
        try:
            self._probe()
        except Exception as error:  # whatever it is, the database can't be used
            self.failed(error)
        else:
            self.succeeded()
        finally:
            with self._lock:
                self._probing = None
            done.set()
