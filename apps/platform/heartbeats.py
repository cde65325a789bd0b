"""A pulse beside long work: the claim on a job stays alive while copying, migrating or building takes its time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from django.db import DatabaseError, connections

from apps.platform.tenancy.routers import PLATFORM

log = structlog.get_logger(__name__)


@contextmanager
def beating(name: str, *, every: float, beat: Callable[[], object]) -> Iterator[None]:
    """Call `beat` every so many seconds, in a thread with a connection of its own, while this block runs. A database
    that does not answer is logged and asked again at the next beat."""
    done = threading.Event()
    beats = threading.Thread(target=_beat, args=(beat, every, done), daemon=True, name=name)
    beats.start()
    try:
        yield
    finally:
        done.set()
        beats.join(timeout=every)


def _beat(beat: Callable[[], object], every: float, done: threading.Event) -> None:
    try:
        while not done.wait(every):
            try:
                beat()
            except DatabaseError as error:
                log.warning("A claim was not renewed.", error=type(error).__name__)
    finally:
        connections[PLATFORM].close()
