"""Making a sandbox of a live store, and throwing it away. Both can be repeated after a crash."""

import tempfile

from django.db import transaction

from apps.common.errors import Conflict
from apps.platform import archive, selectors
from apps.platform.archive import places
from apps.platform.archive.bringing_back import restore_as_new
from apps.platform.archive.caches import forget_cache_of
from apps.platform.archive.writing import ALIASES, Watch, look_away
from apps.platform.errors import StoreNotFound
from apps.platform.models import Store
from apps.platform.one_at_a_time import alone_with
from apps.platform.services.stores import archive_store, forget_addresses, register_store
from apps.platform.states import StoreStatus
from apps.platform.tenancy.context import outside_store
from apps.platform.tenancy.routers import PLATFORM

# The largest copy that is held in memory on its way (bytes); larger ones go through a temporary file.
IN_MEMORY = 32 * 1024 * 1024


def branch_store(store: Store, *, slug: str, watch: Watch | None = None) -> Store:
    """A copy of the store as of now, with an address of its own, on the shared cluster: that of its region where it is
    pinned to one. The store sells on meanwhile.

    Rows are of one moment; documents and files are no older. Sessions, tokens, credentials and news that wait to be
    delivered are not copied. Raises `Conflict` for a store that is no live one, or a short name that is taken, and
    `StoreOccupied` while the store is being moved, replaced or deleted.
    """
    tell = watch or look_away
    if store.status not in (StoreStatus.ACTIVE, StoreStatus.SUSPENDED):
        raise Conflict(f"{store.name} is {store.get_status_display()}; it can't be copied now.")
    if store.is_sandbox:
        raise Conflict(f"{store.name} is a sandbox itself. Copy the live store.")
    with outside_store(), alone_with(store.id, "copied into a sandbox"):
        _get_or_register(store, slug)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
            archive.write_archive(store, copy, watch=lambda share, words: tell(share / 2, words))  # type: ignore[arg-type]  # a spooled file is a BinaryIO
            copy.seek(0)
            return restore_as_new(
                copy,  # type: ignore[arg-type]
                slug=slug,
                watch=lambda share, words: tell(0.5 + share / 2, words),
            )


def _get_or_register(store: Store, slug: str) -> Store:
    """The sandbox's row, or the one an interrupted run has left: not open yet, and a sandbox of this very store."""
    try:
        found = selectors.get_store(slug)
    except StoreNotFound:
        with transaction.atomic(using=PLATFORM):
            found = register_store(
                name=f"{store.name} (sandbox)"[:120],
                slug=slug,
                owner=store.owner,
                currency=store.currency,
                country=store.country,
                language=store.language,
                time_zone=store.time_zone,
                plan=store.plan,
                region=store.data_region,
            )
            Store.objects.filter(pk=found.pk).update(is_sandbox=True, sandbox_of=store)
        return found
    if found.sandbox_of_id != store.pk or found.status != StoreStatus.PROVISIONING:
        raise Conflict(f"There is a store {slug!r} already. Choose another short name.")
    return found


def discard_branch(sandbox: Store, *, watch: Watch | None = None) -> None:
    """Throw a sandbox away with all that is in it. There is no way back. Raises `Conflict` for any other store."""
    tell = watch or look_away
    require_sandbox(sandbox)
    with outside_store(), alone_with(sandbox.id, "deleted"):
        if sandbox.status != StoreStatus.PROVISIONING:
            archive_store(store=sandbox)
        tell(0.1, "Deleting tables")
        places.drop_place(sandbox)
        tell(0.5, "Deleting documents and files")
        with archive.system_scope(sandbox):
            for alias in ALIASES.values():
                archive.delete_documents(alias)
            archive.delete_files()
        with transaction.atomic(using=PLATFORM):
            Store.objects.filter(pk=sandbox.pk, is_sandbox=True).delete()
            forget_addresses()
        forget_cache_of(sandbox.id)
        tell(1.0, "Thrown away")


def require_sandbox(store: Store) -> None:
    """Raise `Conflict` unless the store is a sandbox."""
    if not store.is_sandbox:
        raise Conflict(f"{store.name} is a live store, no sandbox.")
