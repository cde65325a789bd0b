"""How many bytes of files each store has: added as files are written, subtracted as they are deleted, counted again each night
(in a bucket, where each file is a question, each week).

Every file counts, but only what a merchant uploads is refused at the limit (`limits_uploads`): invoices, labels and what buyers
send are always kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.db.models import F, Q

from apps.common.clock import now, today
from apps.platform import selectors
from apps.platform.models import LimitName, Store
from apps.platform.services.corrections import note_files
from apps.platform.services.limits import refuse
from apps.platform.services.usage import at_least_0, count_files
from apps.tenancy.clusters import files_place
from apps.tenancy.context import NoActor, current_actor, current_store
from apps.tenancy.storage import count_files_with
from apps.tenancy.transactions import in_platform_transaction

log = structlog.get_logger(__name__)

GB: Final = 10**9
COUNTED_AGAIN: Final = timedelta(hours=20)
BUCKET_COUNTED_AGAIN: Final = timedelta(days=7)
_is_limited: ContextVar[bool] = ContextVar("is_limited", default=False)


@contextmanager
def limits_uploads() -> Iterator[None]:
    """Files that staff or their programs write within need room in the store's plan."""
    token = _is_limited.set(_is_merchant())
    try:
        yield
    finally:
        _is_limited.reset(token)


def _is_merchant() -> bool:
    try:
        return current_actor().is_staff
    except NoActor:
        return False


def change_storage(store_id: UUID, size: int, *, is_undone: bool = False) -> None:
    """Add that many bytes, or subtract them, and count them on the store's day. `is_undone`: the file that was counted before was
    not written. Raises `PlanLimitReached`."""
    is_added = size > 0 and _is_limited.get() and _add_within_limit(store_id, size)
    is_upload = (size > 0) is not is_undone
    try:
        if not is_added:
            row = Store.objects.filter(pk=store_id)
            row.update(storage_used_bytes=at_least_0(F("storage_used_bytes") + size))
        if is_upload:
            count_files(store_id, today(), uploaded=size)
        else:
            count_files(store_id, today(), deleted=-size)
    except OperationalError:  # the file matters more; it is counted again
        if in_platform_transaction():
            raise
        log.warning("A file was not counted.", store=str(store_id), size=size)


def _add_within_limit(store_id: UUID, size: int) -> bool:
    """False where there is no limit. One statement decides, so that two files at once don't pass it."""
    limits = selectors.get_limits(store_id)
    allowed = limits.numbers[LimitName.STORAGE]
    if allowed is None:
        return False
    row = Store.objects.filter(pk=store_id)
    fits = row.filter(storage_used_bytes__lte=allowed * GB - size)
    if not fits.update(storage_used_bytes=F("storage_used_bytes") + size):
        used = row.values_list("storage_used_bytes", flat=True).get()
        refuse(limits, LimitName.STORAGE, allowed, round(used / GB, 3))
    return True


def set_storage(store_id: UUID, size: int) -> None:
    """The bytes of a store whose files were all replaced."""
    Store.objects.filter(pk=store_id).update(storage_used_bytes=size)


count_files_with(change_storage)


def recount_storage() -> int:
    """Count the files of the active store where that was long ago or never; the number of them. What is written meanwhile is
    added on top. A difference is set right, logged, and kept with the day."""
    key, is_folder = current_store().id, isinstance(files_place(current_store().data_region), Path)
    before = now() - (COUNTED_AGAIN if is_folder else BUCKET_COUNTED_AGAIN)
    row = Store.objects.filter(pk=key)
    found = row.values_list("storage_used_bytes", "storage_counted_at").first()
    if found is None or (found[1] is not None and found[1] > before):
        return 0
    count, size = _measure("")
    still = row.filter(Q(storage_counted_at=found[1]) if found[1] else Q(storage_counted_at=None))
    is_ours = still.update(
        storage_used_bytes=at_least_0(F("storage_used_bytes") + (size - found[0])),
        storage_counted_at=now(),
    )
    if is_ours and found[1] and size != found[0]:
        log.warning("Stored bytes were corrected.", store=str(key), counted=found[0], found=size)
        note_files(store_id=key, on=today(), counted=found[0], found=size)
    return count


def _measure(folder: str) -> tuple[int, int]:
    """The number of files below a folder, and their bytes."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0, 0
    count = size = 0
    for name in names:
        try:
            size += default_storage.size(f"{folder}/{name}" if folder else name)
        except FileNotFoundError:
            continue  # deleted meanwhile
        count += 1
    for name in folders:
        inner = _measure(f"{folder}/{name}" if folder else name)
        count, size = count + inner[0], size + inner[1]
    return count, size
