"""The placed databases of this process, limited in number; the least recently used one is closed first."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from apps.tenancy.aliases import parse_alias
from apps.tenancy.connections.errors import PoolFull
from apps.tenancy.connections.limits import current_limits
from apps.tenancy.connections.placed import PlacedDatabase

JANITOR_SECONDS: Final = 5.0


class KnownDatabases:
    """Thread-safe. Closing happens outside of the lock, because a pool may need some time."""

    def __init__(self) -> None:
        self._restart()
        os.register_at_fork(after_in_child=self._leave_to_parent)

    def _leave_to_parent(self) -> None:
        """In a forked child: the sockets and the pools' threads are the parent's."""
        for placed in self._known.values():
            placed.leave_to_parent()
        self._restart()

    def _restart(self) -> None:
        self._lock = threading.RLock()
        self._known: dict[str, PlacedDatabase] = {}
        self._janitor: threading.Thread | None = None

    def get(self, alias: str) -> PlacedDatabase | None:
        return self._known.get(alias)

    def list_known(self) -> list[PlacedDatabase]:
        with self._lock:
            return list(self._known.values())

    def add(
        self, alias: str, settings: dict[str, Any], *, is_permanent: bool = False
    ) -> PlacedDatabase:
        """Make a database known; one that is known already stays. Raises `PoolFull` when there is no room."""
        with self._lock:
            found = self._known.get(alias)
            if found is not None:
                return found
            placed = PlacedDatabase(
                alias,
                settings,
                current_limits(),
                borrow=self.borrowed,
                is_permanent=is_permanent,
            )
            evicted = self._place(placed)
        _close(evicted)
        return placed

    @contextmanager
    def borrowed(self, placed: PlacedDatabase) -> Iterator[None]:
        """Keep a database open for this block; a database that was just closed is opened again."""
        evicted: list[PlacedDatabase] = []
        with self._lock:
            if placed.is_forgotten:
                placed.is_forgotten = False
                evicted = self._place(placed)
            placed.pins += 1
        try:
            _close(evicted)
            yield
        finally:
            with self._lock:
                placed.pins -= 1

    def forget(self, alias: str) -> None:
        """Close and drop a database, even one in use. No error when it is not known."""
        with self._lock:
            placed = self._known.get(alias)
            if placed is not None:
                self._drop(placed)
        if placed is not None:
            placed.close()

    def close_idle(self) -> None:
        """Remove idle databases, and old versions as soon as they are unused."""
        now = time.monotonic()
        with self._lock:
            resting = [
                placed
                for placed in self._known.values()
                if not placed.is_permanent
                and not placed.is_in_use
                and (placed.is_retired or now - placed.used_at > placed.limits.idle_seconds)
            ]
            for placed in resting:
                self._drop(placed)
        _close(resting)

    def _place(self, placed: PlacedDatabase) -> list[PlacedDatabase]:
        """Under the lock. Returns the removed ones."""
        gone = (
            [] if placed.is_permanent else [*self._retire_older(placed), *self._make_room(placed)]
        )
        self._known[placed.alias] = placed
        placed.used_at = time.monotonic()
        self._ensure_janitor()
        return gone

    def _retire_older(self, placed: PlacedDatabase) -> list[PlacedDatabase]:
        named = parse_alias(placed.alias)
        if named is None:
            return []
        gone = []
        for other in list(self._known.values()):
            known = parse_alias(other.alias)
            if known is not None and known.is_older_than(named):
                other.is_retired = True
                if not other.is_in_use:
                    self._drop(other)
                    gone.append(other)
        return gone

    def _make_room(self, placed: PlacedDatabase) -> list[PlacedDatabase]:
        others = [other for other in self._known.values() if not other.is_permanent]
        excess = len(others) + 1 - placed.limits.databases
        if excess <= 0:
            return []
        resting = sorted(
            (other for other in others if not other.is_in_use), key=lambda other: other.used_at
        )
        if len(resting) < excess:
            raise PoolFull(placed.alias)
        for other in resting[:excess]:
            self._drop(other)
        return resting[:excess]

    def _drop(self, placed: PlacedDatabase) -> None:
        placed.is_forgotten = True
        self._known.pop(placed.alias, None)

    def _ensure_janitor(self) -> None:
        if self._janitor is None or not self._janitor.is_alive():
            self._janitor = threading.Thread(
                target=self._clean, daemon=True, name="placed-databases"
            )
            self._janitor.start()

    def _clean(self) -> None:
        """Ends when no database is left that could become idle."""
        while True:
            time.sleep(min(JANITOR_SECONDS, current_limits().idle_seconds / 2))
            self.close_idle()
            with self._lock:
                if all(placed.is_permanent for placed in self._known.values()):
                    self._janitor = None
                    return


def _close(databases: list[PlacedDatabase]) -> None:
    for placed in databases:
        placed.close()


known_databases = KnownDatabases()
