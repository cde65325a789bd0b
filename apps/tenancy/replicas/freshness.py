"""The lag of a replica: its position in the log, compared with the primary's position some seconds ago.

Each process checks at most once a second, and only during reads. The check compares no server clocks and needs no
special privileges.
"""

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import DatabaseError, connections

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS: Final = 1.0
AFTER_FAILURE_SECONDS: Final = 10.0

_PRIMARY: Final = "SELECT pg_catalog.pg_current_wal_lsn()::text"
_REPLICA: Final = "SELECT pg_catalog.pg_last_wal_replay_lsn()::text"


@dataclass
class _Known:
    """`places` are (moment, place in the log) of the primary, the oldest first, none older than the allowed lag."""

    is_fresh: bool = False
    look_at: float = 0.0
    places: list[tuple[float, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


_known: dict[str, _Known] = {}


def is_fresh(replica: str, primary: str) -> bool:
    """Whether the replica has everything the primary had `REPLICA_MAX_LAG_SECONDS` ago."""
    known = _known.setdefault(replica, _Known())
    if time.monotonic() < known.look_at or not known.lock.acquire(blocking=False):
        return known.is_fresh
    try:
        _look(known, replica, primary)
    finally:
        known.lock.release()
    return known.is_fresh


def note_failure(replica: str, error: Exception) -> None:
    """It did not answer: skip it for a while."""
    known = _known.setdefault(replica, _Known())
    log.warning(
        "A replica does not answer; the primary is read.",
        replica=replica,
        reason=type(error).__name__,
    )
    known.is_fresh, known.look_at = False, time.monotonic() + AFTER_FAILURE_SECONDS


def forget_replicas() -> None:
    """Reset to the state of a new process."""
    _known.clear()


def _look(known: _Known, replica: str, primary: str) -> None:
    try:
        place = _place(replica, _REPLICA)
    except DatabaseError as error:
        note_failure(replica, error)
        return
    moment, was_fresh = time.monotonic(), known.is_fresh
    oldest = moment - settings.REPLICA_MAX_LAG_SECONDS
    known.places = [entry for entry in known.places if entry[0] >= oldest]
    try:
        known.places.append((moment, _place(primary, _PRIMARY)))
    except DatabaseError:
        known.look_at = moment + LOOK_EVERY_SECONDS  # without a primary nothing gets older
        return
    known.is_fresh = place >= known.places[0][1]
    known.look_at = moment + LOOK_EVERY_SECONDS
    if was_fresh and not known.is_fresh:
        log.warning("A replica is behind; the primary is read.", replica=replica)


def _place(alias: str, question: str) -> int:
    """Uses a separate connection, because the request's connection must not count as used. Bytes since the log
    began."""
    connection: Any = connections.create_connection(alias)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            text = cursor.fetchone()[0]
    finally:
        connection.close()
    if text is None:
        raise DatabaseError("This server is no replica.")
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)
