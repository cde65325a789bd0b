"""Tracks whether a use case has changed data that an SQL rollback would not undo."""

from contextvars import ContextVar

has_outside_effect: ContextVar[bool] = ContextVar("has_outside_effect", default=False)


def note_outside_effect() -> None:
    """A document was written or another system was called. See `repeating.py`."""
    has_outside_effect.set(True)
