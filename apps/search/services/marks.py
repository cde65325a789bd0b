"""Marks of entries that may be old: what a crash leaves undone is found by them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from apps.common.clock import now
from apps.search.models import StaleMark

# A mark as old as this belongs to a request that has ended.
MARKS_ARE_LEFT_AFTER: Final = timedelta(minutes=1)
_MARKS_AT_ONCE: Final = 500


def mark_stale(refs: Sequence[str]) -> list[StaleMark]:
    """Say that the entries of these products or variants may soon be old. Call it before the change."""
    return StaleMark.objects.bulk_create(StaleMark(ref=ref) for ref in refs)


def take_marks_off(marks: Iterable[StaleMark]) -> None:
    StaleMark.objects.filter(pk__in=[mark.pk for mark in marks]).delete()


def list_left_marks(*, before: datetime | None = None) -> list[StaleMark]:
    """The marks that a crash left, oldest first; some hundred of them."""
    latest = before or now() - MARKS_ARE_LEFT_AFTER
    left = StaleMark.objects.filter(made_at__lte=latest).order_by("made_at")
    return list(left[:_MARKS_AT_ONCE])
