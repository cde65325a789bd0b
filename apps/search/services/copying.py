"""Keeps the copy of the index in the backend that the store searches in, if that is another one than SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import structlog
from django.utils.translation import gettext

from apps.search.backends.chosen import chosen_copy, list_copies
from apps.search.errors import SearchUnavailable
from apps.search.models import BuiltCopy, Entry
from apps.search.services.marks import mark_stale
from apps.tenancy.context import current_store
from apps.tenancy.locks import LockSpace, number_of, try_lock, unlock
from apps.tenancy.routers import PLATFORM

log = structlog.get_logger(__name__)

_BATCH: Final = 500


def copy_entries(ids: Sequence[str]) -> None:
    """Write the entries of these products into the store's copy, as they are in SQL now. Marked for the sweep where the
    backend does not answer."""
    copy = chosen_copy()
    if copy is None or not ids:
        return
    try:
        copy.put(list(Entry.objects.filter(pk__in=ids).order_by("pk")))
    except SearchUnavailable:
        mark_stale(ids)


def remove_copies(ids: Sequence[str]) -> None:
    copy = chosen_copy()
    if copy is None or not ids:
        return
    try:
        copy.remove(ids)
    except SearchUnavailable:
        mark_stale(ids)


def rebuild_copy() -> str:
    """Make the store's copy from the SQL index, if it has one; the old copy answers meanwhile. "", or why it was not made: then
    SQL answers, and the sweep tries again."""
    copy = chosen_copy()
    BuiltCopy.objects.exclude(backend=copy.name if copy else "").delete()
    if copy is None:
        return ""
    number = number_of(current_store().id)
    if not try_lock(PLATFORM, LockSpace.SEARCH_COPY, number):
        return gettext("Another process is copying it.")
    try:
        copy.rebuild(_batches())
    except SearchUnavailable as error:
        distrust_copies()
        log.warning("The search index was not copied.", backend=copy.name, reason=str(error))
        return str(error)
    finally:
        unlock(PLATFORM, LockSpace.SEARCH_COPY, number)
    BuiltCopy.objects.bulk_create([BuiltCopy(backend=copy.name)], ignore_conflicts=True)
    return ""


def build_missing_copy() -> bool:
    """Make a copy that was never made, or that its server has lost."""
    copy = chosen_copy()
    BuiltCopy.objects.exclude(backend=copy.name if copy else "").delete()
    if copy is None:
        return False
    try:
        if copy.is_there() and BuiltCopy.objects.exists():
            return False
    except SearchUnavailable:
        return False
    return not rebuild_copy()


def distrust_copies() -> None:
    """SQL answers until the copy is made again. Call it before the index becomes that of another time."""
    BuiltCopy.objects.all().delete()


def drop_copies() -> None:
    """Delete what other servers hold of the active store. Raises `SearchUnavailable`."""
    for copy in list_copies():
        copy.drop()


def _batches() -> Iterator[list[Entry]]:
    last = ""
    while rows := list(Entry.objects.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        yield rows
        last = rows[-1].pk
